//! An account in the manifest. A key that does not apply is omitted.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::Timestamp;
use rolesweep_model::{AccountId, Coverage, CrossCheck, Reason};
use serde::{Serialize, Serializer};

use crate::assessed::AccountFacts;
use crate::words;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct AccountEntry {
    pub(crate) account_id: AccountId,
    #[serde(serialize_with = "word")]
    pub(crate) coverage: Coverage,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<&'static str>,
    pub(crate) roles: u64,
    unknown_roles: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_check: Option<CrossCheckEntry>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    calls: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonEntry>,
}

#[derive(Debug, Clone, Serialize)]
struct ReasonEntry {
    kind: &'static str,
    action: Option<String>,
    summary: String,
    detail: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct CrossCheckEntry {
    listed: u64,
    only_first: u64,
    only_second: u64,
    only_first_arns: Vec<String>,
    only_second_arns: Vec<String>,
    failure: Option<ReasonEntry>,
}

impl From<&CrossCheck> for CrossCheckEntry {
    fn from(check: &CrossCheck) -> Self {
        Self {
            listed: check.listed,
            only_first: check.only_first,
            only_second: check.only_second,
            only_first_arns: check.only_first_arns.clone(),
            only_second_arns: check.only_second_arns.clone(),
            failure: check.failure.as_ref().map(ReasonEntry::from),
        }
    }
}

impl AccountEntry {
    pub(crate) fn new(facts: &AccountFacts) -> Self {
        let Some(record) = &facts.record else { return Self::not_reached(facts.account.id) };
        Self {
            account_id: record.account_id,
            coverage: record.coverage,
            started_at: Some(record.started_at),
            finished_at: Some(record.finished_at),
            access: record.access.map(words::access),
            roles: record.roles,
            unknown_roles: record.unknown_roles,
            cross_check: record.cross_check.as_deref().map(CrossCheckEntry::from),
            calls: record.calls.clone(),
            reason: record.reason.as_ref().map(ReasonEntry::from),
        }
    }

    pub(super) fn not_reached(account_id: AccountId) -> Self {
        Self {
            account_id,
            coverage: Coverage::NotReached,
            started_at: None,
            finished_at: None,
            access: None,
            roles: 0,
            unknown_roles: 0,
            cross_check: None,
            calls: BTreeMap::new(),
            reason: None,
        }
    }
}

impl From<&Reason> for ReasonEntry {
    fn from(reason: &Reason) -> Self {
        Self {
            kind: reason.kind.as_str(),
            action: reason.action.clone(),
            summary: reason.summary.clone(),
            detail: reason.detail.clone(),
        }
    }
}

fn word<S: Serializer>(word: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(word)
}
