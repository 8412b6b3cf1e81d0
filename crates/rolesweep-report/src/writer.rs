//! CSV: RFC 4180, comma, CRLF, header always.

use std::io::{self, Write};
use std::marker::PhantomData;

use crate::accounts::Accounts;
use crate::column::Table;
use crate::digest::{Digest, Written};
use crate::roles::Roles;

/// Whether the bytes begin with a byte order mark: spreadsheets need it to take a file for UTF-8; pipes do not want it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    /// For files.
    Yes,
    /// For standard output.
    No,
}

/// Writes one table as CSV.
pub struct CsvWriter<T: Table, W: Write> {
    inner: csv::Writer<Digest<W>>,
    rows: u64,
    /// The cell being made, kept for its room.
    cell: String,
    table: PhantomData<fn(T)>,
}

/// `roles.csv`.
pub type RoleCsv<W> = CsvWriter<Roles, W>;
/// `accounts.csv`.
pub type AccountCsv<W> = CsvWriter<Accounts, W>;

impl<T: Table, W: Write> CsvWriter<T, W> {
    /// Begins with the header. Writes are gathered: `writer` needs no buffer of its own.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged: `BrokenPipe` for a pipe that was closed.
    pub fn new(writer: W, bom: Bom) -> io::Result<Self> {
        let mut digest = Digest::new(writer);
        if bom == Bom::Yes {
            digest.write_all("\u{feff}".as_bytes())?;
        }
        let mut inner = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(64 * 1024)
            .from_writer(digest);
        inner.write_record(T::columns().iter().map(|column| column.name)).map_err(io_error)?;
        Ok(Self { inner, rows: 0, cell: String::new(), table: PhantomData })
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn write(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        for column in T::columns() {
            let value = (column.value)(row);
            debug_assert!(value.kind().is_none_or(|kind| kind == column.kind), "{}", column.name);
            self.cell.clear();
            value.push_cell(&mut self.cell);
            self.inner.write_field(&self.cell).map_err(io_error)?;
        }
        self.inner.write_record(None::<&[u8]>).map_err(io_error)?;
        self.rows += 1;
        Ok(())
    }

    /// How many rows were written so far, the header aside.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Hands over what is still gathered, and tells what was written.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn finish(mut self) -> io::Result<(W, Written)> {
        self.inner.flush()?;
        let digest = self.inner.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let (writer, written) = digest.finish()?;
        Ok((writer, Written { rows: Some(self.rows), ..written }))
    }
}

/// The I/O error inside, as it was: the crate's own conversion hides its kind.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

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
        let (bytes, written) = AccountCsv::new(Vec::new(), Bom::No).unwrap().finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("account_id,") && text.ends_with("\r\n") && text.lines().count() == 1);
        assert_eq!((written.rows, written.bytes), (Some(0), text.len() as u64));
    }

    #[test]
    fn the_mark_stands_first_and_counts() {
        let (with, written) = RoleCsv::new(Vec::new(), Bom::Yes).unwrap().finish().unwrap();
        let (without, _) = RoleCsv::new(Vec::new(), Bom::No).unwrap().finish().unwrap();
        assert_eq!(with, [b"\xef\xbb\xbf".as_slice(), &without].concat());
        assert_eq!(written.sha256, crate::digest::sha256(&with));
        assert_eq!(written.bytes, with.len() as u64);
    }

    #[test]
    fn a_closed_pipe_and_a_full_disk_keep_their_kind() {
        let fixture = Fixture::default();
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            let mut writer = RoleCsv::new(Failing(kind), Bom::No).unwrap();
            let result = (0..10_000).try_for_each(|_| writer.write(&fixture.row()));
            assert_eq!(result.unwrap_err().kind(), kind);
            let writer = RoleCsv::new(Failing(kind), Bom::No).unwrap();
            assert_eq!(writer.finish().err().map(|error| error.kind()), Some(kind));
        }
    }
}
