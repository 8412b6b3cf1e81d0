//! Reads the policies beside the accounts, a few at a time.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use rolesweep_model::{AccountId, AwsManagedPolicy, AwsPolicyCount};
use tokio::task::{JoinError, JoinSet};

use super::ask::ask;
use super::queue::{Lender, Queue, Wanted};
use crate::account;
use crate::error::ScanError;
use crate::operation::Operation;
use crate::ports::{Cloud, CloudError, FactSink};
use crate::running_scan::RunningScan;

/// How many policies are asked for at a time. Each from another account.
const AT_A_TIME: usize = 4;

/// How many accounts of an earlier run may be asked for a session.
const REOPENED: usize = 3;

/// How many policies a note names.
const SHOWN: usize = 10;

pub(crate) struct PolicyReader<C: Cloud, S> {
    scan: Arc<RunningScan<C, S>>,
    queue: Queue<C::Session>,
    under_way: JoinSet<Done<C::Session>>,
    /// Accounts of an earlier run. They are asked for a session if no other account is left.
    earlier: Vec<AccountId>,
    /// By IAM action.
    calls: BTreeMap<String, u64>,
    read: usize,
}

/// What a task ends with.
enum Done<T> {
    /// An account was asked for a policy.
    Asked { wanted: Wanted, lender: Lender<T>, calls: BTreeMap<Operation, u64>, ended: Ended },
    /// A session of an account of an earlier run, if it could be opened.
    Opened { account: AccountId, session: Option<Arc<T>>, calls: BTreeMap<Operation, u64> },
}

/// How asking for a policy ended.
enum Ended {
    Kept,
    Failed(CloudError),
    Cut,
    Refused(ScanError),
}

impl<C: Cloud, S: FactSink> PolicyReader<C, S> {
    pub(crate) fn new(scan: Arc<RunningScan<C, S>>) -> Self {
        let of_scan = scan.plan.aws_policies.of_scan.values();
        let calls = scan.plan.aws_policies.calls.clone();
        Self {
            read: of_scan.filter(|version| version.is_some()).count(),
            earlier: scan.plan.already_finished.iter().copied().take(REOPENED).collect(),
            scan,
            queue: Queue::default(),
            under_way: JoinSet::new(),
            calls,
        }
    }

    /// Takes the session of an account that was read, for a few calls.
    pub(crate) fn lend(&mut self, account: AccountId, session: Arc<C::Session>) {
        self.queue.lend(account, session);
    }

    /// Asks for as many policies as may be asked for now. `others_come` says whether more accounts
    /// will lend their sessions.
    pub(crate) fn start(&mut self, others_come: bool) {
        self.queue.want(self.scan.named.take());
        while self.under_way.len() < AT_A_TIME
            && let Some((wanted, lender)) = self.queue.next(others_come)
        {
            self.under_way.spawn(asked(self.scan.clone(), wanted, lender));
        }
        if others_come || !self.under_way.is_empty() {
            return;
        }
        // Nobody is left who could be asked.
        if self.queue.lacks_lenders()
            && let Some(account) = self.earlier.pop()
        {
            let scan = self.scan.clone();
            self.under_way.spawn(async move {
                let (session, calls) = account::session_of(&scan, account).await;
                Done::Opened { account, session, calls }
            });
        } else {
            self.queue.give_up();
        }
    }

    /// Whether nothing is under way. With [`Self::start`] called before, nothing is left to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Takes what the next task ends with; `None` if none is under way.
    pub(crate) async fn next(&mut self) -> Option<Result<(), ScanError>> {
        let done = self.under_way.join_next().await?;
        Some(self.take(done))
    }

    fn take(&mut self, done: Result<Done<C::Session>, JoinError>) -> Result<(), ScanError> {
        let calls = match done.map_err(|error| ScanError::Internal(error.to_string()))? {
            Done::Asked { wanted, lender, calls, ended } => {
                match ended {
                    Ended::Kept => {
                        self.read += 1;
                        self.queue.answered(lender);
                    }
                    Ended::Failed(error) => self.queue.failed(wanted, lender, error),
                    Ended::Cut => self.queue.interrupted(wanted),
                    Ended::Refused(error) => return Err(error),
                }
                calls
            }
            Done::Opened { account, session, calls } => {
                session.into_iter().for_each(|session| self.queue.lend(account, session));
                calls
            }
        };
        for (operation, count) in calls {
            *self.calls.entry(operation.action().to_owned()).or_default() += count;
        }
        Ok(())
    }

    /// Ends every task.
    pub(crate) async fn shutdown(&mut self) {
        self.under_way.shutdown().await;
    }

    /// How many policies were named and read, with how many calls; `None` if they are not wanted.
    pub(crate) fn count(&self) -> Option<AwsPolicyCount> {
        self.scan.plan.parameters.managed_policies.then(|| AwsPolicyCount {
            named: self.scan.named.len() as u64,
            read: self.read as u64,
            calls: self.calls.clone(),
        })
    }

    /// Whether documents are missing that nobody was asked for, or whose calls were cut off.
    /// [`Self::note`] was called before.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.queue.missing().values().any(Option::is_none)
    }

    /// Which documents are missing, for the reader of the report. `interrupted` is why the scan was
    /// stopped.
    pub(crate) fn note(&mut self, interrupted: bool) -> Option<String> {
        self.queue.want(self.scan.named.take());
        let missing = self.queue.missing();
        if missing.is_empty() {
            return None;
        }
        let names: Vec<&str> = missing.keys().take(SHOWN).copied().collect();
        let more = match missing.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let failure = missing.values().find_map(|failure| *failure);
        let (count, plural) = match missing.len() {
            1 => ("the document of 1 policy that AWS manages was".to_owned(), "that policy"),
            count => (format!("the documents of {count} policies that AWS manages were"), "these policies"),
        };
        let denied =
            missing.values().flatten().any(|failure| failure.kind == crate::ports::ErrorKind::Denied);
        let why = match failure {
            Some(failure) => format!("{}: {}", failure.operation, failure.summary()),
            None if interrupted => "the scan was interrupted".to_owned(),
            None => "no account was left that could be asked".to_owned(),
        };
        let remedy = if denied {
            format!(
                "; allow the audit role {} and {}: `rolesweep setup` prints its policy",
                Operation::GetPolicy,
                Operation::GetPolicyVersion
            )
        } else {
            String::new()
        };
        Some(format!(
            "{count} not read ({why}), so nobody can say what roles with {plural} may do: {}{more}{remedy}",
            names.join(", ")
        ))
    }
}

/// The policy with the calls that it took.
fn with_calls(policy: AwsManagedPolicy, calls: &BTreeMap<Operation, u64>) -> AwsManagedPolicy {
    let calls = calls.iter().map(|(operation, count)| (operation.action().to_owned(), *count)).collect();
    AwsManagedPolicy { calls, ..policy }
}

/// Asks an account for a policy, and keeps the answer.
async fn asked<C: Cloud, S: FactSink>(
    scan: Arc<RunningScan<C, S>>,
    wanted: Wanted,
    lender: Lender<C::Session>,
) -> Done<C::Session> {
    let mut calls = BTreeMap::new();
    let (plan, retry) = (&scan.plan, &scan.retried_by_others);
    let answer = ask(&*scan.cloud, &lender.session, &wanted.arn, &plan.aws_policies, retry, &mut calls);
    let answer = tokio::select! {
        biased;
        () = scan.cut.cancelled() => None,
        answer = AssertUnwindSafe(answer).catch_unwind() => Some(answer.unwrap_or_else(|_| {
            // The panic hook has already reported it.
            Err(CloudError::malformed(Operation::GetPolicy, "a defect in rolesweep"))
        })),
    };
    let ended = match answer {
        None => Ended::Cut,
        Some(Err(error)) => Ended::Failed(error),
        Some(Ok(policy)) => match scan.sink.aws_policy(with_calls(policy, &calls)).await {
            Ok(()) => Ended::Kept,
            Err(error) => Ended::Refused(ScanError::FactSink(Box::new(error))),
        },
    };
    Done::Asked { wanted, lender, calls, ended }
}
