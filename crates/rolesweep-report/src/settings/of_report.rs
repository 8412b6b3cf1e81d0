//! The settings of a report, in the form that the manifest and the store have.

use super::form::{
    AcceptedGapEntry, AssessEntry, ExemptionEntry, KnownAccountEntry, OwnerEntry, ParametersEntry, RuleEntry,
};
use super::recorded::{DataEntry, RecordedSettings};
use crate::assessed::Report;
use crate::sha256::sha256;

impl ParametersEntry {
    /// The parameters of a report.
    pub(crate) fn new(report: &Report<'_>) -> Self {
        let assess = report.parameters;
        Self {
            collect: report.scan.parameters.clone().into(),
            assess: AssessEntry {
                inactive_after_seconds: assess.inactive_after.seconds(),
                unused_after_seconds: assess.unused_after.seconds(),
                audit_role: assess.audit_role.clone(),
                rules: assess.rules.iter().map(RuleEntry::from).collect(),
                exemptions: assess.exemptions.iter().map(ExemptionEntry::from).collect(),
                accepted_gaps: report.gaps.iter().cloned().map(AcceptedGapEntry::from).collect(),
                known_accounts: assess.known_accounts.iter().map(KnownAccountEntry::from).collect(),
                owner_tags: assess.owners.tags.clone(),
                owner_ignored_values: assess.owners.ignored_values.clone(),
                owners: assess.owners.owners.iter().map(OwnerEntry::from).collect(),
                owners_file_rows: assess.owners.places.len(),
            },
            include: report.include.as_str().to_owned(),
        }
    }
}

impl RecordedSettings {
    /// The settings of a report of this version.
    #[must_use]
    pub fn of(report: &Report<'_>) -> Self {
        // Only whether it is another one matters, and the table of owners may be long.
        let owners = serde_json::to_vec(&report.parameters.owners).unwrap_or_default();
        Self {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            data: DataEntry::all(),
            owners_sha256: sha256(&owners),
            parameters: ParametersEntry::new(report),
        }
    }
}
