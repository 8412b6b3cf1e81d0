//! A table's file: the header always, then rows as [`Rows`] makes them.

use std::io::{self, Write};

use crate::accounts::Accounts;
use crate::column::Table;
use crate::digest::{Digest, Written};
use crate::roles::Roles;
use crate::rows::Rows;

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
    digest: Digest<W>,
    /// What is gathered until it is worth a call of the system.
    gathered: Rows<T>,
    /// How many rows were handed over already.
    rows: u64,
}

/// How many bytes are gathered.
const GATHERED: usize = 64 * 1024;

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
        let mut gathered = Rows::new();
        gathered.begin(bom == Bom::Yes);
        Ok(Self { digest: Digest::new(writer), gathered, rows: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn write(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        self.gathered.push(row);
        self.hand_over(GATHERED)
    }

    /// Writes rows that were made elsewhere.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn append(&mut self, rows: Rows<T>) -> io::Result<()> {
        self.gathered.append(rows);
        self.hand_over(GATHERED)
    }

    /// Hands over what is gathered, if it is so much.
    fn hand_over(&mut self, least: usize) -> io::Result<()> {
        if self.gathered.bytes().len() < least {
            return Ok(());
        }
        // Taken out first: what failed in part must not be written twice.
        let gathered = std::mem::take(&mut self.gathered);
        self.digest.write_all(gathered.bytes())?;
        self.rows += gathered.count();
        self.gathered = gathered.cleared();
        Ok(())
    }

    /// How many rows were written so far, the header aside.
    pub fn rows(&self) -> u64 {
        self.rows + self.gathered.count()
    }

    /// Hands over what is still gathered, and tells what was written.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn finish(mut self) -> io::Result<(W, Written)> {
        self.hand_over(0)?;
        let (writer, written) = self.digest.finish()?;
        Ok((writer, Written { rows: Some(self.rows), ..written }))
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
