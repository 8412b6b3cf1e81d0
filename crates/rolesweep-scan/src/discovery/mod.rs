//! Discovery: reads the list of accounts and the tree of OUs, and decides which accounts are
//! scanned.

pub(crate) mod accounts;
pub(crate) mod identity;
mod misfits;
mod ou_tree;
mod population;
mod selection;

use std::sync::Arc;

use rolesweep_model::OrganizationalUnit;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};

use self::accounts::Found;
use self::ou_tree::{Places, UnitTree};
use self::population::{Population, Step};
use crate::error::ScanError;
use crate::limits::retried_calls::RetriedCalls;
use crate::plan::Plan;
use crate::ports::{Cloud, ErrorKind};

/// How many pages discovery may read ahead.
const PAGES_AHEAD: usize = 2;

/// Finds the accounts of a plan, and decides which of them are collected.
pub(crate) struct Discovery<C> {
    cloud: Arc<C>,
    retried: Arc<RetriedCalls>,
    population: Population,
    tasks: JoinSet<TaskResult>,
    listing: Option<mpsc::Receiver<Found>>,
    walking: bool,
    stopped: bool,
}

/// What discovery learned.
#[derive(Debug)]
pub(crate) struct Progress {
    /// The next step.
    pub(crate) step: Step,
    /// Whether this was the end of the list.
    pub(crate) whole: bool,
}

/// The result of a task that runs while accounts are scanned.
enum TaskResult {
    /// The list of accounts ended. Its channel says how.
    Discovered,
    Walked(UnitTree),
    Placed(Places),
}

/// The next thing that arrives.
enum Arrival {
    Listed(Found),
    TaskResult(Result<TaskResult, JoinError>),
}

impl<C: Cloud> Discovery<C> {
    /// Makes no calls before [`Self::start`].
    pub(crate) fn new(plan: &Plan, cloud: Arc<C>, retried: Arc<RetriedCalls>) -> Self {
        Self {
            cloud,
            retried,
            population: Population::new(plan),
            tasks: JoinSet::new(),
            listing: None,
            walking: false,
            stopped: false,
        }
    }

    /// Starts the list of accounts, and the walk of the OU tree if accounts wait for it.
    pub(crate) fn start(&mut self, plan: &Plan) {
        let (sender, receiver) = mpsc::channel(PAGES_AHEAD);
        self.listing = Some(receiver);
        let (cloud, retried) = (self.cloud.clone(), self.retried.clone());
        let parameters = &plan.parameters;
        let named =
            parameters.named_accounts_only.then(|| parameters.filter.accounts.iter().copied().collect());
        let first = plan.first_page.clone();
        self.tasks.spawn(async move {
            match named {
                Some(ids) => accounts::named(&*cloud, &retried, ids, sender).await,
                None => accounts::list(&*cloud, &retried, first, sender).await,
            }
            TaskResult::Discovered
        });
        self.start_walks(false);
    }

    /// Starts the walks that are needed by now.
    ///
    /// All callers of an organization share a burst of calls to Organizations, and then a few calls
    /// a second. The list of accounts goes first, so that accounts can be scanned meanwhile. The
    /// names of OUs are needed only at the end, unless they select accounts. `ahead` says that
    /// enough accounts are waiting.
    pub(crate) fn start_walks(&mut self, ahead: bool) {
        if self.stopped {
            return;
        }
        let due = ahead || self.listing.is_none() || self.population.selects_by_unit();
        if due && !self.walking && self.population.wants_walk() {
            self.walking = true;
            let (cloud, retried) = (self.cloud.clone(), self.retried.clone());
            self.tasks.spawn(async move { TaskResult::Walked(ou_tree::walk(&*cloud, &retried).await) });
        }
        if let Some(parents) = self.population.wants_places() {
            let (cloud, retried) = (self.cloud.clone(), self.retried.clone());
            self.tasks
                .spawn(async move { TaskResult::Placed(ou_tree::places(&*cloud, &retried, parents).await) });
        }
    }

    /// The next thing that discovery learns, or `None` at the end. `reads` says whether more of the
    /// list is wanted now.
    ///
    /// Dropping this while it waits loses nothing.
    pub(crate) async fn next(&mut self, reads: bool) -> Option<Result<Progress, ScanError>> {
        loop {
            let arrival = tokio::select! {
                biased;
                Some(found) = next_found(self.listing.as_mut()), if reads && self.listing.is_some() => Arrival::Listed(found),
                Some(done) = self.tasks.join_next() => Arrival::TaskResult(done),
                else => return None,
            };
            let progress = match arrival {
                Arrival::Listed(found) => self.found(found),
                Arrival::TaskResult(Ok(TaskResult::Discovered)) => continue,
                Arrival::TaskResult(Ok(TaskResult::Walked(tree))) => {
                    self.population.walked(tree).map(Progress::from)
                }
                Arrival::TaskResult(Ok(TaskResult::Placed(places))) => {
                    self.population.placed(places).map(Progress::from)
                }
                Arrival::TaskResult(Err(error)) if error.is_cancelled() => continue,
                Arrival::TaskResult(Err(error)) => Err(ScanError::Internal(error.to_string())),
            };
            return Some(progress);
        }
    }

    fn found(&mut self, found: Found) -> Result<Progress, ScanError> {
        let step = match found {
            Found::Accounts(accounts) => self.population.listed(accounts)?,
            Found::NotThere(id) => {
                self.population.not_there(id);
                Step::default()
            }
            Found::Undescribed(error) => self.population.undescribed(&error),
            Found::Whole => {
                self.listing = None;
                return Ok(Progress { step: self.population.ended(None)?, whole: true });
            }
            Found::BrokeOff { error, at_first: true } => {
                return Err(if error.kind == ErrorKind::Denied {
                    ScanError::ListAccountsDenied(error)
                } else {
                    ScanError::ListAccounts(error)
                });
            }
            Found::BrokeOff { error, at_first: false } => {
                self.listing = None;
                self.population.ended(Some(&error))?
            }
        };
        Ok(step.into())
    }

    /// Whether everything is known, or discovery was stopped.
    pub(crate) fn is_over(&self) -> bool {
        self.stopped || (self.listing.is_none() && self.tasks.is_empty())
    }

    /// Whether [`Self::next`] has nothing to wait for.
    pub(crate) fn is_idle(&self, reads: bool) -> bool {
        !(reads && self.listing.is_some()) && self.tasks.is_empty()
    }

    /// Makes no further calls.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
        self.listing = None;
        self.tasks.abort_all();
    }

    /// Whether the names of OUs are wanted but missing.
    pub(crate) fn lacks_tree(&self) -> bool {
        self.population.wants_walk() && !self.population.has_tree()
    }

    pub(crate) fn population(&self) -> &Population {
        &self.population
    }

    /// The accounts known so far, for a scan that winds down.
    pub(crate) fn population_mut(&mut self) -> &mut Population {
        &mut self.population
    }

    /// The roots and OUs, by id.
    pub(crate) fn into_units(self) -> Vec<OrganizationalUnit> {
        self.population.into_units()
    }

    /// Ends every task, and waits until all have ended.
    pub(crate) async fn shutdown(&mut self) {
        self.stop();
        self.tasks.shutdown().await;
    }
}

impl From<Step> for Progress {
    fn from(step: Step) -> Self {
        Self { step, whole: false }
    }
}

/// The next entry of the list. Never completes after the end.
async fn next_found(listing: Option<&mut mpsc::Receiver<Found>>) -> Option<Found> {
    match listing {
        Some(listing) => listing.recv().await,
        None => std::future::pending().await,
    }
}
