//! The accounts of the organization, and those that have left it.

use std::collections::HashSet;

use rolesweep_assess::risk::trust::Membership;
use rolesweep_model::{AccountId, Scope};
use rolesweep_store::Store;

use super::error::PipelineError;
use crate::assessed::Report;

/// How many earlier scans are asked for accounts that have left.
const EARLIER: usize = 12;

/// Which accounts are in the organization, and which were: twelve bytes each.
#[derive(Debug, Default)]
pub(super) struct Population {
    members: HashSet<AccountId>,
    former: HashSet<AccountId>,
    /// Whether these are all members.
    pub(super) is_whole: bool,
}

impl Population {
    /// The population of a report's scan.
    pub(super) fn read(store: &Store, report: &Report<'_>) -> Result<Self, PipelineError> {
        let scan = report.scan;
        let members = accounts(store, report)?;
        let is_whole =
            // A scan of a part lists the whole organization, too.
            scan.scope != Scope::Named && scan.end.as_ref().is_some_and(|end| end.population_complete);
        let former = if is_whole { former(store, report, &members)? } else { HashSet::new() };
        Ok(Self { members, former, is_whole })
    }

    /// Whether an account is in the organization.
    pub(super) fn membership(&self, account: &AccountId) -> Membership {
        if self.members.contains(account) {
            Membership::Member
        } else if self.former.contains(account) {
            Membership::Former
        } else {
            Membership::NotListed
        }
    }
}

fn accounts(store: &Store, report: &Report<'_>) -> Result<HashSet<AccountId>, PipelineError> {
    store.accounts(report.scan.id)?.map(|entry| Ok(entry?.account.id)).collect()
}

/// The accounts that earlier scans of the same organization listed, and this one does not.
fn former(
    store: &Store,
    report: &Report<'_>,
    members: &HashSet<AccountId>,
) -> Result<HashSet<AccountId>, PipelineError> {
    let scans = store.numbered_scans()?;
    let own = scans.iter().find(|known| known.scan.id == report.scan.id).map_or(0, |known| known.number);
    let earlier = scans
        .iter()
        .rev()
        .filter(|known| known.number < own)
        .filter(|known| known.scan.scope != Scope::Named && known.scan.organization.is_some())
        .filter(|known| known.scan.organization == report.scan.organization);
    let mut former = HashSet::new();
    for known in earlier.take(EARLIER) {
        for entry in store.accounts(known.scan.id)? {
            let account = entry?.account.id;
            if !members.contains(&account) {
                former.insert(account);
            }
        }
    }
    Ok(former)
}
