//! The result of a report, for the terminal and the exit code.

mod audit_role;
mod by_ou;
mod clock;
mod cross_checks;
mod families;
mod gaps;
mod most_findings;
pub(crate) mod notes;
mod severities;
mod since;
mod unjudged;
mod worst;

use jiff::Timestamp;
use rolesweep_assess::risk::Severity;
use rolesweep_assess::{Completeness, CoverageSummary, Totals};
use rolesweep_model::{ReasonKind, Scope};

pub use audit_role::{AuditRoleUse, Unassumed};
pub(crate) use by_ou::ByOu;
pub use by_ou::OuFindings;
pub(crate) use clock::LaterThanClock;
pub(crate) use cross_checks::CrossChecks;
pub(crate) use families::Families;
pub use families::Family;
pub use gaps::GapGroup;
pub(crate) use gaps::Gaps;
pub use most_findings::AccountFindings;
pub(crate) use most_findings::MostFindings;
pub use notes::unread_aws_policies;
pub use severities::Severities;
pub use since::{ChangeTotals, Since};
pub(crate) use unjudged::Unjudged;
pub(crate) use worst::Worst;
pub use worst::WorstFindings;

use crate::manifest::FileEntry;
use crate::settings::SettingsChanges;

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
    /// The findings by severity; all 0 if the report does not judge what roles could do.
    pub severities: Severities,
    /// What changed since an earlier scan; `None` if it was compared with none.
    pub since: Option<Since>,
    /// The findings to look at first, the worst first, at most ten lines.
    pub worst: Vec<WorstFindings>,
    /// The accounts with the most findings.
    pub most_findings: Vec<AccountFindings>,
    /// The OUs with the most findings, at most five; empty if the accounts that were read are in
    /// one OU, or if AWS did not say where they are.
    pub by_ou: Vec<OuFindings>,
    /// The role families with the most flagged roles in more than one account, at most ten.
    pub families: Vec<Family>,
    /// The accounts that were not fully read.
    pub gaps: Vec<GapGroup>,
    /// What a reader should know, and what somebody should look at in the configuration.
    pub notes: Vec<String>,
    /// Those of the notes that say that the configuration may not do what its author meant. Somebody
    /// who sees no notes has to see these.
    pub warnings: Vec<String>,
    /// What changed in the settings since the report on the previous comparable scan; `None` if there
    /// is none, or if it is not known how it judged.
    pub settings_changes: Option<SettingsChanges>,
    /// The files that were written, except the manifest.
    pub files: Vec<FileEntry>,
    /// The SHA-256 of the manifest, in lower-case hexadecimal; `None` if none was written.
    pub manifest_sha256: Option<String>,
}

impl Summary {
    /// How many findings the earlier scan did not have: all, if it was compared with none.
    #[must_use]
    pub fn new_findings(&self) -> u64 {
        self.since.map_or(self.totals.findings(), |since| since.changes.new_findings)
    }

    /// How many findings are at least this severe that were not so in the earlier scan: all of them, if
    /// it was compared with none.
    #[must_use]
    pub fn newly_at_least(&self, limit: Severity) -> u64 {
        self.since.map_or(self.severities.at_least(limit), |since| since.changes.newly_at_least(limit))
    }

    /// Whether another attempt could make the report complete. It could not if every gap is an
    /// account that has left.
    #[must_use]
    pub fn can_be_completed(&self) -> bool {
        let has_left = |gap: &GapGroup| gap.kind == Some(ReasonKind::Left);
        // Without gaps, the list of accounts is not whole.
        self.gaps.is_empty() || !self.gaps.iter().all(has_left)
    }
}
