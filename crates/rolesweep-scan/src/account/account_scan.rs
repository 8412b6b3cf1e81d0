//! The state of one account's scan: its calls, its failures, its time.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rolesweep_model::{Access, Account};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep};

use super::failure::ScanFailure;
use super::session::SharedSession;
use crate::limits::retry_policy::{Attempts, Jitter};
use crate::limits::time_budget::TimeBudget;
use crate::lock::locked;
use crate::operation::Operation;
use crate::ports::{Cloud, CloudError, Event, FactSink};
use crate::running_scan::RunningScan;

/// What is known of an account's calls. It outlives the future that makes them, which may be cut
/// off.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    pub(crate) calls: BTreeMap<Operation, u64>,
    /// The operation that was called last.
    pub(crate) last: Option<Operation>,
    /// The last failure that a wait followed, if no answer has come since.
    pub(crate) failure: Option<CloudError>,
    /// Whose credentials the account is read with.
    pub(crate) access: Option<Access>,
    /// Whether the audit role was assumed; `None` until AWS says yes or no.
    pub(crate) assumed: Option<bool>,
}

/// One account under way.
pub(crate) struct AccountScan<'a, C: Cloud, S> {
    pub(crate) scan: &'a RunningScan<C, S>,
    pub(crate) account: &'a Account,
    pub(crate) budget: TimeBudget,
    pub(crate) log: Mutex<CallLog>,
    pub(crate) session: SharedSession<C::Session>,
    jitter: Mutex<Jitter>,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
}

impl<'a, C: Cloud, S: FactSink> AccountScan<'a, C, S> {
    /// Starts with the permit to call the account. Without one, the caller limits how many run.
    pub(crate) fn new(
        scan: &'a RunningScan<C, S>,
        account: &'a Account,
        permit: impl Into<Option<OwnedSemaphorePermit>>,
    ) -> Self {
        let scan_id = scan.plan.scan_id.to_string();
        Self {
            scan,
            account,
            budget: TimeBudget::new(scan.plan.limits.account_budget),
            log: Mutex::default(),
            session: SharedSession::default(),
            jitter: Mutex::new(Jitter::new(&[&scan_id, account.id.as_str()])),
            permit: Mutex::new(permit.into()),
        }
    }

    /// Gives the permit back: this account makes no more calls.
    pub(crate) fn release_permit(&self) {
        locked(&self.permit).take();
    }

    pub(crate) fn calling(&self, operation: Operation) {
        let mut log = locked(&self.log);
        *log.calls.entry(operation).or_default() += 1;
        log.last = Some(operation);
    }

    pub(crate) fn answered(&self) {
        locked(&self.log).failure = None;
    }

    /// Whose credentials the account is read with, as far as that is known.
    pub(crate) fn access(&self) -> Option<Access> {
        locked(&self.log).access
    }

    /// Waits before a call is made again. Fails if another attempt would not help, or if the time
    /// runs out first.
    pub(crate) async fn wait(&self, attempts: &mut Attempts, error: CloudError) -> Result<(), ScanFailure> {
        let Some(ceiling) = attempts.again(error.kind) else { return Err(ScanFailure::Call(error)) };
        let wait = locked(&self.jitter).up_to(ceiling);
        if Instant::now() + wait >= self.budget.ends() {
            return Err(ScanFailure::Call(error));
        }
        locked(&self.log).failure = Some(error.clone());
        self.scan.tell(&Event::Retrying { account_id: Some(self.account.id), error });
        sleep(wait).await;
        Ok(())
    }
}
