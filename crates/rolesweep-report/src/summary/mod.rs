//! The result of a report, for the terminal and the exit code.

mod audit_role;
mod clock;
mod gaps;
mod longest_idle;
mod most_findings;
pub(crate) mod notes;
mod unjudged;

use jiff::Timestamp;
use rolesweep_assess::{Completeness, CoverageSummary, Totals};
use rolesweep_model::Scope;

pub use audit_role::{AuditRoleUse, Unassumed};
pub(crate) use clock::LaterThanClock;
pub use gaps::GapGroup;
pub(crate) use gaps::Gaps;
pub use longest_idle::IdleRole;
pub(crate) use longest_idle::LongestIdle;
pub use most_findings::AccountFindings;
pub(crate) use most_findings::MostFindings;
pub(crate) use unjudged::Unjudged;

use crate::manifest::FileEntry;

/// The result of a report.
#[derive(Debug)]
pub struct Summary {
    /// The instant at which the facts were assessed.
    pub as_of: Timestamp,
    /// Whether somebody set that instant.
    pub as_of_set: bool,
    /// Which part of the organization the scan meant to see.
    pub scope: Scope,
    /// Whether the list of accounts was read to its end.
    pub population_complete: bool,
    /// Accounts by coverage.
    pub coverage: CoverageSummary,
    /// How complete the report is.
    pub completeness: Completeness,
    /// In which accounts the audit role was assumed.
    pub audit_role: AuditRoleUse,
    /// Whether the evidence shows that the scan's own clock was wrong.
    pub clock_was_wrong: bool,
    /// Whether AWS's answers gave no time to check the scan's clock against.
    pub clock_is_unchecked: bool,
    /// Roles by status and disposition.
    pub totals: Totals,
    /// The roles that have been idle for longest.
    pub longest_idle: Vec<IdleRole>,
    /// The accounts with the most findings.
    pub most_findings: Vec<AccountFindings>,
    /// The accounts that were not fully read.
    pub gaps: Vec<GapGroup>,
    /// What a reader should know, and what somebody should look at in the configuration.
    pub notes: Vec<String>,
    /// The files that were written, except the manifest.
    pub files: Vec<FileEntry>,
}
