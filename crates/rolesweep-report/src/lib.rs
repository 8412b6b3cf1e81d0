//! From facts to what people and machines read: the pipeline, the formats, the manifest, and the
//! folder of a report.
//!
//! ```text
//! pipeline ─▶ sinks ─▶ formats ─▶ columns ─▶ text
//! │          └────▶ summary ─▶ result, manifest
//! └─▶ directory
//! ```
//!
//! [`run`] makes a report: it reads the store and knows neither AWS nor a clock. `assessed` has the
//! types that pass through it, and `sinks` lists everything that takes them.
//! [`ReportDirectory::check`] finds out before a scan whether a folder can take the report.

mod assessed;
mod columns;
mod comparison;
mod directory;
mod error;
mod explain;
mod formats;
pub mod limits;
mod manifest;
mod output;
mod pipeline;
mod publication;
pub mod remedies;
pub mod result;
mod settings;
mod sha256;
mod sink;
mod sinks;
mod summary;
pub mod text;
mod words;

pub use assessed::{AccountFacts, AssessedAccount, AssessedRole, ComparedRole, Include, Ownership, Report};
pub use columns::{Accounts, Changes, Column, Kind, Roles, Table, Value, columns_markdown, table_markdown};
pub use comparison::{ChangeCounts, are_on_the_same_accounts, comparable_scans, previous_scan, was_read};
pub use directory::{ReportDirectory, default_path};
pub use error::{Occupant, ReportError};
pub use explain::{
    Candidate, DispositionExplained, ExemptionExplained, Explanation, Found, HistoryExplained, Missing,
    RiskExplained, StatusExplained, WantedRole, WayOff, explain,
};
pub use formats::{Bom, CsvWriter};
pub use manifest::{FileEntry, MANIFEST};
pub use output::Written;
pub use pipeline::{PipelineError, Target, compare_scans, run};
pub use publication::{publication, published_before};
pub use result::{ScanResult, result_markdown};
pub use settings::{
    ChangeKind, PublishedBefore, RecordedSettings, SettingKind, SettingsChange, SettingsChanges,
};
pub use sha256::sha256;
pub use summary::{
    AccountFindings, AuditRoleUse, ChangeTotals, Family, GapGroup, OuFindings, Severities, Since, Summary,
    Unassumed, WorstFindings, unread_aws_policies,
};

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod golden;
