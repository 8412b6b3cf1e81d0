//! One account under way: its calls, its failures, its budget.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rolesweep_model::{Access, Account};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep};

use crate::budget::Budget;
use crate::context::Context;
use crate::error::LedgerFailure;
use crate::locked;
use crate::operation::Operation;
use crate::pages::Contradiction;
use crate::ports::{Cloud, CloudError, ErrorKind, Event, Ledger};
use crate::retry::{Jitter, Tries};
use crate::session::Sessions;

/// Why an account cannot be collected, or the scan not go on.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A call failed for good.
    Call(CloudError),
    /// A list of pages contradicts itself.
    Contradiction(Operation, Contradiction),
    /// Neither way to read the roles is open.
    NoWay {
        /// Why GetAccountAuthorizationDetails was left.
        details: CloudError,
        /// Why ListRoles failed.
        list: CloudError,
    },
    /// The caller's own credentials ran out: no account can be begun any more.
    CallerCredentials(CloudError),
    /// The ledger took no more facts.
    Ledger(LedgerFailure),
}

impl Trouble {
    pub(crate) fn ledger<E: std::error::Error + Send + Sync + 'static>(error: E) -> Self {
        Self::Ledger(Box::new(error))
    }
}

/// What is known of a visit even when it is cut off: it outlives the future that makes it.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) calls: BTreeMap<Operation, u64>,
    /// The operation that was called last.
    pub(crate) last: Option<Operation>,
    /// The failure that was waited for last, while no answer has come since.
    pub(crate) failure: Option<CloudError>,
    /// With whose credentials the account is read.
    pub(crate) access: Option<Access>,
    /// AssumeRole was answered: how.
    pub(crate) assumed: Option<bool>,
}

/// One account under way.
pub(crate) struct Visit<'a, C: Cloud, L> {
    pub(crate) context: &'a Context<C, L>,
    pub(crate) account: &'a Account,
    pub(crate) budget: Arc<Budget>,
    pub(crate) journal: Mutex<Journal>,
    pub(crate) sessions: Sessions<C::Session>,
    jitter: Mutex<Jitter>,
    seat: Mutex<Option<OwnedSemaphorePermit>>,
}

impl<'a, C: Cloud, L: Ledger> Visit<'a, C, L> {
    /// With the seat of an account that is called.
    pub(crate) fn new(context: &'a Context<C, L>, account: &'a Account, seat: OwnedSemaphorePermit) -> Self {
        let scan = context.plan.scan_id.to_string();
        Self {
            context,
            account,
            budget: Arc::new(Budget::new(context.plan.limits.account_budget)),
            journal: Mutex::default(),
            sessions: Sessions::default(),
            jitter: Mutex::new(Jitter::new(&[&scan, account.id.as_str()])),
            seat: Mutex::new(Some(seat)),
        }
    }

    /// The account is not called any more: another one may have its seat.
    pub(crate) fn leave_seat(&self) {
        locked(&self.seat).take();
    }

    /// Writes down that a call is made.
    pub(crate) fn calling(&self, operation: Operation) {
        let mut journal = locked(&self.journal);
        *journal.calls.entry(operation).or_default() += 1;
        journal.last = Some(operation);
    }

    /// With whose credentials the account is read, as far as that is known.
    pub(crate) fn access(&self) -> Option<Access> {
        locked(&self.journal).access
    }

    /// Writes down that a call was answered.
    pub(crate) fn answered(&self) {
        locked(&self.journal).failure = None;
    }

    /// After a failed call: waits, or renews the session, and says with `Ok` that the call is to be made again.
    pub(crate) async fn recover(
        &self,
        tries: &mut Tries,
        generation: u64,
        error: CloudError,
    ) -> Result<(), Trouble> {
        if error.kind == ErrorKind::Expired {
            return self.renew(generation, error).await;
        }
        self.wait(tries, error).await
    }

    /// Waits before a call is made again; fails where that would not help, or not fit the budget.
    pub(crate) async fn wait(&self, tries: &mut Tries, error: CloudError) -> Result<(), Trouble> {
        let Some(ceiling) = tries.again(error.kind) else { return Err(Trouble::Call(error)) };
        let wait = locked(&self.jitter).up_to(ceiling);
        if Instant::now() + wait >= self.budget.ends() {
            return Err(Trouble::Call(error));
        }
        locked(&self.journal).failure = Some(error.clone());
        self.context.tell(&Event::Retrying { account_id: Some(self.account.id), error });
        sleep(wait).await;
        Ok(())
    }
}
