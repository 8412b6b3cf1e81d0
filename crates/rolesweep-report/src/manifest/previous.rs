//! The earlier scan that a report was compared with.

use jiff::Timestamp;
use rolesweep_assess::Change;
use rolesweep_model::ScanId;
use serde::Serialize;

use super::counts::ByWord;
use crate::summary::{Severities, Since};

#[derive(Debug, Clone, Serialize)]
pub(crate) struct PreviousEntry {
    scan_id: ScanId,
    as_of: Timestamp,
    changes: ByWord,
    new_findings: u64,
    new_findings_by_severity: ByWord,
    raised_by_severity: ByWord,
}

impl From<&Since> for PreviousEntry {
    fn from(since: &Since) -> Self {
        let Since { scan_id, as_of, changes } = *since;
        let by_severity = |severities: &Severities| {
            ByWord(severities.counts().map(|(severity, count)| (severity.as_str(), count)).collect())
        };
        let by_change = Change::ALL.map(|change| (change.as_str(), changes.counts.of(change)));
        Self {
            scan_id,
            as_of,
            changes: ByWord(by_change.into()),
            new_findings: changes.new_findings,
            new_findings_by_severity: by_severity(&changes.new_by_severity),
            raised_by_severity: by_severity(&changes.raised),
        }
    }
}
