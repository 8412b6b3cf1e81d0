//! Scans one account, from its first call to its record, whatever fails on the way.

mod account_scan;
mod assume;
mod body;
mod cross_check;
mod details;
mod failure;
mod fallback;
mod last_use;
mod page;
mod role_count;
mod session;

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};

use futures::FutureExt as _;
use futures::future::join;
use jiff::Timestamp;
use rolesweep_model::{Account, AccountId, AccountRecord, Coverage, CrossCheck, Reason, ReasonKind};
use tokio::sync::OwnedSemaphorePermit;

use self::account_scan::{AccountScan, CallLog};
use self::details::Details;
use self::failure::{ScanFailure, reason, reason_of};
pub(crate) use self::failure::{credentials_ran_out, interrupted};
use self::last_use::LastUseFetcher;
use self::role_count::RoleCount;
use crate::depth::Depth;
use crate::error::ScanError;
use crate::operation::Operation;
use crate::ports::{Cloud, CloudError, Event, FactSink};
use crate::running_scan::RunningScan;

/// How an account ended, for the scan's totals.
#[derive(Debug)]
pub(crate) struct AccountEnd<T> {
    pub(crate) account_id: AccountId,
    pub(crate) coverage: Coverage,
    /// The session that it was read with.
    pub(crate) session: Option<Arc<T>>,
    /// Whether the audit role was assumed; `None` if AWS did not say yes or no.
    pub(crate) assumed: Option<bool>,
    /// The caller's own credentials expired.
    pub(crate) caller_expired: Option<CloudError>,
}

/// The result of reading an account.
enum Ending {
    Read(Box<Reading>),
    Failed(ScanFailure),
    TimedOut,
    Panicked(String),
    Cut,
}

/// What reading an account gave.
struct Reading {
    count: RoleCount,
    /// Why the last use of some roles is not known.
    unknown: Option<Reason>,
    /// Why it took the fallback.
    fallback: Option<Reason>,
    cross_check: Option<Box<CrossCheck>>,
}

/// Scans one account and writes its record.
///
/// # Errors
/// If the sink refuses. The scan then ends.
pub(crate) async fn run<C: Cloud, S: FactSink>(
    scan: Arc<RunningScan<C, S>>,
    account: Account,
    permit: OwnedSemaphorePermit,
) -> Result<AccountEnd<C::Session>, ScanError> {
    let started_at = scan.now();
    scan.tell(&Event::Started { account: account.clone() });
    let account_scan = AccountScan::new(&scan, &account, permit);
    let guarded = AssertUnwindSafe(collect(&account_scan)).catch_unwind();
    let ending = tokio::select! {
        biased;
        done = guarded => match done {
            Ok(Ok(reading)) => Ending::Read(Box::new(reading)),
            Ok(Err(failure)) => Ending::Failed(failure),
            Err(panic) => Ending::Panicked(panic_text(&*panic)),
        },
        () = scan.cut.cancelled() => Ending::Cut,
        () = account_scan.budget.used_up() => Ending::TimedOut,
    };
    account_scan.release_permit();
    let budget = account_scan.budget.seconds();
    let session = account_scan.session.get();
    let log = account_scan.log.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut caller_expired = None;
    let mut counts = (0, 0);
    let mut cross_checked = None;
    let (coverage, reason) = match ending {
        Ending::Failed(ScanFailure::FactSink(error)) => return Err(ScanError::FactSink(error)),
        Ending::Read(reading) => {
            let Reading { count, unknown, fallback, cross_check } = *reading;
            cross_checked = cross_check;
            counts = (count.roles(), count.unknown);
            match (count.unknown, scan.depth) {
                (0, Depth::Everything) => (Coverage::Scanned, None),
                // Nobody stores this record, and a check tells why an account takes longer.
                (0, Depth::OneRole) => (Coverage::Scanned, fallback),
                _ => (Coverage::Partial, unknown),
            }
        }
        Ending::Failed(ScanFailure::CallerCredentials(error)) => {
            caller_expired = Some(error);
            (Coverage::NotReached, Some(credentials_ran_out()))
        }
        Ending::Failed(failure) => {
            let (coverage, reason) = failure.outcome();
            (coverage, Some(reason))
        }
        Ending::TimedOut => (Coverage::Failed, Some(timed_out(&log, budget))),
        Ending::Panicked(text) => {
            (Coverage::Failed, Some(reason(ReasonKind::Internal, "a defect in rolesweep", Some(text))))
        }
        Ending::Cut => (Coverage::NotReached, Some(interrupted())),
    };
    let (roles, unknown_roles) = counts;
    let read = coverage.has_roles();
    let record = AccountRecord {
        account_id: account.id,
        coverage,
        reason,
        access: log.access.filter(|_| read),
        roles,
        unknown_roles,
        cross_check: cross_checked,
        calls: log.calls.iter().map(|(operation, n)| (operation.action().to_owned(), *n)).collect(),
        started_at,
        finished_at: scan.now(),
    };
    let account_id = account.id;
    scan.finish(account, record).await?;
    let session = session.filter(|_| read);
    Ok(AccountEnd { account_id, coverage, session, assumed: log.assumed, caller_expired })
}

/// Opens a session of an account that an earlier run has read, to read AWS's policies with it.
pub(crate) async fn session_of<C: Cloud, S: FactSink>(
    scan: &RunningScan<C, S>,
    account: AccountId,
) -> (Option<Arc<C::Session>>, BTreeMap<Operation, u64>) {
    let account = Account::named(account);
    let account_scan = AccountScan::new(scan, &account, None);
    let session = account_scan.session().await.ok();
    let log = account_scan.log.into_inner().unwrap_or_else(PoisonError::into_inner);
    (session, log.calls)
}

/// The record of an account that was not called.
pub(crate) fn uncalled(
    account: &Account,
    coverage: Coverage,
    reason: Reason,
    now: Timestamp,
) -> AccountRecord {
    AccountRecord {
        account_id: account.id,
        coverage,
        reason: Some(reason),
        access: None,
        roles: 0,
        unknown_roles: 0,
        cross_check: None,
        calls: BTreeMap::new(),
        started_at: now,
        finished_at: now,
    }
}

async fn collect<C: Cloud, S: FactSink>(account: &AccountScan<'_, C, S>) -> Result<Reading, ScanFailure> {
    let account_id = account.account.id;
    let sink = &account.scan.sink;
    // The first call does not wait for the disk.
    let (begun, session) = join(sink.begin(account_id), account.session()).await;
    begun.map_err(ScanFailure::fact_sink)?;
    session?;
    let last_uses = LastUseFetcher::new(account);
    let (mut count, fallback) = match details::read(account, &last_uses).await? {
        Details::Read(count) => (count, None),
        Details::Refused(details) => {
            account.scan.tell(&Event::FellBack { account_id });
            // Roles from the closed way are read again from the start.
            sink.begin(account_id).await.map_err(ScanFailure::fact_sink)?;
            match fallback::read(account, &last_uses).await {
                Err(ScanFailure::Call(list)) if list.operation == Operation::ListRoles => {
                    return Err(ScanFailure::BothRefused { details, list });
                }
                other => (other?, Some(reason_of(&details))),
            }
        }
    };
    let is_asked_for = account.scan.plan.parameters.cross_check && account.scan.depth == Depth::Everything;
    let cross_check = match &fallback {
        None if is_asked_for => Some(Box::new(cross_check::run(account, &last_uses, &mut count).await?)),
        // What it was read with is the second way.
        _ => None,
    };
    Ok(Reading { count, unknown: last_uses.into_reason(), fallback, cross_check })
}

/// The reason for an account whose time is used up: the failure that it waited for, or else a call
/// that did not answer.
fn timed_out(log: &CallLog, budget: u64) -> Reason {
    Reason {
        action: log.last.map(|operation| operation.action().to_owned()),
        ..reason(
            ReasonKind::TimedOut,
            format!("the account's time budget of {budget} s is used up"),
            log.failure.as_ref().map(ToString::to_string),
        )
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic without a text".to_owned())
}
