//! What a table of a report is.

use super::value::{Kind, Value};

/// A table of a report: what a row is, and which columns it has.
pub trait Table: Sized + 'static {
    /// What a row is made of.
    type Row<'a>;
    /// The file's name in a report.
    const FILE: &'static str;
    /// What one row is, and which rows there are: sentences for the documentation.
    const ABOUT: &'static str;

    /// The columns, in order. Later versions only add, at the end.
    fn columns() -> &'static [Column<Self>];
}

/// A column.
pub struct Column<T: Table> {
    /// Its name in the header, in snake_case. It never changes.
    pub name: &'static str,
    /// What it holds, and when it is empty: sentences for the documentation.
    pub doc: &'static str,
    /// What kind of value.
    pub kind: Kind,
    /// The value for a row.
    pub value: for<'r, 'a> fn(&'r T::Row<'a>) -> Value<'r>,
}
