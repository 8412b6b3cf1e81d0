//! One account from its first call to its record, whatever happens in between.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::join;
use jiff::Timestamp;
use rolesweep_model::{Account, AccountRecord, Coverage, Reason, ReasonKind};
use tokio::sync::OwnedSemaphorePermit;

use crate::context::Context;
use crate::details::{self, Count, Details};
use crate::error::ScanError;
use crate::fallback;
use crate::last_use::Asker;
use crate::operation::Operation;
use crate::ports::{Cloud, CloudError, ErrorKind, Event, Ledger};
use crate::visit::{Journal, Trouble, Visit};

/// What the dispatcher adds up.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) coverage: Coverage,
    /// Whether the audit role was assumed; `None` where AWS did not say yes or no.
    pub(crate) assumed: Option<bool>,
    /// The caller's own credentials ran out.
    pub(crate) caller_expired: Option<CloudError>,
}

/// What became of a visit.
enum Ending {
    Read(Count, Option<Reason>),
    Trouble(Trouble),
    TimedOut,
    Panicked(String),
    Cut,
}

/// Collects one account and gives it its record.
///
/// # Errors
/// When the ledger refuses: then the scan ends.
pub(crate) async fn run<C: Cloud, L: Ledger>(
    context: Arc<Context<C, L>>,
    account: Account,
    seat: OwnedSemaphorePermit,
) -> Result<Tally, ScanError> {
    let started_at = context.now();
    context.tell(&Event::Started { account: account.clone() });
    let visit = Visit::new(&context, &account, seat);
    let guarded = AssertUnwindSafe(collect(&visit)).catch_unwind();
    let ending = tokio::select! {
        biased;
        done = guarded => match done {
            Ok(Ok((count, reason))) => Ending::Read(count, reason),
            Ok(Err(trouble)) => Ending::Trouble(trouble),
            Err(panic) => Ending::Panicked(panic_text(&*panic)),
        },
        () = context.cut.cancelled() => Ending::Cut,
        () = visit.budget.used_up() => Ending::TimedOut,
    };
    visit.leave_seat();
    let budget = visit.budget.seconds();
    let journal = visit.journal.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut caller_expired = None;
    let (coverage, reason, roles, unknown) = match ending {
        Ending::Trouble(Trouble::Ledger(error)) => return Err(ScanError::Ledger(error)),
        Ending::Read(count, _) if count.unknown == 0 => (Coverage::Scanned, None, count.roles(), 0),
        Ending::Read(count, reason) => (Coverage::Partial, reason, count.roles(), count.unknown),
        Ending::Trouble(Trouble::CallerCredentials(error)) => {
            caller_expired = Some(error);
            (Coverage::NotReached, Some(credentials_ran_out()), 0, 0)
        }
        Ending::Trouble(trouble) => {
            let (coverage, reason) = trouble_outcome(trouble);
            (coverage, Some(reason), 0, 0)
        }
        Ending::TimedOut => (Coverage::Failed, Some(timed_out(&journal, budget)), 0, 0),
        Ending::Panicked(text) => {
            let reason = Reason {
                kind: ReasonKind::Internal,
                action: None,
                summary: "a defect in rolesweep".to_owned(),
                detail: Some(text),
            };
            (Coverage::Failed, Some(reason), 0, 0)
        }
        Ending::Cut => (Coverage::NotReached, Some(interrupted()), 0, 0),
    };
    let read = coverage.has_roles();
    let record = AccountRecord {
        account_id: account.id,
        coverage,
        reason,
        access: journal.access.filter(|_| read),
        roles,
        unknown_roles: unknown,
        calls: journal.calls.iter().map(|(operation, n)| (operation.action().to_owned(), *n)).collect(),
        started_at,
        finished_at: context.now(),
    };
    context.finish(account, record).await?;
    Ok(Tally { coverage, assumed: journal.assumed, caller_expired })
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
        calls: std::collections::BTreeMap::new(),
        started_at: now,
        finished_at: now,
    }
}

/// The reason of an account that the scan did not get to, or through, because somebody stopped it.
pub(crate) fn interrupted() -> Reason {
    not_reached(ReasonKind::Interrupted, "interrupted")
}

/// The same, because the caller's own credentials ran out.
pub(crate) fn credentials_ran_out() -> Reason {
    not_reached(ReasonKind::Expired, "the caller's credentials ran out")
}

fn not_reached(kind: ReasonKind, summary: &str) -> Reason {
    Reason { kind, action: None, summary: summary.to_owned(), detail: None }
}

async fn collect<C: Cloud, L: Ledger>(visit: &Visit<'_, C, L>) -> Result<(Count, Option<Reason>), Trouble> {
    let account_id = visit.account.id;
    let ledger = &visit.context.ledger;
    // The first call does not wait for the disk.
    let (begun, opened) = join(ledger.begin(account_id), visit.session()).await;
    begun.map_err(Trouble::ledger)?;
    opened?;
    let asker = Asker::new(visit);
    let count = match details::read(visit, &asker).await? {
        Details::Read(count) => count,
        Details::Closed(details) => {
            visit.context.tell(&Event::FellBack { account_id });
            // What the closed way has handed over is read again from the start.
            ledger.begin(account_id).await.map_err(Trouble::ledger)?;
            match fallback::read(visit, &asker).await {
                Err(Trouble::Call(list)) if list.operation == Operation::ListRoles => {
                    return Err(Trouble::NoWay { details, list });
                }
                other => other?,
            }
        }
    };
    Ok((count, asker.into_reason()))
}

/// An error as an account's reason.
pub(crate) fn reason_of(error: &CloudError) -> Reason {
    Reason {
        kind: match error.kind {
            ErrorKind::Throttled => ReasonKind::Throttled,
            ErrorKind::Denied => ReasonKind::Denied,
            ErrorKind::Expired | ErrorKind::NoCredentials => ReasonKind::Expired,
            ErrorKind::Transient => ReasonKind::Transient,
            ErrorKind::Gone => ReasonKind::Gone,
            ErrorKind::Refused => ReasonKind::Refused,
            ErrorKind::Malformed => ReasonKind::Malformed,
            ErrorKind::Foreign => ReasonKind::Foreign,
        },
        action: Some(error.operation.action().to_owned()),
        summary: error.summary(),
        detail: (!error.message.is_empty()).then(|| error.message.clone()),
    }
}

fn trouble_outcome(trouble: Trouble) -> (Coverage, Reason) {
    let coverage = |error: &CloudError| {
        if error.kind == ErrorKind::Denied { Coverage::Denied } else { Coverage::Failed }
    };
    match trouble {
        Trouble::Call(error) | Trouble::CallerCredentials(error) => (coverage(&error), reason_of(&error)),
        Trouble::NoWay { details, list } => {
            let second = reason_of(&list);
            // Both, since opening either is a remedy.
            let reason = Reason {
                kind: second.kind,
                summary: format!("{}; {second}", details.summary()),
                detail: second.detail.clone(),
                ..reason_of(&details)
            };
            (coverage(&list), reason)
        }
        Trouble::Contradiction(operation, contradiction) => (
            Coverage::Failed,
            Reason {
                kind: ReasonKind::Malformed,
                action: Some(operation.action().to_owned()),
                summary: contradiction.to_string(),
                detail: None,
            },
        ),
        Trouble::Ledger(error) => (
            Coverage::Failed,
            Reason {
                kind: ReasonKind::Internal,
                action: None,
                summary: "the ledger refused".to_owned(),
                detail: Some(error.to_string()),
            },
        ),
    }
}

/// The budget ran out: by the failure that was being waited for, or else by a call that did not answer.
fn timed_out(journal: &Journal, budget: u64) -> Reason {
    let summary = format!("the account's budget of {budget} s is used up");
    Reason {
        kind: ReasonKind::TimedOut,
        action: journal.last.map(|operation| operation.action().to_owned()),
        summary,
        detail: journal.failure.as_ref().map(ToString::to_string),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic without a text".to_owned())
}
