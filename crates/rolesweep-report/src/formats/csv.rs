//! CSV: RFC 4180, comma, CRLF. A cell is in quotation marks if it needs them or holds a semicolon,
//! so that a spreadsheet that also splits at semicolons does not split the cell.

use std::io::{self, Write};
use std::marker::PhantomData;

use super::format::Format;
use crate::assessed::{AssessedAccount, AssessedRole, ComparedRole};
use crate::columns::{Accounts, Changes, Roles, Table};
use crate::output::{Output, Rows, Written};

/// Whether the bytes begin with a byte order mark. Spreadsheets need it to recognise UTF-8; pipes
/// do not want it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    /// For files.
    Yes,
    /// For standard output.
    No,
}

/// `roles.csv`.
pub(super) struct RolesCsv {
    pub(super) bom: Bom,
}

impl Format for RolesCsv {
    fn begin(&mut self, out: &mut Rows) {
        push_header::<Roles>(self.bom, out);
    }

    fn role(&mut self, role: &AssessedRole<'_>, out: &mut Rows) {
        push_row::<Roles>(role, out);
    }
}

/// `accounts.csv`.
pub(super) struct AccountsCsv {
    pub(super) bom: Bom,
}

impl Format for AccountsCsv {
    fn begin(&mut self, out: &mut Rows) {
        push_header::<Accounts>(self.bom, out);
    }

    fn account(&mut self, account: &AssessedAccount<'_>, out: &mut Rows) {
        push_row::<Accounts>(account, out);
    }
}

/// `changes.csv`.
pub(super) struct ChangesCsv {
    pub(super) bom: Bom,
}

impl Format for ChangesCsv {
    fn begin(&mut self, out: &mut Rows) {
        push_header::<Changes>(self.bom, out);
    }

    fn changed(&mut self, role: &ComparedRole<'_>, out: &mut Rows) {
        push_row::<Changes>(role, out);
    }
}

/// Writes any table as CSV.
pub struct CsvWriter<T: Table, W: Write> {
    output: Output<W>,
    table: PhantomData<fn(T)>,
}

impl<T: Table, W: Write> CsvWriter<T, W> {
    /// Begins with the header. It collects writes, so `writer` needs no buffer of its own.
    ///
    /// # Errors
    ///
    /// As the writer's own, with the same kind: `BrokenPipe` for a pipe that was closed.
    pub fn new(writer: W, bom: Bom) -> io::Result<Self> {
        let mut this = Self { output: Output::new(writer), table: PhantomData };
        let mut header = Rows::default();
        push_header::<T>(bom, &mut header);
        this.output.append(&header)?;
        Ok(this)
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// As the writer's own, with the same kind.
    pub fn write(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        let mut rows = Rows::default();
        push_row::<T>(row, &mut rows);
        self.output.append(&rows)
    }

    /// Writes the remaining bytes, and returns what was written.
    ///
    /// # Errors
    ///
    /// As the writer's own, with the same kind.
    pub fn finish(self) -> io::Result<(W, Written)> {
        self.output.finish()
    }
}

const END: &[u8] = b"\r\n";

/// Appends the header, after a byte order mark or without one.
fn push_header<T: Table>(bom: Bom, out: &mut Rows) {
    if bom == Bom::Yes {
        out.bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    // Names of columns never need quotation marks.
    let names: Vec<&str> = T::columns().iter().map(|column| column.name).collect();
    out.bytes.extend_from_slice(names.join(",").as_bytes());
    out.bytes.extend_from_slice(END);
}

fn push_row<T: Table>(row: &T::Row<'_>, out: &mut Rows) {
    for (at, column) in T::columns().iter().enumerate() {
        if at > 0 {
            out.bytes.push(b',');
        }
        let value = (column.value)(row);
        debug_assert!(value.kind().is_none_or(|kind| kind == column.kind), "{}", column.name);
        let start = out.bytes.len();
        if value.push(&mut out.bytes) {
            quote(&mut out.bytes, start);
        }
    }
    out.bytes.extend_from_slice(END);
    out.count += 1;
}

/// Puts the cell that begins at `start` in quotation marks.
fn quote(bytes: &mut Vec<u8>, start: usize) {
    if !bytes[start..].contains(&b'"') {
        bytes.insert(start, b'"');
        bytes.push(b'"');
        return;
    }
    let cell = bytes.split_off(start);
    bytes.reserve(cell.len() + 2);
    bytes.push(b'"');
    for (at, part) in cell.split(|byte| *byte == b'"').enumerate() {
        if at > 0 {
            bytes.extend_from_slice(b"\"\"");
        }
        bytes.extend_from_slice(part);
    }
    bytes.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::Fixture;

    /// The cells of a row, before any quoting.
    fn cells(row: &AssessedRole<'_>) -> Vec<String> {
        let cell = |column: &crate::Column<Roles>| {
            let mut cell = String::new();
            (column.value)(row).push_cell(&mut cell);
            cell
        };
        Roles::columns().iter().map(cell).collect()
    }

    /// The same row by the csv crate, cell by cell, in quotation marks if it needs them or holds a
    /// semicolon.
    fn by_the_crate(row: &AssessedRole<'_>) -> String {
        let written = |cell: &String| {
            let style =
                if cell.contains(';') { ::csv::QuoteStyle::Always } else { ::csv::QuoteStyle::Necessary };
            let mut writer = ::csv::WriterBuilder::new().quote_style(style).from_writer(Vec::new());
            // With another cell beside it, because an empty cell alone would be quoted.
            writer.write_record([cell, "x"]).unwrap();
            let line = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            line.rsplit_once(',').unwrap().0.to_owned()
        };
        cells(row).iter().map(written).collect::<Vec<_>>().join(",") + "\r\n"
    }

    /// The cells that a spreadsheet sees if it splits at these characters, and accepts quotation
    /// marks only at the start of a cell.
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

    fn check(row: &AssessedRole<'_>) {
        let mut rows = Rows::default();
        push_row::<Roles>(row, &mut rows);
        let line = String::from_utf8(rows.bytes).unwrap();
        assert_eq!(line, by_the_crate(row));
        // With each of these separators, a spreadsheet sees the cells unchanged, and so no formula.
        // No cell holds a tab.
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
        let mut rows = Rows::default();
        push_row::<Roles>(&fixture.row(), &mut rows);
        let line = String::from_utf8(rows.bytes).unwrap();
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
            fixture.account.account.name = Some(name.clone());
            fixture.trust.clone_from(trust);
            fixture.role.tags.as_mut().unwrap()[0].key.clone_from(key);
            fixture.role.tags.as_mut().unwrap()[1].value.clone_from(value);
            fixture.assessment.disposition_reason = reason.clone().into();
            fixture.role.inline_policy_names.as_mut().unwrap().push(inline.clone());
            check(&fixture.row());
        }
    }

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn no_rows_give_a_header() {
        let (bytes, written) = CsvWriter::<Accounts, _>::new(Vec::new(), Bom::No).unwrap().finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("account_id,") && text.ends_with("\r\n") && text.lines().count() == 1);
        assert_eq!((written.rows, written.bytes), (0, text.len() as u64));
    }

    #[test]
    fn the_mark_stands_first_and_counts() {
        let (with, written) = CsvWriter::<Roles, _>::new(Vec::new(), Bom::Yes).unwrap().finish().unwrap();
        let (without, _) = CsvWriter::<Roles, _>::new(Vec::new(), Bom::No).unwrap().finish().unwrap();
        assert_eq!(with, [b"\xef\xbb\xbf".as_slice(), &without].concat());
        assert_eq!(written.sha256, crate::sha256(&with));
        assert_eq!(written.bytes, with.len() as u64);
    }

    #[test]
    fn a_closed_pipe_and_a_full_disk_keep_their_kind() {
        let fixture = Fixture::default();
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            let mut writer = CsvWriter::<Roles, _>::new(Failing(kind), Bom::No).unwrap();
            let result = (0..10_000).try_for_each(|_| writer.write(&fixture.row()));
            assert_eq!(result.unwrap_err().kind(), kind);
            let writer = CsvWriter::<Roles, _>::new(Failing(kind), Bom::No).unwrap();
            assert_eq!(writer.finish().err().map(|error| error.kind()), Some(kind));
        }
    }
}
