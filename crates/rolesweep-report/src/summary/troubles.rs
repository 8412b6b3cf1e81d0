//! Accounts with gaps, grouped by what is wrong with them.

use std::collections::BTreeMap;

use rolesweep_model::Coverage;

use super::AccountName;
use crate::assessed::AssessedAccount;

/// Accounts that share a coverage and a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Their coverage.
    pub coverage: Coverage,
    /// The reason, in words; empty if the scan did not come to them.
    pub reason: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The accounts, in the order of their ids, with the note of an accepted gap if there is one.
    pub accounts: Vec<(AccountName, Option<String>)>,
}

/// Groups accounts with gaps.
#[derive(Default)]
pub(super) struct Troubles(BTreeMap<(Coverage, String), Trouble>);

impl Troubles {
    pub(super) fn account(&mut self, account: &AssessedAccount<'_>) {
        let facts = account.facts;
        let coverage = facts.coverage();
        if !coverage.is_gap() {
            return;
        }
        let reason = if facts.record.is_some() { facts.reason() } else { String::new() };
        let trouble = || Trouble {
            coverage,
            reason: reason.clone(),
            remedy: account.remedy.clone(),
            accounts: Vec::new(),
        };
        self.0
            .entry((coverage, reason.clone()))
            .or_insert_with(trouble)
            .accounts
            .push((AccountName::of(facts), account.accepted_gap.map(str::to_owned)));
    }

    /// The groups, by coverage and then reason.
    pub(super) fn into_groups(self) -> Vec<Trouble> {
        self.0.into_values().collect()
    }
}
