//! CSV files, read back.

use std::collections::HashMap;
use std::path::Path;

/// A CSV file with its header.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    places: HashMap<String, usize>,
    rows: Vec<Vec<String>>,
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    cells: &'a [String],
}

impl Table {
    /// Reads a file.
    ///
    /// # Panics
    /// If it does not exist, or is not a table.
    #[must_use]
    #[track_caller]
    pub fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&bytes)
    }

    /// Reads a table from its bytes, with or without a byte order mark.
    ///
    /// # Panics
    /// If it is not a table.
    #[must_use]
    #[track_caller]
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut reader = csv::Reader::from_reader(bytes);
        let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let columns = cells(reader.headers().expect("a table has a header").clone());
        let rows: Vec<_> =
            reader.records().map(|record| cells(record.expect("every row has every column"))).collect();
        let places = columns.iter().cloned().enumerate().map(|(at, name)| (name, at)).collect();
        Self { columns, places, rows }
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { table: self, cells })
    }
}

impl<'a> Row<'a> {
    /// The cell in this column, as it is in the file.
    ///
    /// # Panics
    /// If there is no such column.
    #[must_use]
    #[track_caller]
    pub fn get(self, column: &str) -> &'a str {
        let at = self.table.places.get(column);
        at.map(|&at| self.cells[at].as_str()).unwrap_or_else(|| panic!("there is no column `{column}`"))
    }
}
