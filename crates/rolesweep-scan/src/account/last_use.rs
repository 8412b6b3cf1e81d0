//! Fetches the last use of single roles whose page lacks it.

use std::sync::Mutex;

use futures::StreamExt as _;
use futures::stream::FuturesOrdered;
use rolesweep_model::{CollectedRole, Evidence, LastUse, Reason, ReasonKind, RoleArn};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::account_scan::AccountScan;
use super::failure::{ScanFailure, reason, reason_of};
use crate::limits::rate::RateLimiter;
use crate::limits::retry_policy::Attempts;
use crate::lock::locked;
use crate::operation::Operation;
use crate::ports::{Cloud, CloudError, CloudResult, ErrorKind, FactSink};

/// How many calls run at a time. They are enough for the rate even if an answer takes most of a
/// second.
const CONCURRENT_CALLS: usize = 4;

/// After this many failures in a row, the remaining roles are not asked for.
const FAILURES_IN_A_ROW: u32 = 5;

/// Calls `iam:GetRole` for the roles of an account whose last use is missing, at a low rate.
pub(crate) struct LastUseFetcher<'a, C: Cloud, S> {
    account: &'a AccountScan<'a, C, S>,
    /// The call that waits for its turn holds this. The others wait behind it.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

struct State {
    rate: RateLimiter,
    /// Whether a call for any role was answered.
    answered: bool,
    failures: u32,
    /// No more calls are made.
    given_up: bool,
    /// Why the last use of the first unknown role is unknown.
    reason: Option<Reason>,
}

impl<'a, C: Cloud, S: FactSink> LastUseFetcher<'a, C, S> {
    pub(crate) fn new(account: &'a AccountScan<'a, C, S>) -> Self {
        let state = State {
            rate: RateLimiter::new(account.scan.plan.limits.max_iam_rate),
            answered: false,
            failures: 0,
            given_up: false,
            reason: None,
        };
        Self { account, turn: tokio::sync::Mutex::default(), state: Mutex::new(state) }
    }

    /// Waits until a call may be made. `false` if that is after the account's time.
    pub(crate) async fn pace(&self) -> bool {
        let _alone = self.turn.lock().await;
        let turn = locked(&self.state).rate.turn(Instant::now());
        if turn >= self.account.budget.nearly_ends() {
            return false;
        }
        sleep_until(turn).await;
        true
    }

    /// Adjusts the rate to the result of a call that was made at `made`.
    pub(crate) fn observe<T>(&self, made: Instant, answer: &CloudResult<T>) {
        let mut state = locked(&self.state);
        match answer {
            Ok(_) => state.rate.answered(),
            Err(error) if error.kind == ErrorKind::Throttled => state.rate.throttled(made, Instant::now()),
            Err(_) => {}
        }
    }

    /// Why some last uses are not known.
    pub(crate) fn into_reason(self) -> Option<Reason> {
        self.state.into_inner().ok().and_then(|state| state.reason)
    }

    /// Completes the roles that lack their last use, in their order. A role that no longer exists
    /// is left out.
    pub(crate) async fn complete(&self, roles: Vec<CollectedRole>) -> Result<Completed, ScanFailure> {
        if roles.iter().all(|collected| collected.role.last_use != LastUse::NotCollected) {
            return Ok(Completed { roles, gone: 0 });
        }
        let mut complete = Completed { roles: Vec::with_capacity(roles.len()), gone: 0 };
        let mut open = roles.into_iter();
        let mut calls = FuturesOrdered::new();
        loop {
            // The first one alone: if it is denied, the others are too.
            let side_by_side = if locked(&self.state).answered { CONCURRENT_CALLS } else { 1 };
            while calls.len() < side_by_side
                && let Some(role) = open.next()
            {
                calls.push_back(self.completed(role));
            }
            match calls.next().await {
                Some(role) => match role? {
                    Some(role) => complete.roles.push(role),
                    None => complete.gone += 1,
                },
                None => return Ok(complete),
            }
        }
    }

    async fn completed(&self, collected: CollectedRole) -> Result<Option<CollectedRole>, ScanFailure> {
        if collected.role.last_use != LastUse::NotCollected {
            return Ok(Some(collected));
        }
        match self.ask(&collected.role.arn).await? {
            Answer::Role(answer) => {
                let merged = merge(collected, *answer);
                if merged.role.last_use == LastUse::NotCollected {
                    self.unknown(get_role(ReasonKind::Malformed, "no last use in the answer"));
                }
                Ok(Some(merged))
            }
            Answer::Gone => Ok(None),
            Answer::NotGiven => Ok(Some(collected)),
        }
    }

    async fn ask(&self, arn: &RoleArn) -> Result<Answer, ScanFailure> {
        let account = self.account;
        let mut attempts = Attempts::default();
        loop {
            if locked(&self.state).given_up {
                return Ok(Answer::NotGiven);
            }
            if !self.pace().await {
                return Ok(self.out_of_time());
            }
            // Another call may have given up while this one waited for its turn.
            if locked(&self.state).given_up {
                return Ok(Answer::NotGiven);
            }
            let session = account.session().await?;
            account.calling(Operation::GetRole);
            let made = Instant::now();
            let call = account.scan.cloud.get_role(&session, arn.name());
            let Ok(answer) = timeout_at(account.budget.nearly_ends(), call).await else {
                return Ok(self.out_of_time());
            };
            // A role that is deleted and created again has the same ARN and another id.
            let answer = answer.and_then(|answer| {
                CloudError::check_subject(Operation::GetRole, arn, &answer.role.arn).map(|()| answer)
            });
            self.observe(made, &answer);
            let error = match answer {
                Ok(role) => {
                    account.session_answered(&session);
                    self.answered();
                    return Ok(Answer::Role(Box::new(role)));
                }
                Err(error) if error.kind == ErrorKind::Gone => {
                    account.session_answered(&session);
                    self.answered();
                    return Ok(Answer::Gone);
                }
                Err(error) => error,
            };
            match account.recover(&mut attempts, &session, error).await {
                Ok(()) => {}
                Err(ScanFailure::Call(error)) => {
                    self.failed(&error);
                    return Ok(Answer::NotGiven);
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    fn answered(&self) {
        let mut state = locked(&self.state);
        state.answered = true;
        state.failures = 0;
    }

    fn failed(&self, error: &CloudError) {
        let mut state = locked(&self.state);
        state.failures += 1;
        let closed = error.kind == ErrorKind::Denied && !state.answered;
        state.given_up |= closed || state.failures >= FAILURES_IN_A_ROW;
        drop(state);
        self.unknown(reason_of(error));
    }

    fn out_of_time(&self) -> Answer {
        locked(&self.state).given_up = true;
        let budget = self.account.budget.seconds();
        let summary = format!("the account's time budget of {budget} s is not enough for every role");
        self.unknown(get_role(ReasonKind::TimedOut, summary));
        Answer::NotGiven
    }

    fn unknown(&self, reason: Reason) {
        locked(&self.state).reason.get_or_insert(reason);
    }
}

fn get_role(kind: ReasonKind, summary: impl Into<String>) -> Reason {
    Reason { action: Some(Operation::GetRole.action().to_owned()), ..reason(kind, summary, None) }
}

/// The roles of a page with their last use, as far as AWS answered.
pub(crate) struct Completed {
    pub(crate) roles: Vec<CollectedRole>,
    /// How many roles no longer exist.
    pub(crate) gone: u64,
}

enum Answer {
    Role(Box<CollectedRole>),
    /// The role no longer exists.
    Gone,
    /// The role's last use stays unknown. The reason is recorded.
    NotGiven,
}

/// Joins what a list says of a role with what `GetRole` says of it.
fn merge(listed: CollectedRole, asked: CollectedRole) -> CollectedRole {
    let same = listed.role.role_id == asked.role.role_id;
    // It was deleted and created again since it was listed, so this is another role.
    if !same || listed.role.evidence != Evidence::AuthorizationDetails {
        return asked;
    }
    let mut role = listed.role;
    role.last_use = asked.role.last_use;
    role.description = asked.role.description;
    role.max_session_seconds = asked.role.max_session_seconds;
    CollectedRole { role, ..listed }
}
