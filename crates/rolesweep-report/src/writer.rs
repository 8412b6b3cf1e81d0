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
    gathered: Vec<u8>,
    /// Rows that are not among the gathered bytes yet.
    last: Rows<T>,
    /// How many rows are.
    rows: u64,
}

/// How many bytes are gathered, and how many rows before that.
const GATHERED: usize = 64 * 1024;
const LAST: u64 = 100;

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
        let gathered = Rows::<T>::header(bom == Bom::Yes)?;
        Ok(Self { digest: Digest::new(writer), gathered, last: Rows::new(), rows: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn write(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        self.last.push(row)?;
        if self.last.count() >= LAST { self.append(Rows::new()) } else { Ok(()) }
    }

    /// Writes rows that were made elsewhere.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn append(&mut self, rows: Rows<T>) -> io::Result<()> {
        for rows in [std::mem::take(&mut self.last), rows] {
            self.rows += rows.count();
            let mut bytes = rows.into_bytes();
            if bytes.len() < GATHERED {
                self.gathered.append(&mut bytes);
                if self.gathered.len() >= GATHERED {
                    self.hand_over()?;
                }
            } else {
                // Worth a call of the system as they are.
                self.hand_over()?;
                self.digest.write_all(&bytes)?;
            }
        }
        Ok(())
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let written = self.digest.write_all(&self.gathered);
        // Whatever came of it: what failed in part must not be written twice.
        self.gathered.clear();
        written
    }

    /// How many rows were written so far, the header aside.
    pub fn rows(&self) -> u64 {
        self.rows + self.last.count()
    }

    /// Hands over what is still gathered, and tells what was written.
    ///
    /// # Errors
    ///
    /// As the writer's own, its kind unchanged.
    pub fn finish(mut self) -> io::Result<(W, Written)> {
        self.append(Rows::new())?;
        self.hand_over()?;
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
