//! From facts to what people and machines read: the pipeline, the formats, the manifest, and the folder that they appear in.
//!
//! ```text
//! pipeline ─▶ formats ─▶ columns ─▶ text
//!    │           └─▶ summary ─▶ assessed (what flows: roles, accounts)
//!    └─▶ directory ─▶ manifest
//! ```
//!
//! [`run`] makes a report: it reads the store and knows neither AWS nor a clock. [`ReportDirectory::check`] finds out before a scan whether a folder can
//! take the report.

mod assessed;
mod columns;
mod digest;
mod directory;
mod error;
mod formats;
pub mod limits;
mod manifest;
mod output;
mod pipeline;
pub mod remedies;
mod summary;
pub mod text;

pub use assessed::{AccountFacts, AssessedAccount, AssessedRole, Include, Report};
pub use columns::{
    ACCOUNT_COLUMNS, Accounts, Column, Kind, ROLE_COLUMNS, Roles, Table, Value, columns_markdown,
    table_markdown,
};
pub use digest::{Written, sha256};
pub use directory::{MANIFEST, ReportDirectory, default_path};
pub use error::{Occupant, ReportError};
pub use formats::{AccountsCsv, Bom, CsvWriter, FORMATS, RolesCsv, Sink};
pub use manifest::{
    AcceptedGapEntry, AccountCounts, AccountEntry, AssessEntry, CallerEntry, Counts, DispositionCounts,
    ExemptionEntry, FileEntry, LimitEntry, Manifest, OrganizationEntry, ParametersEntry, PreviousManifest,
    RoleCounts, RuleEntry, SCHEMA_VERSION, ScanEntry, StatusCounts, TagEntry, Tool,
};
pub use output::Rows;
pub use pipeline::{PipelineError, Target, run};
pub use summary::{AccountName, AuditRoleUse, Burdened, LongIdle, Summary, Trouble, Unassumed};

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod golden;
