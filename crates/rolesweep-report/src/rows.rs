//! Rows as CSV: RFC 4180, comma, CRLF.

use std::fmt;
use std::marker::PhantomData;

use crate::column::Table;

/// Rows of a table, ready to be written: made by several threads, they go into one file in their order ([`CsvWriter::append`]).
///
/// [`CsvWriter::append`]: crate::CsvWriter::append
pub struct Rows<T> {
    text: String,
    count: u64,
    table: PhantomData<fn(T)>,
}

impl<T: Table> Rows<T> {
    /// No rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub fn push(&mut self, row: &T::Row<'_>) {
        let columns = T::columns();
        let begin = self.text.len();
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            let value = (column.value)(row);
            debug_assert!(value.kind().is_none_or(|kind| kind == column.kind), "{}", column.name);
            let start = self.text.len();
            value.push_cell(&mut self.text);
            quote(&mut self.text, start);
        }
        if columns.len() == 1 && self.text.len() == begin {
            // An empty line would be no row.
            self.text.push_str("\"\"");
        }
        self.text.push_str("\r\n");
        self.count += 1;
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Begins the file, with or without a byte order mark.
    pub(crate) fn begin(&mut self, bom: bool) {
        if bom {
            self.text.push('\u{feff}');
        }
        // Names of ours need no quotes.
        for (at, column) in T::columns().iter().enumerate() {
            self.text.push_str(if at > 0 { "," } else { "" });
            self.text.push_str(column.name);
        }
        self.text.push_str("\r\n");
    }

    /// Adds rows that were made elsewhere.
    pub(crate) fn append(&mut self, rows: Self) {
        self.count += rows.count;
        if self.text.is_empty() {
            self.text = rows.text;
        } else {
            self.text.push_str(&rows.text);
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// No rows, with the room of these.
    pub(crate) fn cleared(mut self) -> Self {
        self.text.clear();
        Self { count: 0, ..self }
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { text: String::new(), count: 0, table: PhantomData }
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("count", &self.count).finish_non_exhaustive()
    }
}

/// Puts the cell that begins there between quotation marks, where it needs them.
fn quote(text: &mut String, start: usize) {
    // All bytes are looked at, whichever is found: several at a time, which is faster than to stop early.
    let special = |byte: u8| byte == b',' || byte == b'"' || byte == b'\r' || byte == b'\n';
    if !text.as_bytes()[start..].iter().fold(false, |found, &byte| found | special(byte)) {
        return;
    }
    let cell = text.split_off(start);
    text.push('"');
    for (at, part) in cell.split('"').enumerate() {
        text.push_str(if at > 0 { "\"\"" } else { "" });
        text.push_str(part);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::column::{Column, Kind, Value};

    enum Ids<const COLUMNS: usize> {}

    impl<const COLUMNS: usize> Table for Ids<COLUMNS> {
        type Row<'a> = [&'a str; 2];
        const FILE: &'static str = "ids.csv";
        const ABOUT: &'static str = "";

        fn columns() -> &'static [Column<Self>] {
            let all = const {
                &[
                    Column { name: "a", doc: "", kind: Kind::Id, value: |row: &[&str; 2]| Value::Id(row[0]) },
                    Column { name: "b", doc: "", kind: Kind::Id, value: |row: &[&str; 2]| Value::Id(row[1]) },
                ]
            };
            &all[..COLUMNS]
        }
    }

    fn rows<const COLUMNS: usize>(cells: &[[String; 2]]) -> (String, Vec<u8>) {
        let mut rows = Rows::<Ids<COLUMNS>>::new();
        let mut other = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for row in cells {
            rows.push(&[&row[0], &row[1]]);
            other.write_record(&row[..COLUMNS]).unwrap();
        }
        assert_eq!(rows.count(), cells.len() as u64);
        (rows.text, other.into_inner().unwrap())
    }

    proptest! {
        #[test]
        fn rows_are_written_as_the_csv_crate_writes_them(
            cells in proptest::collection::vec(["[a,\"\r\n;# é]{0,5}|.*", "[a,\"\r\n;# é]{0,5}|.*"], 0..5)
        ) {
            let (ours, theirs) = rows::<2>(&cells);
            prop_assert_eq!(ours.as_bytes(), theirs);
            let (ours, theirs) = rows::<1>(&cells);
            prop_assert_eq!(ours.as_bytes(), theirs);
        }
    }
}
