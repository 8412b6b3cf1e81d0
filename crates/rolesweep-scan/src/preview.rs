//! Discovery alone: finds the accounts that a scan would read, and reads none.

use std::collections::BTreeMap;
use std::sync::Arc;

use rolesweep_model::{Account, AccountId, Coverage, OrganizationalUnit, Reason};

use crate::discovery::{Discovery, Progress};
use crate::error::ScanError;
use crate::limits::retried_calls::RetriedCalls;
use crate::plan::Plan;
use crate::ports::{Cloud, Event, Observer, tell};

/// What a scan would do with the accounts of its population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The population, by account id.
    pub accounts: Vec<PreviewedAccount>,
    /// The roots and OUs, as far as they could be read.
    pub organizational_units: Vec<OrganizationalUnit>,
    /// Whether the population is whole: the list was read to its end, and nothing that the scan
    /// needs is missing.
    pub population_complete: bool,
    /// Notes for the reader. Sorted.
    pub notes: Vec<String>,
}

/// An account, and what a scan would do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewedAccount {
    /// The account.
    pub account: Account,
    /// What a scan would do.
    pub action: PlannedAction,
}

/// What a scan would do with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedAction {
    /// It would assume the audit role there and read its roles.
    Collect,
    /// It would give it this outcome without calling it.
    Settle(Coverage, Reason),
    /// It would not call it again, because an earlier run of the scan finished it.
    AlreadyFinished,
}

/// Finds the accounts of a plan as [`run`](crate::run) does, with the same calls, rules and errors.
/// It calls no account, and needs no sink. To stop it, drop it.
///
/// # Errors
/// If the population cannot be read at all, or contradicts what the caller named.
pub async fn preview<C, O>(plan: &Plan, cloud: Arc<C>, observer: Arc<O>) -> Result<Preview, ScanError>
where
    C: Cloud,
    O: Observer,
{
    let listener: Arc<dyn Observer> = observer.clone();
    let retried = Arc::new(RetriedCalls::new(Some(listener), &plan.scan_id.to_string()));
    let mut discovery = Discovery::new(plan, cloud, retried);
    discovery.start(plan);
    let mut known: BTreeMap<AccountId, Account> = BTreeMap::new();
    let mut decided: BTreeMap<AccountId, PlannedAction> = BTreeMap::new();
    let mut notes = Vec::new();
    while let Some(progress) = discovery.next(true).await {
        let Progress { step, whole } = progress?;
        if whole {
            tell(&*observer, &Event::DiscoveryEnded { total: discovery.population().len() });
        }
        // The same account may be told twice. The later one has more data.
        known.extend(step.told.into_iter().map(|account| (account.id, account)));
        decided.extend(step.selected.into_iter().map(|account| (account.id, PlannedAction::Collect)));
        let settled = step.settled.into_iter();
        decided.extend(
            settled.map(|(account, coverage, why)| (account.id, PlannedAction::Settle(coverage, why))),
        );
        for note in step.notes {
            tell(&*observer, &Event::Note(note.clone()));
            notes.push(note);
        }
        discovery.start_walks(true);
    }
    notes.sort();
    notes.dedup();
    let accounts = known.into_values().map(|account| {
        let action = decided.remove(&account.id).unwrap_or(PlannedAction::AlreadyFinished);
        PreviewedAccount { account, action }
    });
    Ok(Preview {
        accounts: accounts.collect(),
        population_complete: discovery.population().is_whole(),
        organizational_units: discovery.into_units(),
        notes,
    })
}
