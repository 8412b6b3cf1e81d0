//! Discovery alone: which accounts a scan would read, without reading any.

use std::collections::BTreeMap;
use std::sync::Arc;

use rolesweep_model::{Account, AccountId, Coverage, OrganizationalUnit, Reason};

use crate::discovery::{Discovery, Progress};
use crate::error::ScanError;
use crate::patience::Patience;
use crate::plan::Plan;
use crate::ports::{Cloud, Event, Observer};
use crate::tell;

/// What a scan would do with the accounts of its population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The population, by account id.
    pub accounts: Vec<Surveyed>,
    /// The roots and OUs, as far as they could be read.
    pub organizational_units: Vec<OrganizationalUnit>,
    /// Whether the list of accounts was read to its end.
    pub population_complete: bool,
    /// What a reader should know; sorted.
    pub notes: Vec<String>,
}

/// An account, and what a scan would do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surveyed {
    /// The account.
    pub account: Account,
    /// What a scan would do.
    pub decision: Decided,
}

/// What a scan would do with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It would assume the audit role there and read its roles.
    Collected,
    /// It would give it this outcome without calling it.
    Settled(Coverage, Reason),
    /// It would not call it again: an earlier run of the scan finished it.
    FinishedBefore,
}

/// Finds the accounts of a plan as [`run`](crate::run) does, with the same calls, the same rules and the same errors, and ends there: no
/// account is called, and no ledger is needed. To stop it, drop it.
///
/// # Errors
/// When the population cannot be had at all, or contradicts what the caller named.
pub async fn survey<C, O>(plan: &Plan, cloud: Arc<C>, observer: Arc<O>) -> Result<Survey, ScanError>
where
    C: Cloud,
    O: Observer,
{
    let listener: Arc<dyn Observer> = observer.clone();
    let patience = Arc::new(Patience::new(Some(listener), &plan.scan_id.to_string()));
    let mut discovery = Discovery::new(plan, cloud, patience);
    discovery.start(plan);
    let mut known: BTreeMap<AccountId, Account> = BTreeMap::new();
    let mut decided: BTreeMap<AccountId, Decided> = BTreeMap::new();
    let mut notes = Vec::new();
    while let Some(progress) = discovery.next(true).await {
        let Progress { step, whole } = progress?;
        if whole {
            tell(&*observer, &Event::DiscoveryEnded { total: discovery.population().len() });
        }
        // The same account may be told twice; the later one knows more.
        known.extend(step.told.into_iter().map(|account| (account.id, account)));
        decided.extend(step.selected.into_iter().map(|account| (account.id, Decided::Collected)));
        let settled = step.settled.into_iter();
        decided.extend(settled.map(|(account, coverage, why)| (account.id, Decided::Settled(coverage, why))));
        for note in step.notes {
            tell(&*observer, &Event::Note(note.clone()));
            notes.push(note);
        }
        discovery.look_around(true);
    }
    notes.sort();
    notes.dedup();
    let decision = |id| decided.remove(&id).unwrap_or(Decided::FinishedBefore);
    Ok(Survey {
        accounts: decide(known, decision),
        population_complete: discovery.population().is_whole(),
        organizational_units: discovery.into_units(),
        notes,
    })
}

fn decide(
    known: BTreeMap<AccountId, Account>,
    mut decision: impl FnMut(AccountId) -> Decided,
) -> Vec<Surveyed> {
    known.into_values().map(|account| Surveyed { decision: decision(account.id), account }).collect()
}
