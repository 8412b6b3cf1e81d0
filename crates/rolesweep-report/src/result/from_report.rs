//! Takes the parts of the record from scans and summaries.

use rolesweep_assess::risk::Severity;
use rolesweep_assess::{Change, CoverageSummary, Disposition, Status, Totals};
use rolesweep_model::{Coverage, Scan};

use super::record::{
    AccountCounts, Caller, ChangeClasses, ChangedSetting, ChangedSettings, Compared, Counted,
    DispositionCounts, ExitStatus, FORMAT_VERSION, File, Files, OrganizationFacts, RoleCounts, ScanFacts,
    ScanResult, SeverityCounts, StatusCounts, Tool,
};
use crate::comparison::ChangeCounts;
use crate::manifest::FileEntry;
use crate::settings::{SettingsChange, SettingsChanges};
use crate::summary::{Severities, Since, Summary};
use crate::words;

impl ScanResult {
    /// The record of a command that has not ended, and knows nothing yet.
    #[must_use]
    pub fn begin(command: &'static str) -> Self {
        Self {
            record: "result",
            format_version: FORMAT_VERSION.to_owned(),
            tool: Tool { name: "rolesweep".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            command,
            exit: ExitStatus { code: 0, meaning: String::new() },
            error: None,
            scan: None,
            assessment: None,
            report: None,
            store: None,
        }
    }
}

impl From<&Scan> for ScanFacts {
    fn from(scan: &Scan) -> Self {
        let end = scan.end.as_ref();
        Self {
            id: scan.id,
            source: words::source(scan.source),
            organization: scan.organization.as_ref().map(|organization| OrganizationFacts {
                id: organization.id.clone(),
                management_account_id: organization.management_account_id,
            }),
            caller: Caller { arn: scan.caller.arn.clone(), account_id: scan.caller.account_id },
            scope: words::scope(scan.scope),
            started_at: scan.started_at,
            ended_at: end.map(|end| end.finished_at),
            interrupted: end.and_then(|end| end.interrupted.clone()),
        }
    }
}

impl From<&Summary> for Counted {
    fn from(summary: &Summary) -> Self {
        Self {
            as_of: summary.as_of,
            as_of_set_by_hand: summary.as_of_set,
            completeness: summary.completeness.as_str(),
            population_complete: summary.population_complete,
            findings: summary.totals.findings(),
            findings_by_severity: SeverityCounts::from(&summary.severities),
            previous: summary.since.as_ref().map(Compared::from),
            accounts: AccountCounts::from(&summary.coverage),
            roles: RoleCounts::from(&summary.totals),
            settings_changes: summary.settings_changes.as_ref().map(ChangedSettings::from),
        }
    }
}

impl From<&SettingsChanges> for ChangedSettings {
    fn from(changes: &SettingsChanges) -> Self {
        Self {
            scan_id: changes.scan_id,
            findings_added: changes.findings_added,
            findings_removed: changes.findings_removed,
            changes: changes.changes.iter().map(ChangedSetting::from).collect(),
        }
    }
}

impl From<&SettingsChange> for ChangedSetting {
    fn from(change: &SettingsChange) -> Self {
        Self {
            kind: change.kind.as_str(),
            name: change.name.clone(),
            change: change.change.as_str(),
            old: change.old.clone(),
            new: change.new.clone(),
            findings_added: change.findings_added,
            findings_removed: change.findings_removed,
        }
    }
}

impl From<&Since> for Compared {
    fn from(since: &Since) -> Self {
        let Since { scan_id, as_of, changes } = *since;
        Self {
            scan_id,
            as_of,
            changes: ChangeClasses::from(&changes.counts),
            new_findings: changes.new_findings,
            new_findings_by_severity: SeverityCounts::from(&changes.new_by_severity),
            raised_by_severity: SeverityCounts::from(&changes.raised),
        }
    }
}

impl From<&ChangeCounts> for ChangeClasses {
    fn from(counts: &ChangeCounts) -> Self {
        Self {
            newly_idle: counts.of(Change::NewlyIdle),
            severity_raised: counts.of(Change::SeverityRaised),
            exemption_expired: counts.of(Change::ExemptionExpired),
            recreated: counts.of(Change::Recreated),
            newly_exempt: counts.of(Change::NewlyExempt),
            still_idle: counts.of(Change::StillIdle),
            used_again: counts.of(Change::UsedAgain),
            no_longer_listed: counts.of(Change::NoLongerListed),
            gone: counts.of(Change::Gone),
            not_comparable: counts.of(Change::NotComparable),
        }
    }
}

impl From<&Severities> for SeverityCounts {
    fn from(severities: &Severities) -> Self {
        Self {
            critical: severities.count(Severity::Critical),
            unknown: severities.count(Severity::Unknown),
            high: severities.count(Severity::High),
            medium: severities.count(Severity::Medium),
            low: severities.count(Severity::Low),
        }
    }
}

impl From<&CoverageSummary> for AccountCounts {
    fn from(coverage: &CoverageSummary) -> Self {
        Self {
            total: coverage.total(),
            scanned: coverage.count(Coverage::Scanned),
            partial: coverage.count(Coverage::Partial),
            denied: coverage.count(Coverage::Denied),
            failed: coverage.count(Coverage::Failed),
            not_reached: coverage.count(Coverage::NotReached),
            not_active: coverage.count(Coverage::NotActive),
            excluded: coverage.count(Coverage::Excluded),
            accepted_gaps: coverage.accepted_gaps(),
        }
    }
}

impl From<&Totals> for RoleCounts {
    fn from(totals: &Totals) -> Self {
        Self {
            total: totals.roles(),
            by_status: StatusCounts {
                active: totals.status(Status::Active),
                inactive: totals.status(Status::Inactive),
                unused: totals.status(Status::Unused),
                new: totals.status(Status::New),
                unknown: totals.status(Status::Unknown),
            },
            by_disposition: DispositionCounts {
                protected: totals.disposition(Disposition::Protected),
                exempt: totals.disposition(Disposition::Exempt),
                flagged: totals.disposition(Disposition::Flagged),
                undetermined: totals.disposition(Disposition::Undetermined),
                none: totals.disposition(Disposition::None),
            },
        }
    }
}

impl Files {
    /// The files of a report in this folder, or of one that went to stdout.
    #[must_use]
    pub fn new(folder: Option<String>, summary: &Summary) -> Self {
        Self { folder, files: summary.files.iter().map(File::from).collect() }
    }
}

impl From<&FileEntry> for File {
    fn from(file: &FileEntry) -> Self {
        Self { name: file.name.clone(), rows: file.rows, bytes: file.bytes, sha256: file.sha256.clone() }
    }
}
