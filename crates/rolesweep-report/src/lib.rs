//! What people and machines read: the tables of roles and accounts, the manifest, and the folder that they appear in.
//!
//! A report is made in this order: [`ReportDirectory::check`] before the scan, then [`ReportDirectory::create`], a
//! [`CsvWriter`] per table, [`ReportDirectory::seal`] for each, and [`ReportDirectory::commit`] with the [`Manifest`]. Nothing
//! here knows AWS, the store or a clock.

mod accounts;
mod column;
mod digest;
mod digits;
mod directory;
mod error;
pub mod limits;
mod manifest;
mod reference;
mod roles;
mod rows;
pub mod text;
mod writer;

pub use accounts::{ACCOUNT_COLUMNS, AccountRow, Accounts};
pub use column::{Column, Kind, Table, Value};
pub use digest::{Digest, Written, sha256};
pub use directory::{MANIFEST, Published, ReportDirectory, ReportFile, default_path};
pub use error::{Occupant, ReportError};
pub use manifest::{
    AcceptedGapEntry, AccountCounts, AccountEntry, AssessEntry, CallerEntry, Counts, DispositionCounts,
    ExemptionEntry, FileEntry, LimitEntry, Manifest, OrganizationEntry, ParametersEntry, PreviousManifest,
    RoleCounts, RuleEntry, SCHEMA_VERSION, ScanEntry, StatusCounts, TagEntry, Tool,
};
pub use reference::{columns_markdown, table_markdown};
pub use roles::{Include, ROLE_COLUMNS, RoleRow, Roles};
pub use rows::Rows;
pub use writer::{AccountCsv, Bom, CsvWriter, RoleCsv};

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod golden;
