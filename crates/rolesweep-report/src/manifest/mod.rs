//! The manifest: who scanned, when, what, with which parameters, with which result, and the hashes
//! of the files.
//!
//! `docs/manifest.md` says what each key means; a test compares the two. The form is a contract:
//! keys are only added. It has types of its own, so that the store's records can change. It holds
//! no secret: of an external id, only whether there was one, and of endpoints, no user or password.

mod account;
mod aws_policies;
mod counts;
mod file;
mod previous;
mod scan;

use jiff::Timestamp;
use rolesweep_assess::Completeness;
use rolesweep_model::{PreviousLink, ScanId};
use serde::Serialize;

pub(crate) use account::AccountEntry;
use aws_policies::AwsPoliciesEntry;
pub(crate) use counts::Counts;
pub use file::FileEntry;
use previous::PreviousEntry;
use scan::ScanEntry;

use crate::assessed::Report;
use crate::error::ReportError;
use crate::limits::{LIMITS, Limit};
use crate::settings::{DataEntry, ParametersEntry, SettingsChanges};
use crate::words;

/// The manifest's name in a report.
pub const MANIFEST: &str = "manifest.json";

/// The version of the manifest's form.
const SCHEMA_VERSION: &str = "1.0";

/// `manifest.json`, in the order of its keys.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Manifest {
    schema_version: &'static str,
    tool: Tool,
    scan: ScanEntry,
    aws_policies: Option<AwsPoliciesEntry>,
    risk_data: String,
    data: Vec<DataEntry>,
    as_of: Timestamp,
    pub(crate) as_of_set_by_hand: bool,
    scope: &'static str,
    pub(crate) complete: bool,
    pub(crate) completeness: &'static str,
    pub(crate) population_complete: bool,
    interrupted: Option<String>,
    parameters: ParametersEntry,
    pub(crate) counts: Counts,
    pub(crate) previous: Option<PreviousEntry>,
    pub(crate) accounts: Vec<AccountEntry>,
    pub(crate) notes: Vec<String>,
    limits: &'static [Limit],
    /// The directory sets them at the commit.
    pub(crate) files: Vec<FileEntry>,
    /// The manifest that was published for the scan before.
    previous_manifest: PreviousManifest,
    pub(crate) settings_changes: Option<SettingsChanges>,
}

#[derive(Debug, Clone, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Clone, Default, Serialize)]
struct PreviousManifest {
    scan_id: Option<ScanId>,
    as_of: Option<Timestamp>,
    sha256: Option<String>,
    missing: Option<String>,
}

impl From<&PreviousLink> for PreviousManifest {
    fn from(link: &PreviousLink) -> Self {
        let PreviousLink { scan_id, as_of, manifest_sha256, missing } = link.clone();
        Self { scan_id, as_of, sha256: manifest_sha256, missing }
    }
}

impl Manifest {
    /// What follows from the scan and the parameters. The completeness, the counts and the accounts
    /// have to be set later, and notes can be added.
    pub(crate) fn new(report: &Report<'_>) -> Self {
        let (scan, parameters) = (report.scan, report.parameters);
        let end = scan.end.as_ref();
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "rolesweep", version: env!("CARGO_PKG_VERSION") },
            scan: ScanEntry::new(scan),
            aws_policies: AwsPoliciesEntry::new(scan),
            risk_data: rolesweep_assess::catalogue::data_dates(),
            data: DataEntry::all(),
            as_of: parameters.as_of,
            as_of_set_by_hand: parameters.as_of != scan.started_at,
            scope: words::scope(scan.scope),
            complete: false,
            completeness: Completeness::No.as_str(),
            population_complete: end.is_some_and(|end| end.population_complete),
            interrupted: end.map_or_else(
                || Some("the scan was cut off: it has no recorded end".to_owned()),
                |end| end.interrupted.clone(),
            ),
            parameters: ParametersEntry::new(report),
            counts: Counts::default(),
            previous: None,
            accounts: Vec::new(),
            notes: end.map(|end| end.notes.clone()).unwrap_or_default(),
            limits: LIMITS,
            files: Vec::new(),
            previous_manifest: report
                .published_before
                .map(|before| (&before.link).into())
                .unwrap_or_default(),
            settings_changes: None,
        }
    }

    /// The file's bytes: indented JSON that ends with a line break.
    ///
    /// # Errors
    ///
    /// [`ReportError::Stream`] if a value has no JSON form, which no value of these types does.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, ReportError> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| ReportError::Stream(error.into()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;
