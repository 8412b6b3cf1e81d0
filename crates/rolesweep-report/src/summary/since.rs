//! What changed since an earlier scan.

use jiff::Timestamp;
use rolesweep_assess::Change;
use rolesweep_assess::risk::Severity;
use rolesweep_model::ScanId;

use super::severities::Severities;
use crate::assessed::{ComparedRole, Report};
use crate::comparison::ChangeCounts;
use crate::sink::Sink;

/// What changed since an earlier scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The earlier scan.
    pub scan_id: ScanId,
    /// The instant at which its facts were assessed.
    pub as_of: Timestamp,
    /// How many roles changed.
    pub changes: ChangeTotals,
}

/// How many roles changed. The counts by severity are all 0 if the report does not judge what roles
/// could do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeTotals {
    /// How many have each change.
    pub counts: ChangeCounts,
    /// The newly idle ones by severity.
    pub newly_idle: Severities,
    /// The findings that the earlier scan did not have.
    pub new_findings: u64,
    /// These by severity.
    pub new_by_severity: Severities,
    /// The findings whose severity was raised, by the severity that they have now.
    pub raised: Severities,
}

impl ChangeTotals {
    /// How many findings are at least this severe that were not so in the earlier scan, because they
    /// are new or because their severity was raised; `unknown` counts as `high`.
    #[must_use]
    pub fn newly_at_least(&self, limit: Severity) -> u64 {
        self.new_by_severity.at_least(limit) + self.raised.at_least(limit)
    }

    /// How many findings the later scan has.
    pub(crate) fn findings(&self) -> u64 {
        self.new_findings + self.counts.of(Change::StillIdle) + self.counts.of(Change::SeverityRaised)
    }

    /// What it comes to, compared with the earlier scan of a report; `None` if there is none.
    pub(crate) fn since(self, report: &Report<'_>) -> Option<Since> {
        report.previous.map(|previous| Since {
            scan_id: previous.scan.id,
            as_of: previous.parameters.as_of,
            changes: self,
        })
    }
}

impl Sink for ChangeTotals {
    fn changed(&mut self, role: &ComparedRole<'_>) {
        let changed = role.changed;
        self.counts.add(changed.change);
        self.new_findings += u64::from(changed.is_new_finding());
        let Some(severity) = changed.after.as_ref().and_then(|role| role.severity) else { return };
        if changed.is_new_finding() {
            self.new_by_severity.add(severity);
        }
        match changed.change {
            Change::NewlyIdle => self.newly_idle.add(severity),
            Change::SeverityRaised => self.raised.add(severity),
            _ => {}
        }
    }

    fn join(&mut self, next: Self) {
        self.counts.merge(&next.counts);
        self.new_findings += next.new_findings;
        self.newly_idle.join(next.newly_idle);
        self.new_by_severity.join(next.new_by_severity);
        self.raised.join(next.raised);
    }
}
