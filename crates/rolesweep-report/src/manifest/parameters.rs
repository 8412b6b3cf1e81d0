//! What was collected and how it was assessed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rolesweep_assess::ownership::KnownOwner;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{AcceptedGap, Exemption, KnownAccount, TagMatch, Threshold, ThresholdRule};
use rolesweep_model::{AccountFilter, AccountId, CollectParameters, ParentId};
use serde::Serialize;

use crate::assessed::Report;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct ParametersEntry {
    collect: CollectEntry,
    assess: AssessEntry,
    include: &'static str,
}

/// Declares the form of a type: a field for each key, copied from the field of the same name.
macro_rules! form {
    ($form:ident of $source:ty { $($field:ident: $type:ty,)* }) => {
        #[derive(Debug, Clone, Serialize)]
        struct $form {
            $($field: $type,)*
        }

        impl From<$source> for $form {
            fn from(source: $source) -> Self {
                Self { $($field: source.$field.into(),)* }
            }
        }
    };
}

form! {
    CollectEntry of CollectParameters {
        role_name: String,
        external_id: bool,
        session_name: String,
        session_seconds: u32,
        filter: FilterEntry,
        named_accounts_only: bool,
        managed_policies: bool,
        cross_check: bool,
    }
}

form! {
    FilterEntry of AccountFilter {
        accounts: BTreeSet<AccountId>,
        exclude_accounts: BTreeSet<AccountId>,
        ous: BTreeSet<ParentId>,
        exclude_ous: BTreeSet<ParentId>,
        ou_paths: BTreeSet<String>,
        exclude_ou_paths: BTreeSet<String>,
    }
}

form! {
    AcceptedGapEntry of AcceptedGap {
        account_id: AccountId,
        owner: String,
        approved_by: String,
        reason: String,
        expires: Timestamp,
    }
}

#[derive(Debug, Clone, Serialize)]
struct AssessEntry {
    inactive_after_seconds: i64,
    unused_after_seconds: i64,
    audit_role: Option<String>,
    rules: Vec<RuleEntry>,
    exemptions: Vec<ExemptionEntry>,
    accepted_gaps: Vec<AcceptedGapEntry>,
    known_accounts: Vec<KnownAccountEntry>,
    owner_tags: Vec<String>,
    owner_ignored_values: Vec<String>,
    owners: Vec<OwnerEntry>,
    owners_file_rows: usize,
}

/// A declared owner. What is not given is omitted.
#[derive(Debug, Clone, Serialize)]
struct OwnerEntry {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deputy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct KnownAccountEntry {
    account_id: AccountId,
    name: String,
    kind: &'static str,
    owner: String,
    expires: Timestamp,
}

/// A threshold rule. Selectors and thresholds that are not given are omitted.
#[derive(Debug, Clone, Serialize)]
struct RuleEntry {
    name: String,
    reason: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<AccountId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ous: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<TagEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    role_names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inactive_after_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unused_after_seconds: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
struct TagEntry {
    key: String,
    /// Omitted if any value matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// An exemption. What is not given is omitted.
#[derive(Debug, Clone, Serialize)]
struct ExemptionEntry {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    role_names: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<AccountId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ous: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_at_most: Option<&'static str>,
    owner: String,
    approved_by: String,
    approved_on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
    reason: String,
    expires: Timestamp,
}

impl ParametersEntry {
    pub(super) fn new(report: &Report<'_>) -> Self {
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
            include: report.include.as_str(),
        }
    }
}

impl From<&ThresholdRule> for RuleEntry {
    fn from(rule: &ThresholdRule) -> Self {
        let tag = |tag: &TagMatch| TagEntry { key: tag.key.clone(), value: tag.value.clone() };
        Self {
            name: rule.name.clone(),
            reason: rule.reason.clone(),
            accounts: rule.accounts.clone(),
            ous: rule.ous.clone(),
            paths: rule.paths.clone(),
            tags: rule.tags.iter().map(tag).collect(),
            role_names: rule.role_names.clone(),
            inactive_after_seconds: rule.inactive_after.map(Threshold::seconds),
            unused_after_seconds: rule.unused_after.map(Threshold::seconds),
        }
    }
}

impl From<&Exemption> for ExemptionEntry {
    fn from(exemption: &Exemption) -> Self {
        let roles = exemption.roles.clone();
        Self {
            id: exemption.id.clone(),
            role_id: roles.role_id.map(|id| id.to_string()),
            role_arn: roles.role_arn.map(|arn| arn.to_string()),
            role_names: roles.role_names,
            paths: roles.paths,
            accounts: roles.accounts,
            ous: roles.ous,
            trust_at_most: roles.trust_at_most.map(TrustLevel::as_str),
            owner: exemption.owner.clone(),
            approved_by: exemption.approved_by.clone(),
            approved_on: exemption.approved_on,
            ticket: exemption.ticket.clone(),
            reason: exemption.reason.clone(),
            expires: exemption.expires,
        }
    }
}

impl From<&KnownAccount> for KnownAccountEntry {
    fn from(account: &KnownAccount) -> Self {
        Self {
            account_id: account.account_id,
            name: account.name.clone(),
            kind: account.kind.as_str(),
            owner: account.owner.clone(),
            expires: account.expires,
        }
    }
}

impl From<&KnownOwner> for OwnerEntry {
    fn from(owner: &KnownOwner) -> Self {
        let KnownOwner { name, aliases, email, deputy, manager } = owner.clone();
        Self { name, aliases, email, deputy, manager }
    }
}
