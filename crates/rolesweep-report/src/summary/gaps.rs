//! Accounts that were not fully read, grouped by the reason.

use std::collections::BTreeMap;

use rolesweep_model::{Coverage, ReasonKind};

use crate::assessed::AssessedAccount;
use crate::sink::Sink;

/// Accounts with gaps that share a coverage and a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapGroup {
    /// Their coverage.
    pub coverage: Coverage,
    /// The kind of reason, if there is one.
    pub kind: Option<ReasonKind>,
    /// The reason, in words; empty if the scan did not reach them.
    pub reason: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The names that people know the accounts by, in the order of their ids, each with the note of
    /// an accepted gap if there is one.
    pub accounts: Vec<(String, Option<String>)>,
}

#[derive(Default)]
pub(crate) struct Gaps(BTreeMap<(Coverage, String), GapGroup>);

impl Sink for Gaps {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        let facts = account.facts;
        let coverage = facts.coverage();
        if !coverage.is_gap() {
            return;
        }
        let reason = if facts.record.is_some() { facts.reason() } else { String::new() };
        let accounts = vec![(facts.display_name(), account.accepted_gap.map(str::to_owned))];
        let remedy = account.remedy.clone();
        let kind = facts.record.as_ref().and_then(|record| Some(record.reason.as_ref()?.kind));
        let group = GapGroup { coverage, kind, reason: reason.clone(), remedy, accounts };
        self.0.insert((coverage, reason), group);
    }

    fn join(&mut self, next: Self) {
        for (key, mut group) in next.0 {
            match self.0.get_mut(&key) {
                Some(known) => known.accounts.append(&mut group.accounts),
                None => drop(self.0.insert(key, group)),
            }
        }
    }
}

impl Gaps {
    /// The groups, by coverage and then reason.
    pub(crate) fn into_groups(self) -> Vec<GapGroup> {
        self.0.into_values().collect()
    }
}
