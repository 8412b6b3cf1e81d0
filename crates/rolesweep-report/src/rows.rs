//! Rows as CSV: RFC 4180, comma, CRLF.

use std::fmt;
use std::io;
use std::marker::PhantomData;

use crate::column::Table;

/// How many bytes the csv crate gathers before it hands them on: a few rows, since what takes them is memory.
const BUFFER: usize = 4 * 1024;

/// Rows of a table, ready to be written: made by several threads, they go into one file in their order ([`CsvWriter::append`]).
///
/// [`CsvWriter::append`]: crate::CsvWriter::append
pub struct Rows<T> {
    writer: csv::Writer<Vec<u8>>,
    /// The cell being made, kept for its room.
    cell: String,
    count: u64,
    table: PhantomData<fn(T)>,
}

impl<T: Table> Rows<T> {
    /// No rows.
    #[must_use]
    pub fn new() -> Self {
        Self::after(Vec::new())
    }

    /// The header, behind a byte order mark or not.
    pub(crate) fn header(bom: bool) -> io::Result<Vec<u8>> {
        let mut rows = Self::after(if bom { "\u{feff}".into() } else { Vec::new() });
        rows.writer.write_record(T::columns().iter().map(|column| column.name)).map_err(io_error)?;
        rows.into_bytes()
    }

    fn after(bytes: Vec<u8>) -> Self {
        let mut builder = csv::WriterBuilder::new();
        let builder = builder.terminator(csv::Terminator::CRLF).buffer_capacity(BUFFER);
        Self { writer: builder.from_writer(bytes), cell: String::new(), count: 0, table: PhantomData }
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// Those of the csv crate, which in memory has none.
    pub fn push(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        for column in T::columns() {
            let value = (column.value)(row);
            debug_assert!(value.kind().is_none_or(|kind| kind == column.kind), "{}", column.name);
            self.cell.clear();
            value.push_cell(&mut self.cell);
            self.writer.write_field(&self.cell).map_err(io_error)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(io_error)?;
        self.count += 1;
        Ok(())
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The rows as they stand in the file.
    pub(crate) fn into_bytes(self) -> io::Result<Vec<u8>> {
        self.writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
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

/// The I/O error inside, as it was: the crate's own conversion hides its kind.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
