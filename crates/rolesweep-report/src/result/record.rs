//! The types of the record, with the documentation of each field.

use jiff::Timestamp;
use rolesweep_model::{AccountId, OrganizationId, ScanId};

use super::form::{Form, Row, below, record};

/// The version of the record's form.
pub(super) const FORMAT_VERSION: &str = "1.0";

record! {
    /// The result of a scan or a report.
    pub struct ScanResult {
        /// Always `result`. It tells this record from the other lines of a log.
        record: &'static str,
        /// The version of this form, `MAJOR.MINOR`.
        format_version: String,
        /// What made the result.
        tool: Tool,
        /// The command: `scan` or `report`.
        command: &'static str,
        /// How the command ended.
        exit: ExitStatus,
        /// Why the exit code is not 0. `null` if it is 0.
        error: Option<Problem>,
        /// The scan that the result is about. `null` if the command failed before it began or chose
        /// one.
        scan: Option<ScanFacts>,
        /// How complete the report is, and what it counts. `null` if there is no report.
        assessment: Option<Counted>,
        /// Where the report is. `null` if there is no report.
        report: Option<Files>,
        /// The path of the store with the facts. `null` if the command failed before it opened one.
        store: Option<String>,
    }

    /// The program.
    pub struct Tool {
        /// `rolesweep`.
        name: String,
        /// Its version.
        version: String,
    }

    /// How a command ended.
    pub struct ExitStatus {
        /// The exit code.
        code: u8,
        /// What this code means.
        meaning: String,
    }

    /// Why an exit code is not 0, as on stderr.
    pub struct Problem {
        /// What happened.
        message: String,
        /// Why: the evidence, such as AWS's error code.
        causes: Vec<String>,
        /// What to do.
        help: Vec<String>,
    }

    /// The scan.
    pub struct ScanFacts {
        /// Its id, a UUID of version 7.
        id: ScanId,
        /// Where the facts come from: `aws`, or the embedded organization of `demo`.
        source: &'static str,
        /// The organization. `null` if the caller is in none, or may not know.
        organization: Option<OrganizationFacts>,
        /// Who made the calls.
        caller: Caller,
        /// Which part of the organization the scan meant to see: `organization`, `part` (some
        /// accounts of the whole list), or `named` (accounts that the caller named, without a list
        /// to check them against).
        scope: &'static str,
        /// When it began.
        started_at: Timestamp,
        /// When it ended. `null` if it has not ended, or was cut off.
        ended_at: Option<Timestamp>,
        /// What stopped it early. `null` if nothing did, or if it has no end.
        interrupted: Option<String>,
    }

    /// The organization.
    pub struct OrganizationFacts {
        /// Its id.
        id: OrganizationId,
        /// Its management account.
        management_account_id: AccountId,
    }

    /// The identity that made the calls.
    pub struct Caller {
        /// Its ARN.
        arn: String,
        /// Its account.
        account_id: AccountId,
    }

    /// What a report counts.
    pub struct Counted {
        /// The instant that idle times, ages, exemptions and accepted gaps were judged at.
        as_of: Timestamp,
        /// Whether somebody chose that instant (`--as-of`). Otherwise it is the scan's start.
        as_of_set_by_hand: bool,
        /// How complete the report is: `yes`, `with_accepted_gaps` (somebody accepted each gap in
        /// writing), or `no`.
        completeness: &'static str,
        /// Whether the list of accounts came whole.
        population_complete: bool,
        /// How many findings there are: the flagged roles.
        findings: u64,
        /// The findings by severity, which add up to `findings`.
        findings_by_severity: SeverityCounts,
        /// What changed since an earlier scan. `null` if the report was compared with none.
        previous: Option<Compared>,
        /// The accounts by coverage. `total` is the sum of the seven coverages.
        accounts: AccountCounts,
        /// The roles of the accounts that were read.
        roles: RoleCounts,
        /// What changed in the settings since the report that `scan` published before, as in the
        /// [manifest](manifest.md). `null` if there is none, or if it is not known how it judged.
        settings_changes: Option<ChangedSettings>,
    }

    /// What changed in the settings.
    pub struct ChangedSettings {
        /// The scan whose published report had the earlier settings.
        scan_id: ScanId,
        /// How many findings there are that there would not be under the earlier settings.
        findings_added: u64,
        /// How many findings there would be under the earlier settings, and are not.
        findings_removed: u64,
        /// Each change, by kind.
        changes: Vec<ChangedSetting>,
    }

    /// A change of the settings.
    pub struct ChangedSetting {
        /// What changed, in the words of the [manifest](manifest.md): `threshold`, `exemption` …
        kind: &'static str,
        /// Which one, such as the id of an exemption. `null` if there is only one.
        name: Option<String>,
        /// `added`, `removed` or `changed`.
        change: &'static str,
        /// What it was: a duration, a text, or JSON. `null` if it was not there.
        old: Option<String>,
        /// What it is. `null` if it is not there any more.
        new: Option<String>,
        /// How many findings there are only because of this change. `null` if that is not counted.
        findings_added: Option<u64>,
        /// How many there are not only because of this change. `null` if that is not counted.
        findings_removed: Option<u64>,
    }

    /// The report compared with an earlier scan.
    pub struct Compared {
        /// The id of the earlier scan.
        scan_id: ScanId,
        /// The instant that it was judged at.
        as_of: Timestamp,
        /// The roles that are flagged or exempt in at least one of the two scans, by what became of
        /// them: the words of the column `change` of [`changes.csv`](columns.md#changescsv).
        changes: ChangeClasses,
        /// How many findings the earlier scan did not have, for whatever reason. `--fail-on new` counts
        /// these.
        new_findings: u64,
        /// These by severity.
        new_findings_by_severity: SeverityCounts,
        /// The findings of both scans whose severity was raised, by the severity that they have now.
        raised_by_severity: SeverityCounts,
    }

    /// Roles by what became of them.
    pub struct ChangeClasses {
        /// Flagged now, and not before.
        newly_idle: u64,
        /// Flagged in both, with a higher severity now.
        severity_raised: u64,
        /// Flagged now, because the exemption ended or no longer covers them.
        exemption_expired: u64,
        /// Deleted, and created again with the same ARN.
        recreated: u64,
        /// Exempt now, and not before.
        newly_exempt: u64,
        /// Flagged in both.
        still_idle: u64,
        /// Idle before, and used since then.
        used_again: u64,
        /// Idle before; now another threshold applies, or they are protected.
        no_longer_listed: u64,
        /// Idle before, and deleted since.
        gone: u64,
        /// Idle in one scan, and the other one does not have their account or their last use.
        not_comparable: u64,
    }

    /// Findings by severity.
    pub struct SeverityCounts {
        /// Outsiders can take over much.
        critical: u64,
        /// Something that decides is missing or not understood. It counts as high for `--fail-on`.
        unknown: u64,
        /// They can take over much, or outsiders can read data.
        high: u64,
        /// Outsiders can change or read something, or they can read data.
        medium: u64,
        /// The others.
        low: u64,
    }

    /// Accounts by coverage.
    pub struct AccountCounts {
        /// All accounts.
        total: u64,
        /// Read as a whole.
        scanned: u64,
        /// Read in part. A gap.
        partial: u64,
        /// They did not let the scan in. A gap.
        denied: u64,
        /// An error ended the reading. A gap.
        failed: u64,
        /// The scan ended before. A gap.
        not_reached: u64,
        /// Suspended or closed, and so not read.
        not_active: u64,
        /// Not wanted by the scan's selection.
        excluded: u64,
        /// How many of the gaps somebody accepted in writing.
        accepted_gaps: u64,
    }

    /// Roles.
    pub struct RoleCounts {
        /// All roles. It is the sum of the statuses, and of the dispositions.
        total: u64,
        /// By what their last use means.
        by_status: StatusCounts,
        /// By what follows from that.
        by_disposition: DispositionCounts,
    }

    /// Roles by status.
    pub struct StatusCounts {
        /// Used within their threshold.
        active: u64,
        /// Used, and idle for longer than their threshold.
        inactive: u64,
        /// Without a recorded use, and older than their threshold.
        unused: u64,
        /// Without a recorded use, and younger.
        new: u64,
        /// AWS did not answer for their last use.
        unknown: u64,
    }

    /// Roles by disposition.
    pub struct DispositionCounts {
        /// AWS reserves them, or they are the audit role.
        protected: u64,
        /// A written exemption covers them.
        exempt: u64,
        /// The findings.
        flagged: u64,
        /// Unknown, and not protected.
        undetermined: u64,
        /// Active or new, and not protected.
        none: u64,
    }

    /// A report's files.
    pub struct Files {
        /// The absolute path of the report's folder. `null` if `roles.csv` went to stdout.
        folder: Option<String>,
        /// The files in it, except the manifest.
        files: Vec<File>,
    }

    /// A file of a report.
    pub struct File {
        /// Its name.
        name: String,
        /// How many rows, the header aside. `null` for a file without rows.
        rows: Option<u64>,
        /// How many bytes.
        bytes: u64,
        /// The SHA-256 of its bytes, in lower-case hexadecimal.
        sha256: String,
    }
}
