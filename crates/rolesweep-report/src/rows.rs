//! Rows as CSV: RFC 4180, comma, CRLF, and quotation marks where there have to be any, or where there is a semicolon: a spreadsheet that also splits at
//! semicolons then does not split such a cell.
//!
//! Most cells are known to need none when they have been made, and stand in the row as they are.

use std::fmt;
use std::io;
use std::marker::PhantomData;

use crate::column::Table;
use crate::text::Quoting;

/// Rows of a table, ready to be written: made by several threads, they go into one file in their order ([`CsvWriter::append`]).
///
/// [`CsvWriter::append`]: crate::CsvWriter::append
pub struct Rows<T> {
    bytes: Vec<u8>,
    count: u64,
    table: PhantomData<fn(T)>,
}

impl<T: Table> Rows<T> {
    /// No rows.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// No rows, and room for so many bytes of them.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), count: 0, table: PhantomData }
    }

    /// The header, behind a byte order mark or not.
    pub(crate) fn header(bom: bool) -> io::Result<Vec<u8>> {
        let mut writer = writer(if bom { "\u{feff}".into() } else { Vec::new() }, HEADER);
        writer.write_record(T::columns().iter().map(|column| column.name))?;
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// None, in memory.
    pub fn push(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        for (at, column) in T::columns().iter().enumerate() {
            if at > 0 {
                self.bytes.push(b',');
            }
            let value = (column.value)(row);
            debug_assert!(value.kind().is_none_or(|kind| kind == column.kind), "{}", column.name);
            let start = self.bytes.len();
            if value.push(&mut self.bytes) == Quoting::Needed {
                quote(&mut self.bytes, start);
            }
        }
        self.bytes.extend_from_slice(END.as_bytes());
        self.count += 1;
        Ok(())
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The rows as they stand in the file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// What ends a row.
const END: &str = "\r\n";

/// How many bytes the csv crate gathers of a header.
const HEADER: usize = 1024;

/// A writer that writes behind `bytes`, and gathers so many before it does.
fn writer(bytes: Vec<u8>, gathered: usize) -> csv::Writer<Vec<u8>> {
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF).buffer_capacity(gathered).from_writer(bytes)
}

/// Puts the cell that begins at `start` in quotation marks.
fn quote(bytes: &mut Vec<u8>, start: usize) {
    let cell = bytes.split_off(start);
    bytes.reserve(cell.len() + 2);
    bytes.push(b'"');
    for byte in cell {
        if byte == b'"' {
            bytes.push(b'"');
        }
        bytes.push(byte);
    }
    bytes.push(b'"');
}

impl<T: Table> Default for Rows<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("count", &self.count).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::Fixture;
    use crate::roles::{RoleRow, Roles};

    /// The cells of a row, before any quoting.
    fn cells(row: &RoleRow<'_>) -> Vec<String> {
        let cell = |column: &crate::Column<Roles>| {
            let mut cell = String::new();
            (column.value)(row).push_cell(&mut cell);
            cell
        };
        Roles::columns().iter().map(cell).collect()
    }

    /// The same row by the csv crate, cell by cell: in quotation marks where it has to be, or where it holds a semicolon.
    fn by_the_crate(row: &RoleRow<'_>) -> String {
        let written = |cell: &String| {
            let style = if cell.contains(';') { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
            let mut writer = csv::WriterBuilder::new().quote_style(style).from_writer(Vec::new());
            // Beside another one: an empty cell alone would be quoted.
            writer.write_record([cell, "x"]).unwrap();
            let line = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            line.rsplit_once(',').unwrap().0.to_owned()
        };
        cells(row).iter().map(written).collect::<Vec<_>>().join(",") + "\r\n"
    }

    /// The cells that a spreadsheet sees that splits at these characters, and knows quotation marks where a cell begins with one.
    fn split_at(line: &str, separators: &[char]) -> Vec<String> {
        let mut cells = vec![String::new()];
        let (mut quoted, mut at_start) = (false, true);
        let mut chars = line.trim_end_matches("\r\n").chars().peekable();
        while let Some(c) = chars.next() {
            let cell = cells.last_mut().unwrap();
            match c {
                '"' if at_start => quoted = true,
                '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
                '"' if quoted => quoted = false,
                c if !quoted && separators.contains(&c) => {
                    cells.push(String::new());
                    at_start = true;
                    continue;
                }
                c => cell.push(c),
            }
            at_start = false;
        }
        cells
    }

    fn check(row: &RoleRow<'_>) {
        let mut rows = Rows::<Roles>::new();
        rows.push(row).unwrap();
        let line = String::from_utf8(rows.into_bytes()).unwrap();
        assert_eq!(line, by_the_crate(row));
        // With each of these separators a spreadsheet sees the cells as they are, and so no formula. (None holds a tab.)
        for separators in [&[','][..], &[',', '\t'], &[',', ';', '\t']] {
            assert_eq!(split_at(&line, separators), cells(row), "{separators:?}");
        }
        for separators in [&[','][..], &['\t'], &[',', ';', '\t']] {
            for cell in split_at(&line, separators) {
                let first = cell.chars().find(|c| !c.is_whitespace() && *c != '"');
                assert!(!first.is_some_and(|c| "=+-@＝＋－＠−".contains(c)), "{cell:?} with {separators:?}");
            }
        }
    }

    #[test]
    fn rows_are_what_the_csv_crate_makes_of_their_cells_and_hold_no_formula() {
        for fixture in [Fixture::default(), Fixture::hostile(), Fixture::bare()] {
            check(&fixture.row());
        }
    }

    #[test]
    fn an_arn_with_a_semicolon_is_in_quotation_marks_and_not_altered() {
        let mut fixture = Fixture::default();
        let arn = "arn:aws:iam::000000000123:role/x;=1+1;/app";
        fixture.role.arn = arn.parse().unwrap();
        let mut rows = Rows::<Roles>::new();
        rows.push(&fixture.row()).unwrap();
        let line = String::from_utf8(rows.into_bytes()).unwrap();
        assert!(line.starts_with(&format!("\"{arn}\",")), "{line}");
        check(&fixture.row());
    }

    proptest! {
        #[test]
        fn rows_of_any_text_are_what_the_csv_crate_makes_of_their_cells(
            texts in proptest::collection::vec("[ -~\r\n\t]{0,6}|[,\"'=;a]{0,4}|.{0,4}", 6),
            resource in "(/[!-.0-~]{1,9}|/[a;=+@'\"|-]{1,6}){0,2}/[A-Za-z0-9_+=,.@-]{1,20}",
        ) {
            let mut fixture = Fixture::default();
            let [name, trust, key, value, reason, inline] = &texts[..] else { unreachable!() };
            fixture.role.arn = format!("arn:aws:iam::000000000123:role{resource}").parse().unwrap();
            fixture.account.name = Some(name.clone());
            fixture.trust.clone_from(trust);
            fixture.role.tags.as_mut().unwrap()[0].key.clone_from(key);
            fixture.role.tags.as_mut().unwrap()[1].value.clone_from(value);
            fixture.assessment.disposition_reason = reason.clone().into();
            fixture.role.inline_policy_names.as_mut().unwrap().push(inline.clone());
            check(&fixture.row());
        }
    }
}
