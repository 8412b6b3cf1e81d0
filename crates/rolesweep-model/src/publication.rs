//! What `rolesweep scan` published of a scan, and what is known of a scan that was removed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::ScanId;
use crate::outcome::Coverage;
use crate::scan::Scan;

/// The record of a report that `rolesweep scan` published. It stays when the scan is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// When.
    pub published_at: Timestamp,
    /// The version of rolesweep that made the report.
    pub tool_version: String,
    /// The instant that the roles were judged at.
    pub as_of: Timestamp,
    /// The SHA-256 of the manifest's bytes, in lower-case hexadecimal. `None` if `roles.csv` went to
    /// stdout, without a manifest.
    pub manifest_sha256: Option<String>,
    /// The link of that report to the one before.
    pub previous: PreviousLink,
    /// How the facts were judged, as JSON. `rolesweep-report` writes and reads it.
    pub settings: String,
    /// How complete the report is, in the manifest's word.
    pub completeness: String,
    /// How many gaps somebody accepted.
    pub accepted_gaps: u64,
    /// The accounts by coverage.
    pub coverage: BTreeMap<Coverage, u64>,
    /// How many findings there are.
    pub findings: u64,
    /// The findings by severity.
    pub findings_by_severity: BTreeMap<String, u64>,
    /// How many roles have each change since the scan before; `None` if they were not compared.
    #[serde(default)]
    pub changes: Option<BTreeMap<String, u64>>,
}

/// A report's link to the manifest that `rolesweep scan` published for the previous comparable scan.
/// Every later report of the same scan repeats it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousLink {
    /// That scan; `None` if there is none.
    pub scan_id: Option<ScanId>,
    /// The instant that its roles were judged at.
    pub as_of: Option<Timestamp>,
    /// The SHA-256 of its manifest, in lower-case hexadecimal; `None` if none is recorded.
    pub manifest_sha256: Option<String>,
    /// Why no hash is recorded; `None` if one is.
    pub missing: Option<String>,
}

/// A scan whose facts were removed from the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedScan {
    /// Its number in the order of scans.
    pub number: i64,
    /// What is left of it: its end has neither OUs nor notes.
    pub scan: Scan,
    /// When it was removed.
    pub removed_at: Timestamp,
}
