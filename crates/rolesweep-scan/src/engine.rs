//! Starts accounts as they become known, a limited number at a time, and counts their outcomes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use futures::future::try_join_all;
use rolesweep_model::{Account, Coverage, Reason, ScanEnd};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

use crate::account::{self, AccountEnd};
use crate::aws_policies::reader::PolicyReader;
use crate::depth::Depth;
use crate::discovery::{Discovery, Progress};
use crate::error::ScanError;
use crate::operation::Operation;
use crate::plan::Plan;
use crate::ports::{Clock, Cloud, Event, FactSink, Observer};
use crate::running_scan::RunningScan;
use crate::stop::Stop;
use rolesweep_model::clock::{self, Reading};

/// How many selected accounts may wait before discovery pauses. This shows a progress display the
/// total early, and needs little memory.
const AHEAD: usize = 1024;

/// How many outcomes of accounts that are not scanned go to the sink together.
const SETTLED_TOGETHER: usize = 64;

/// The result of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The part that is stored.
    pub end: ScanEnd,
    /// How many accounts are known.
    pub accounts: usize,
    /// How many of them an earlier run of this scan finished.
    pub already_finished: usize,
    /// How many of the others have each outcome. The counts add up to
    /// `accounts - already_finished`.
    pub coverage: BTreeMap<Coverage, usize>,
    /// In how many accounts AWS said yes or no to assuming the audit role.
    pub attempted: usize,
    /// In how many it said yes. If this is 0 of many, the audit role is probably missing in all of
    /// them.
    pub assumed: usize,
}

/// Runs a scan: finds the accounts, scans each within the plan's limits, and hands the facts to the
/// sink.
///
/// Every known account gets exactly one record, even if its scan fails or panics or the whole scan
/// is stopped. Only accounts of [`Plan::already_finished`] get none. A scan that was told to wind
/// down ends with `Ok` and [`ScanEnd::interrupted`].
///
/// # Errors
/// If the accounts cannot be listed at all or are not those that the caller named, if the sink
/// refuses, or if the scan was aborted. Finished accounts stay finished.
pub async fn run<C, S, O, K>(
    plan: Plan,
    cloud: Arc<C>,
    sink: Arc<S>,
    observer: Arc<O>,
    clock: Arc<K>,
    stop: Stop,
) -> Result<Outcome, ScanError>
where
    C: Cloud,
    S: FactSink,
    O: Observer,
    K: Clock,
{
    run_to(Depth::Everything, plan, cloud, sink, observer, clock, stop).await
}

/// Runs a scan to this depth in each account.
pub(crate) async fn run_to<C, S, O, K>(
    depth: Depth,
    plan: Plan,
    cloud: Arc<C>,
    sink: Arc<S>,
    observer: Arc<O>,
    clock: Arc<K>,
    stop: Stop,
) -> Result<Outcome, ScanError>
where
    C: Cloud,
    S: FactSink,
    O: Observer,
    K: Clock,
{
    let scan = Arc::new(RunningScan::new(depth, plan, cloud, sink, observer, clock));
    let mut dispatcher = Dispatcher::new(scan);
    let result = tokio::select! {
        biased;
        () = stop.aborted() => Err(ScanError::Aborted),
        result = dispatcher.drive(&stop) => result,
    };
    dispatcher.shutdown().await;
    result.map(|()| dispatcher.outcome())
}

/// When accounts under way are cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Never,
    At(Instant),
    Done,
}

struct Dispatcher<C: Cloud, S> {
    scan: Arc<RunningScan<C, S>>,
    discovery: Discovery<C>,
    accounts: JoinSet<Result<AccountEnd<C::Session>, ScanError>>,
    /// Reads AWS's policies beside the accounts, which do not wait for it.
    policies: PolicyReader<C, S>,
    /// One for each account that may be called at a time. It is released after the account's last
    /// call, while the answer is stored.
    permits: Arc<Semaphore>,
    waiting: VecDeque<Account>,
    interrupted: Option<String>,
    cut: Cut,
    coverage: BTreeMap<Coverage, usize>,
    attempted: usize,
    assumed: usize,
    notes: Vec<String>,
}

impl<C: Cloud, S: FactSink> Dispatcher<C, S> {
    fn new(scan: Arc<RunningScan<C, S>>) -> Self {
        Self {
            discovery: Discovery::new(&scan.plan, scan.cloud.clone(), scan.retried.clone()),
            notes: scan.plan.notes.clone(),
            permits: Arc::new(Semaphore::new(scan.plan.limits.concurrency.get())),
            policies: PolicyReader::new(scan.clone()),
            scan,
            accounts: JoinSet::new(),
            waiting: VecDeque::new(),
            interrupted: None,
            cut: Cut::Never,
            coverage: BTreeMap::new(),
            attempted: 0,
            assumed: 0,
        }
    }

    async fn drive(&mut self, stop: &Stop) -> Result<(), ScanError> {
        self.discovery.start(&self.scan.plan);
        loop {
            let accounts_are_over = self.accounts_are_over();
            if self.interrupted.is_none() {
                self.policies.start(!accounts_are_over);
            }
            if accounts_are_over && self.policies.is_idle() {
                return Ok(());
            }
            let reads = self.interrupted.is_none() && self.waiting.len() < AHEAD;
            let cut_at = if let Cut::At(instant) = self.cut { Some(instant) } else { None };
            tokio::select! {
                biased;
                reason = stop.draining(), if self.cut == Cut::Never => {
                    self.cut = Cut::At(Instant::now() + self.scan.plan.limits.grace);
                    self.drain(reason, account::interrupted()).await?;
                }
                () = sleep_until(cut_at.unwrap_or_else(Instant::now)), if cut_at.is_some() => {
                    self.cut = Cut::Done;
                    self.scan.cut.cancel();
                }
                progress = self.discovery.next(reads), if !self.discovery.is_idle(reads) => {
                    if let Some(progress) = progress {
                        self.apply(progress?).await?;
                    }
                }
                Some(done) = self.accounts.join_next() => self.account_done(done).await?,
                Some(done) = self.policies.next() => done?,
                // Fails only if the semaphore is closed, and nothing closes it.
                Ok(permit) = self.permits.clone().acquire_owned(), if self.may_begin() => self.begin_account(permit),
            }
        }
    }

    /// Whether an account with a permit may begin. If the sink is slow, at most as many accounts
    /// wait for it as are called.
    fn may_begin(&self) -> bool {
        let most = self.scan.plan.limits.concurrency.get().saturating_mul(2);
        self.interrupted.is_none() && !self.waiting.is_empty() && self.accounts.len() < most
    }

    fn begin_account(&mut self, permit: OwnedSemaphorePermit) {
        if let Some(account) = self.waiting.pop_front() {
            let span = tracing::debug_span!("account", id = %account.id);
            self.accounts.spawn(account::run(self.scan.clone(), account, permit).instrument(span));
        }
    }

    fn accounts_are_over(&self) -> bool {
        self.discovery.is_over() && self.waiting.is_empty() && self.accounts.is_empty()
    }

    async fn apply(&mut self, Progress { step, whole }: Progress) -> Result<(), ScanError> {
        if whole {
            self.scan.tell(&Event::DiscoveryEnded { total: self.discovery.population().len() });
        }
        if !step.told.is_empty() {
            let told = self.scan.sink.discovered(step.told).await;
            told.map_err(|error| ScanError::FactSink(Box::new(error)))?;
            self.scan.tell(&Event::Discovered { total: self.discovery.population().len() });
        }
        for note in step.notes {
            self.scan.note(&note);
            self.notes.push(note);
        }
        self.waiting.extend(step.selected);
        self.settle(step.settled).await?;
        self.discovery.start_walks(self.waiting.len() >= self.enough_waiting());
        Ok(())
    }

    /// If this many accounts wait, discovery may make calls other than for accounts.
    fn enough_waiting(&self) -> usize {
        self.scan.plan.limits.concurrency.get().saturating_mul(4).min(AHEAD / 2)
    }

    /// Writes the outcomes of accounts that are not scanned.
    async fn settle(&mut self, mut settled: Vec<(Account, Coverage, Reason)>) -> Result<(), ScanError> {
        while !settled.is_empty() {
            let together = settled.drain(..settled.len().min(SETTLED_TOGETHER));
            let finished = together.map(|(account, coverage, reason)| {
                *self.coverage.entry(coverage).or_default() += 1;
                let record = account::uncalled(&account, coverage, reason, self.scan.now());
                self.scan.finish(account, record)
            });
            try_join_all(finished.collect::<Vec<_>>()).await?;
        }
        Ok(())
    }

    async fn account_done(
        &mut self,
        done: Result<Result<AccountEnd<C::Session>, ScanError>, JoinError>,
    ) -> Result<(), ScanError> {
        let end = match done {
            Ok(end) => end?,
            // A scan of an account catches its own panics, so this one came from recording its
            // outcome.
            Err(error) => return Err(ScanError::Internal(error.to_string())),
        };
        *self.coverage.entry(end.coverage).or_default() += 1;
        self.attempted += usize::from(end.assumed.is_some());
        self.assumed += usize::from(end.assumed == Some(true));
        if let Some(session) = end.session {
            self.policies.lend(end.account_id, session);
        }
        if let Some(error) = end.caller_expired {
            // Accounts under way have their own sessions, and may finish.
            let reason =
                format!("the caller's credentials expired ({}: {})", Operation::AssumeRole, error.summary());
            self.drain(reason, account::credentials_ran_out()).await?;
        }
        Ok(())
    }

    /// Starts no more accounts. Those that wait get the outcome "not reached" with this reason.
    async fn drain(&mut self, reason: String, why: Reason) -> Result<(), ScanError> {
        if self.interrupted.is_some() {
            return Ok(());
        }
        self.scan.tell(&Event::Stopping { reason: reason.clone() });
        if !self.discovery.population().is_listed() {
            self.notes.push("the list of accounts was not read to its end".to_owned());
        }
        if self.discovery.lacks_tree() {
            self.notes.push("names of OUs are not known: interrupted".to_owned());
        }
        self.interrupted = Some(reason);
        self.discovery.stop();
        let mut settled = self.discovery.population_mut().interrupted(&why).settled;
        settled.extend(self.waiting.drain(..).map(|account| (account, Coverage::NotReached, why.clone())));
        self.settle(settled).await
    }

    /// Ends every task, and waits until no task holds the sink.
    async fn shutdown(&mut self) {
        self.discovery.shutdown().await;
        self.accounts.shutdown().await;
        self.policies.shutdown().await;
    }

    fn outcome(mut self) -> Outcome {
        let mut notes = self.notes;
        notes.extend(self.policies.note(self.interrupted.is_some()));
        let clock = self.scan.cloud.clock();
        // A check keeps no times.
        let kept = clock.filter(|_| self.scan.depth == Depth::Everything);
        notes.extend(kept.filter(Reading::is_off).map(|reading| {
            format!(
                "this machine's clock moved while the scan ran: at {} it was {}, whose time was {}; the times of this scan cannot be relied on, \
                 and the report is not complete: set the clock and scan again",
                reading.local,
                clock::in_words(reading.difference_seconds),
                reading.server
            )
        }));
        // Accounts end in any order. The stored result does not depend on it.
        notes.sort();
        notes.dedup();
        // A signal that comes after the last account was read, the last OU named, and the last document
        // asked for changes nothing.
        let is_whole = self.discovery.population().is_listed()
            && !self.discovery.lacks_tree()
            && !self.policies.is_cut_short()
            && !self.coverage.contains_key(&Coverage::NotReached);
        let interrupted = self.interrupted.filter(|_| !is_whole);
        Outcome {
            accounts: self.discovery.population().len(),
            already_finished: self.discovery.population().already_finished(),
            coverage: self.coverage,
            attempted: self.attempted,
            assumed: self.assumed,
            end: ScanEnd {
                finished_at: self.scan.now(),
                population_complete: self.discovery.population().is_whole(),
                interrupted,
                organizational_units: self.discovery.into_units(),
                notes,
                aws_policies: self.policies.count(),
                clock_difference_seconds: clock.map(|reading| reading.difference_seconds),
            },
        }
    }
}
