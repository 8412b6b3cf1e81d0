//! The manifest: who looked, when, at what, with which parameters, what came of it, and the hashes of the files.
//!
//! Its form is a contract: fields are only added. It holds no secret: of an external id only whether there was one, and of
//! endpoints no user information.

mod counts;
mod parameters;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use rolesweep_assess::{AcceptedGap, Completeness, Parameters};
use rolesweep_model::{
    Access, AccountId, AccountRecord, Coverage, OrganizationId, Partition, Reason, Scan, ScanId, Scope,
    Source,
};
use serde::{Deserialize, Serialize};

pub use counts::{AccountCounts, Counts, DispositionCounts, RoleCounts, StatusCounts};
pub use parameters::{AcceptedGapEntry, AssessEntry, ExemptionEntry, ParametersEntry, RuleEntry, TagEntry};

use crate::assessed::Include;
use crate::digest::{Written, sha256};
use crate::error::ReportError;
use crate::limits::LIMITS;

/// The version of the manifest's form.
pub const SCHEMA_VERSION: &str = "1.0";
/// The major version that can be read back.
const SCHEMA_MAJOR: &str = "1.";

/// `manifest.json`. Serialized in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this form: [`SCHEMA_VERSION`].
    pub schema_version: String,
    /// What wrote the report.
    pub tool: Tool,
    /// The scan that the facts come from.
    pub scan: ScanEntry,
    /// The instant that the facts were assessed at.
    pub as_of: Timestamp,
    /// Whether somebody set that instant; otherwise it is the scan's start.
    pub as_of_set_by_hand: bool,
    /// Which part of the organization the scan meant to see.
    pub scope: Scope,
    /// Whether nothing is missing at all: [`Completeness::Yes`]. [`Manifest::concludes`] sets both.
    pub complete: bool,
    /// How complete the report is; `counts.accounts.accepted_gaps` says how many gaps were accepted.
    pub completeness: Completeness,
    /// Whether the population came whole.
    pub population_complete: bool,
    /// What stopped the scan early; `None` where nothing did.
    pub interrupted: Option<String>,
    /// What was collected, and how it was assessed.
    pub parameters: ParametersEntry,
    /// Counts that reconcile.
    pub counts: Counts,
    /// Each account of the population: when it was read, with what outcome and how many calls.
    pub accounts: Vec<AccountEntry>,
    /// What a reader should know and no account's entry says.
    pub notes: Vec<String>,
    /// The limits of the evidence.
    pub limits: Vec<LimitEntry>,
    /// The files beside the manifest. Filled in by the directory when it is committed.
    pub files: Vec<FileEntry>,
    /// The manifest of the report before this one, where there is one. Nothing fills it in yet.
    #[serde(default)]
    pub previous_manifest: Option<PreviousManifest>,
}

/// A tool and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `rolesweep`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The scan, as the manifest tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanEntry {
    /// Its id.
    pub id: ScanId,
    /// The version of rolesweep that collected the facts.
    pub tool_version: String,
    /// Where the facts come from.
    pub source: Source,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` where it was cut off.
    pub finished_at: Option<Timestamp>,
    /// Who made the calls.
    pub caller: CallerEntry,
    /// The partition.
    pub partition: Partition,
    /// The organization; `None` where the caller is in none, or may not know.
    pub organization: Option<OrganizationEntry>,
    /// Endpoints that were set in the place of AWS's own.
    pub endpoints_overridden: Vec<String>,
    /// The session name that the audit role was assumed with: what the accounts' CloudTrail shows.
    pub session_name: String,
    /// How far the clock of the machine that scanned was ahead of AWS's, in seconds: the largest difference that was seen, negative if it was
    /// behind. `None` if AWS's answers carried no time.
    #[serde(default)]
    pub clock_difference_seconds: Option<i64>,
}

/// Who made the calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerEntry {
    /// The caller's ARN.
    pub arn: String,
    /// The caller's account.
    pub account_id: AccountId,
}

/// The organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationEntry {
    /// Its id.
    pub id: OrganizationId,
    /// Its management account.
    pub management_account_id: AccountId,
}

/// An account, as the manifest tells it. What does not apply is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// The account.
    pub account_id: AccountId,
    /// What became of it.
    pub coverage: Coverage,
    /// When collecting began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When collecting ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// With whose credentials it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// How many roles were seen.
    pub roles: u64,
    /// Of those, how many have a last use that was not collected.
    pub unknown_roles: u64,
    /// How many calls were made for it, by IAM action; the SDK's own retries are not counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calls: BTreeMap<String, u64>,
    /// Why the coverage is what it is, with AWS's own message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// A limit of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitEntry {
    /// Its short name.
    pub id: String,
    /// The limit in words.
    pub text: String,
}

/// A file of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// How many rows, the header aside; `None` for a file without rows.
    pub rows: Option<u64>,
    /// How many bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// A link to an earlier manifest: changed afterwards, it would no longer fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousManifest {
    /// The scan that it is of.
    pub scan_id: ScanId,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Says how complete the report is.
    pub fn concludes(&mut self, completeness: Completeness) {
        self.complete = completeness == Completeness::Yes;
        self.completeness = completeness;
    }

    /// A manifest with everything that follows from the scan and the parameters, and nothing counted yet: how complete it is,
    /// `counts`, `accounts`, further notes and `previous_manifest` are the caller's to fill in.
    #[must_use]
    pub fn new(
        tool_version: &str,
        scan: &Scan,
        parameters: &Parameters,
        accepted_gaps: &[AcceptedGap],
        include: Include,
    ) -> Self {
        let end = scan.end.as_ref();
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            tool: Tool { name: "rolesweep".to_owned(), version: tool_version.to_owned() },
            scan: ScanEntry::new(scan),
            as_of: parameters.as_of,
            as_of_set_by_hand: parameters.as_of != scan.started_at,
            scope: scan.scope,
            complete: false,
            completeness: Completeness::No,
            population_complete: end.is_some_and(|end| end.population_complete),
            interrupted: end.map_or_else(
                || Some("the scan was cut off: no end is on record".to_owned()),
                |end| end.interrupted.clone(),
            ),
            parameters: ParametersEntry::new(&scan.parameters, parameters, accepted_gaps, include),
            counts: Counts::default(),
            accounts: Vec::new(),
            notes: end.map(|end| end.notes.clone()).unwrap_or_default(),
            limits: LIMITS
                .iter()
                .map(|limit| LimitEntry { id: limit.id.to_owned(), text: limit.text.to_owned() })
                .collect(),
            files: Vec::new(),
            previous_manifest: None,
        }
    }

    /// The file's bytes: indented JSON that ends with a line break.
    ///
    /// # Errors
    ///
    /// [`ReportError::Stream`] where a value has no JSON form, which no value of these types does.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ReportError> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| ReportError::Stream(error.into()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a manifest back, whichever minor version wrote it, with the SHA-256 of its bytes: what a link to it needs.
    ///
    /// # Errors
    ///
    /// [`ReportError::Io`], [`ReportError::Malformed`], and [`ReportError::Schema`] for a form of another major version.
    pub fn read(path: &Path) -> Result<(Self, String), ReportError> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: String,
        }
        let malformed = |source| ReportError::Malformed { path: path.to_owned(), source };
        let bytes = fs::read(path).map_err(|error| ReportError::io("read the manifest", path, error))?;
        // First the version alone: another form may hold anything else.
        let version: Version = serde_json::from_slice(&bytes).map_err(malformed)?;
        if !version.schema_version.starts_with(SCHEMA_MAJOR) {
            return Err(ReportError::Schema {
                path: path.to_owned(),
                found: crate::text::encode(&version.schema_version),
                known: "1.x",
            });
        }
        let manifest = serde_json::from_slice(&bytes).map_err(malformed)?;
        Ok((manifest, sha256(&bytes)))
    }
}

impl ScanEntry {
    fn new(scan: &Scan) -> Self {
        Self {
            id: scan.id,
            tool_version: scan.tool_version.clone(),
            source: scan.source,
            started_at: scan.started_at,
            finished_at: scan.end.as_ref().map(|end| end.finished_at),
            caller: CallerEntry { arn: scan.caller.arn.clone(), account_id: scan.caller.account_id },
            partition: scan.caller.partition.clone(),
            organization: scan.organization.as_ref().map(|organization| OrganizationEntry {
                id: organization.id.clone(),
                management_account_id: organization.management_account_id,
            }),
            endpoints_overridden: scan
                .endpoints_overridden
                .iter()
                .map(|endpoint| without_user(endpoint))
                .collect(),
            session_name: scan.parameters.session_name.clone(),
            clock_difference_seconds: scan.largest_clock_difference(),
        }
    }
}

/// A text with a URL in it, without that URL's user and password.
fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => text.to_owned(),
    }
}

impl AccountEntry {
    /// An account that the scan did not come to.
    #[must_use]
    pub fn not_reached(account_id: AccountId) -> Self {
        Self {
            account_id,
            coverage: Coverage::NotReached,
            started_at: None,
            finished_at: None,
            access: None,
            roles: 0,
            unknown_roles: 0,
            calls: BTreeMap::new(),
            reason: None,
        }
    }
}

impl From<&AccountRecord> for AccountEntry {
    fn from(record: &AccountRecord) -> Self {
        Self {
            account_id: record.account_id,
            coverage: record.coverage,
            started_at: Some(record.started_at),
            finished_at: Some(record.finished_at),
            access: record.access,
            roles: record.roles,
            unknown_roles: record.unknown_roles,
            calls: record.calls.clone(),
            reason: record.reason.clone(),
        }
    }
}

impl FileEntry {
    pub(crate) fn new(name: &str, written: Written) -> Self {
        Self { name: name.to_owned(), rows: written.rows, bytes: written.bytes, sha256: written.sha256 }
    }
}

#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;
