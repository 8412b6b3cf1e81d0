//! What was collected and how it was assessed, in the manifest's own form: the settings of the command may change theirs.

use jiff::Timestamp;
use rolesweep_assess::{AcceptedGap, Exemption, Parameters, Threshold, ThresholdRule};
use rolesweep_model::{AccountId, CollectParameters};
use serde::{Deserialize, Serialize};

use crate::assessed::Include;

/// All parameters of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParametersEntry {
    /// What was collected.
    pub collect: CollectParameters,
    /// How it was assessed.
    pub assess: AssessEntry,
    /// Which roles have a row in `roles.csv`.
    pub include: Include,
}

/// How the facts were assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessEntry {
    /// The threshold for roles that were used, in seconds.
    pub inactive_after_seconds: i64,
    /// The threshold for roles without a recorded use, in seconds.
    pub unused_after_seconds: i64,
    /// The audit role that is protected in every account, as path and name.
    pub audit_role: Option<String>,
    /// The threshold rules; the first that matches a role decides.
    pub rules: Vec<RuleEntry>,
    /// The written exemptions, in force or not.
    pub exemptions: Vec<ExemptionEntry>,
    /// The accepted gaps, in force or not.
    pub accepted_gaps: Vec<AcceptedGapEntry>,
}

/// A threshold rule. Selectors and thresholds that are not given are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleEntry {
    /// Its name.
    pub name: String,
    /// Why these roles differ.
    pub reason: String,
    /// Roles in one of these accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountId>,
    /// Roles below one of these roots or OUs, by id or path of names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ous: Vec<String>,
    /// Roles with or below one of these paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Roles with one of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagEntry>,
    /// Their threshold where they were used, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactive_after_seconds: Option<i64>,
    /// Their threshold where no use is recorded, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_after_seconds: Option<i64>,
}

/// A tag that a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagEntry {
    /// Its key.
    pub key: String,
    /// Its value; left out for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A written exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExemptionEntry {
    /// The role's id or ARN.
    pub role: String,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approved_by: String,
    /// Why.
    pub reason: String,
    /// From when on it no longer holds.
    pub expires: Timestamp,
}

/// A written acceptance of a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedGapEntry {
    /// The account.
    pub account_id: AccountId,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approved_by: String,
    /// Why.
    pub reason: String,
    /// From when on it no longer holds.
    pub expires: Timestamp,
}

impl ParametersEntry {
    pub(super) fn new(
        collect: &CollectParameters,
        assess: &Parameters,
        accepted_gaps: &[AcceptedGap],
        include: Include,
    ) -> Self {
        Self {
            collect: collect.clone(),
            assess: AssessEntry {
                inactive_after_seconds: assess.inactive_after.seconds(),
                unused_after_seconds: assess.unused_after.seconds(),
                audit_role: assess.audit_role.clone(),
                rules: assess.rules.iter().map(RuleEntry::from).collect(),
                exemptions: assess.exemptions.iter().map(ExemptionEntry::from).collect(),
                accepted_gaps: accepted_gaps.iter().map(AcceptedGapEntry::from).collect(),
            },
            include,
        }
    }
}

impl From<&ThresholdRule> for RuleEntry {
    fn from(rule: &ThresholdRule) -> Self {
        Self {
            name: rule.name.clone(),
            reason: rule.reason.clone(),
            accounts: rule.accounts.clone(),
            ous: rule.ous.clone(),
            paths: rule.paths.clone(),
            tags: rule
                .tags
                .iter()
                .map(|tag| TagEntry { key: tag.key.clone(), value: tag.value.clone() })
                .collect(),
            inactive_after_seconds: rule.inactive_after.map(Threshold::seconds),
            unused_after_seconds: rule.unused_after.map(Threshold::seconds),
        }
    }
}

impl From<&Exemption> for ExemptionEntry {
    fn from(exemption: &Exemption) -> Self {
        Self {
            role: exemption.role.to_string(),
            owner: exemption.owner.clone(),
            approved_by: exemption.approved_by.clone(),
            reason: exemption.reason.clone(),
            expires: exemption.expires,
        }
    }
}

impl From<&AcceptedGap> for AcceptedGapEntry {
    fn from(gap: &AcceptedGap) -> Self {
        Self {
            account_id: gap.account_id,
            owner: gap.owner.clone(),
            approved_by: gap.approved_by.clone(),
            reason: gap.reason.clone(),
            expires: gap.expires,
        }
    }
}
