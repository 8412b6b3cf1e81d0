//! Columns: one table per file, from which the CSV, its documentation and every later format
//! follow.

mod accounts;
mod changes;
mod reference;
mod roles;
mod table;
mod value;

pub use accounts::Accounts;
pub use changes::Changes;
pub use reference::{columns_markdown, table_markdown};
pub use roles::Roles;
pub use table::{Column, Table};
pub use value::{Kind, Value};
