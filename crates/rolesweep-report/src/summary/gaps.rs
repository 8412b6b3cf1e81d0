//! Accounts that were not fully read, grouped by the reason.

use std::collections::BTreeMap;

use rolesweep_model::{Coverage, ReasonKind};

use crate::assessed::AssessedAccount;
use crate::sink::Sink;

/// Accounts with gaps that share a coverage, a reason and a remedy.
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

/// By coverage, reason and remedy. The caller's own account may have another remedy for the same
/// reason.
#[derive(Default)]
pub(crate) struct Gaps(BTreeMap<(Coverage, String, Option<String>), GapGroup>);

impl Sink for Gaps {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        let facts = account.facts;
        let coverage = facts.coverage();
        if !coverage.is_gap() {
            return;
        }
        let reason = if facts.record.is_some() { facts.reason() } else { String::new() };
        let accounts = vec![(facts.display_name(), account.accepted_gap.map(|gap| gap.reason.clone()))];
        let remedy = account.remedy.clone();
        let kind = facts.record.as_ref().and_then(|record| Some(record.reason.as_ref()?.kind));
        let key = (coverage, reason.clone(), remedy.clone());
        self.0.insert(key, GapGroup { coverage, kind, reason, remedy, accounts });
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
    /// The groups, by coverage, reason and remedy.
    pub(crate) fn into_groups(self) -> Vec<GapGroup> {
        self.0.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_assess::Totals;

    use super::*;
    use crate::fixture::denied_account;

    #[test]
    fn accounts_with_the_same_reason_and_another_remedy_are_apart() {
        let facts = denied_account();
        let mut gaps = Gaps::default();
        for remedy in ["put the role there", "allow the call", "allow the call"] {
            let mut next = Gaps::default();
            next.account(&AssessedAccount {
                facts: &facts,
                totals: Totals::default(),
                policies_not_read: 0,
                accepted_gap: None,
                remedy: Some(remedy.to_owned()),
                is_callers: false,
                is_unjudged: false,
            });
            gaps.join(next);
        }
        let groups = gaps.into_groups();
        let found: Vec<_> =
            groups.iter().map(|group| (group.remedy.as_deref(), group.accounts.len())).collect();
        assert_eq!(found, [(Some("allow the call"), 2), (Some("put the role there"), 1)]);
    }
}
