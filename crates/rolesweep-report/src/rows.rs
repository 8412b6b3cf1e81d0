//! Rows as CSV: RFC 4180, comma, CRLF, and quotation marks only where there have to be any.
//!
//! Most cells are known to need none when they have been made, and stand in the row as they are; the csv crate writes the others.

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
    /// Those of the csv crate, which in memory has none.
    pub fn push(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        for (at, column) in T::columns().iter().enumerate() {
            if at > 0 {
                self.bytes.push(b',');
            }
            let value = (column.value)(row);
            debug_assert!(value.kind().is_none_or(|kind| kind == column.kind), "{}", column.name);
            let start = self.bytes.len();
            if value.push(&mut self.bytes) == Quoting::Needed {
                quote(&mut self.bytes, start)?;
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

/// Has the csv crate write the cell that begins at `start`.
fn quote(bytes: &mut Vec<u8>, start: usize) -> io::Result<()> {
    let cell = bytes.split_off(start);
    let mut writer = writer(std::mem::take(bytes), 2 * cell.len() + 2 + END.len());
    writer.write_record([cell])?;
    *bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    // A record of this one cell, without its end: the row goes on.
    bytes.truncate(bytes.len() - END.len());
    Ok(())
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

    /// The same row by the csv crate.
    fn by_the_crate(row: &RoleRow<'_>) -> Vec<u8> {
        let mut builder = csv::WriterBuilder::new();
        let mut writer = builder.terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for column in Roles::columns() {
            let mut cell = String::new();
            (column.value)(row).push_cell(&mut cell);
            writer.write_field(cell).unwrap();
        }
        writer.write_record(None::<&[u8]>).unwrap();
        writer.into_inner().unwrap()
    }

    fn check(row: &RoleRow<'_>) {
        let mut rows = Rows::<Roles>::new();
        rows.push(row).unwrap();
        assert_eq!(
            String::from_utf8(rows.into_bytes()).unwrap(),
            String::from_utf8(by_the_crate(row)).unwrap()
        );
    }

    #[test]
    fn rows_are_what_the_csv_crate_makes_of_their_cells() {
        for fixture in [Fixture::default(), Fixture::hostile(), Fixture::bare()] {
            check(&fixture.row());
        }
    }

    proptest! {
        #[test]
        fn rows_of_any_text_are_what_the_csv_crate_makes_of_their_cells(
            texts in proptest::collection::vec("[ -~\r\n\t]{0,6}|[,\"'=;a]{0,4}|.{0,4}", 6),
            resource in "(/[!-.0-~]{1,9}){0,2}/[A-Za-z0-9_+=,.@-]{1,20}",
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
