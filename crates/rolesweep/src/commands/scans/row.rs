//! A scan in the list: what the store has of it, and what was published.

use std::collections::BTreeMap;
use std::io::{self, Write};

use rolesweep_model::{Coverage, Publication, RemovedScan, Scan, ScanId};
use rolesweep_report::RecordedSettings;
use rolesweep_store::StoreError;
use serde::Serialize;

use crate::store::scans::{State, Stored, StoredScan, scope};

/// A scan in the list. In JSON, it has these keys.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) number: i64,
    pub(super) id: ScanId,
    pub(super) started_at: String,
    pub(super) state: &'static str,
    /// The process that runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    /// What interrupted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupted: Option<String>,
    /// When its facts were removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) removed_at: Option<String>,
    pub(super) scope: &'static str,
    /// As in the manifest that was published. `null`, like the next six, if nothing was.
    pub(super) completeness: Option<String>,
    pub(super) accepted_gaps: Option<u64>,
    pub(super) findings: Option<u64>,
    findings_by_severity: Option<BTreeMap<String, u64>>,
    /// The scan before it on the same accounts.
    previous_scan_id: Option<ScanId>,
    /// How many findings more than that scan it has. `null` if nothing was published of that one.
    pub(super) findings_more: Option<i64>,
    /// How many roles have each change since then. `null` if they were not compared.
    pub(super) changes: Option<BTreeMap<String, u64>>,
    /// What changed in the settings since then. `null` if that is not known.
    pub(super) settings_changed: Option<Vec<String>>,
    /// `null` if the store is damaged.
    pub(super) coverage: Option<BTreeMap<&'static str, u64>>,
}

impl Row {
    /// All scans, the newest first. Their accounts are not counted yet.
    pub(super) fn all(stored: &Stored) -> Result<Vec<Self>, StoreError> {
        let published = stored.store.publications()?;
        let removed = stored.removed.iter().map(Self::removed);
        let mut rows: Vec<Self> = stored.scans.iter().map(Self::stored).chain(removed).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.number));
        for row in &mut rows {
            if let Some(record) = published.get(&row.id) {
                row.publish(record, &published);
            }
        }
        Ok(rows)
    }

    fn new(number: i64, scan: &Scan, state: &'static str) -> Self {
        Self {
            number,
            id: scan.id,
            started_at: scan.started_at.to_string(),
            state,
            process: None,
            interrupted: None,
            removed_at: None,
            scope: scope(scan.scope),
            completeness: None,
            accepted_gaps: None,
            findings: None,
            findings_by_severity: None,
            previous_scan_id: None,
            findings_more: None,
            changes: None,
            settings_changed: None,
            coverage: None,
        }
    }

    fn stored(stored: &StoredScan) -> Self {
        let new = |state| Self::new(stored.number, &stored.scan, state);
        match &stored.state {
            State::Finished => new("finished"),
            State::Interrupted(reason) => Self { interrupted: Some(reason.clone()), ..new("interrupted") },
            State::Running(holder) => Self { process: Some(holder.pid), ..new("running") },
            State::CutOff => new("cut_off"),
        }
    }

    fn removed(RemovedScan { number, scan, removed_at }: &RemovedScan) -> Self {
        Self { removed_at: Some(removed_at.to_string()), ..Self::new(*number, scan, "removed") }
    }

    /// Adds what was published of the scan, and compares it with the scan before.
    fn publish(&mut self, record: &Publication, published: &BTreeMap<ScanId, Publication>) {
        self.completeness = Some(record.completeness.clone());
        self.accepted_gaps = Some(record.accepted_gaps);
        self.findings = Some(record.findings);
        self.findings_by_severity = Some(record.findings_by_severity.clone());
        self.changes.clone_from(&record.changes);
        self.coverage = Some(words(&record.coverage));
        self.previous_scan_id = record.previous.scan_id;
        let Some(before) = self.previous_scan_id.and_then(|id| published.get(&id)) else { return };
        let findings = |record: &Publication| i64::try_from(record.findings).ok();
        self.findings_more = findings(record).zip(findings(before)).map(|(now, then)| now - then);
        let settings = |record: &Publication| RecordedSettings::from_json(&record.settings);
        self.settings_changed = settings(before).zip(settings(record)).map(|(then, now)| {
            then.changes_to(&now).iter().map(rolesweep_report::SettingsChange::what).collect()
        });
    }

    /// Counts the accounts as the store has them now. Those of a removed scan stay as they were
    /// published.
    pub(super) fn count_accounts(&mut self, stored: &Stored) {
        if let Some(scan) = stored.scans.iter().find(|scan| scan.scan.id == self.id) {
            self.coverage = stored.coverage(scan).as_ref().map(words);
        }
    }

    pub(super) fn json(&self, data: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *data, self)?;
        data.write_all(b"\n")
    }
}

fn words(coverage: &BTreeMap<Coverage, u64>) -> BTreeMap<&'static str, u64> {
    coverage.iter().map(|(word, accounts)| (word.as_str(), *accounts)).collect()
}
