//! What was collected and how it was assessed, as the manifest and the record of a publication have
//! it. `docs/manifest.md` says what each key means.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rolesweep_assess::ownership::KnownOwner;
use rolesweep_assess::{AcceptedGap, Exemption, KnownAccount, TagMatch, Threshold, ThresholdRule};
use rolesweep_model::{AccountFilter, AccountId, CollectParameters, ParentId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ParametersEntry {
    pub(super) collect: CollectEntry,
    pub(super) assess: AssessEntry,
    pub(super) include: String,
}

/// Declares the form of a type: a field for each key, copied from the field of the same name.
macro_rules! form {
    ($form:ident of $source:ty { $($field:ident: $type:ty,)* }) => {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub(super) struct $form {
            $(pub(super) $field: $type,)*
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct AssessEntry {
    pub(super) inactive_after_seconds: i64,
    pub(super) unused_after_seconds: i64,
    pub(super) audit_role: Option<String>,
    pub(super) rules: Vec<RuleEntry>,
    pub(super) exemptions: Vec<ExemptionEntry>,
    pub(super) accepted_gaps: Vec<AcceptedGapEntry>,
    pub(super) known_accounts: Vec<KnownAccountEntry>,
    pub(super) owner_tags: Vec<String>,
    pub(super) owner_ignored_values: Vec<String>,
    pub(super) owners: Vec<OwnerEntry>,
    pub(super) owners_file_rows: usize,
}

/// A declared owner. What is not given is omitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct OwnerEntry {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deputy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) manager: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KnownAccountEntry {
    pub(super) account_id: AccountId,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) owner: String,
    pub(super) expires: Timestamp,
}

/// A threshold rule. Selectors and thresholds that are not given are omitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RuleEntry {
    pub(super) name: String,
    pub(super) reason: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) accounts: Vec<AccountId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ous: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) paths: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<TagEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) role_names: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) inactive_after_seconds: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unused_after_seconds: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TagEntry {
    pub(super) key: String,
    /// Omitted if any value matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
}

/// An exemption. What is not given is omitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ExemptionEntry {
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) role_names: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) paths: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) accounts: Vec<AccountId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ous: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trust_at_most: Option<String>,
    pub(super) owner: String,
    pub(super) approved_by: String,
    pub(super) approved_on: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ticket: Option<String>,
    pub(super) reason: String,
    pub(super) expires: Timestamp,
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
            trust_at_most: roles.trust_at_most.map(|level| level.as_str().to_owned()),
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
            kind: account.kind.as_str().to_owned(),
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
