//! The settings of a report as the store keeps them: with the versions of the program and of its data.

use rolesweep_assess::catalogue::{self, DataVersion};
use rolesweep_model::{PreviousLink, ScanId};
use serde::{Deserialize, Serialize};

use super::form::ParametersEntry;
use crate::sha256::sha256;

/// How a report judged: the manifest's `parameters` and `data`, the program's version, and a hash of
/// who owns what. It holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedSettings {
    pub(super) tool_version: String,
    pub(super) data: Vec<DataEntry>,
    pub(super) owners_sha256: String,
    pub(super) parameters: ParametersEntry,
}

/// A data file that roles are judged with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DataEntry {
    pub(super) name: String,
    pub(super) date: String,
    pub(super) sources: Vec<String>,
    pub(super) sha256: String,
}

/// What is known of the reports that `rolesweep scan` published for earlier scans.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PublishedBefore {
    /// The link to that of the previous comparable scan.
    pub link: PreviousLink,
    /// How it judged, if that is recorded. If there is no such scan, how the last report on other
    /// accounts of the organization judged, so that a change of the selection is noticed.
    pub settings: Option<(ScanId, RecordedSettings)>,
}

impl RecordedSettings {
    /// The form that the store keeps: JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // These types have no value without a form in JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads that form. `None` if another version wrote something that this one does not understand.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether an exemption depends on who could take a role over.
    pub(crate) fn use_trust(&self) -> bool {
        self.parameters.assess.exemptions.iter().any(|exemption| exemption.trust_at_most.is_some())
    }
}

impl DataEntry {
    /// The data of this version.
    pub(crate) fn all() -> Vec<Self> {
        let entry = |DataVersion { name, date, sources, text }| Self {
            name: String::from(name),
            date: date.to_string(),
            sources: sources.iter().map(|source| format!("{} {}", source.name, source.version)).collect(),
            sha256: sha256(text.as_bytes()),
        };
        catalogue::data_versions().into_iter().map(entry).collect()
    }
}
