//! Runs the engine between AWS and the store, with progress.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rolesweep_model::{AccountId, AccountRecord, Coverage, ParentId, Scan, ScanEnd, ScanId};
use rolesweep_scan::ports::{Clock as _, Cloud};
use rolesweep_scan::{Limits, Plan, ScanError, Stop};
use rolesweep_store::{Store, StoreError};
use tokio::sync::oneshot;

use super::{demo, resume};
use crate::clock::SystemClock;
use crate::failure::{Failure, Outcome, selection};
use crate::process::threads::Reserved;
use crate::store::file::StoreFile;
use crate::store::resume_advice::ResumeAdvice;
use crate::store_writer::{StoreWriter, WriteError};
use crate::terminal::printer::Printer;
use crate::terminal::progress::{Progress, Style};
use rolesweep_config::Settings;

/// The plan for the engine.
pub(super) fn plan(scan: &Scan, settings: &Settings) -> Plan {
    let collect = &settings.collect;
    let mut plan = Plan::new(scan.id, scan.caller.clone(), scan.parameters.clone());
    plan.members.extend(scan.organization.as_ref().map(|organization| organization.management_account_id));
    plan.members.insert(scan.caller.account_id);
    plan.external_id = collect.external_id.as_ref().map(|secret| secret.expose().to_owned());
    let by_path = |ou: &String| ou.parse::<ParentId>().is_err();
    plan.needs_unit_names = settings.assess.rules.iter().any(|rule| rule.ous.iter().any(by_path));
    plan.limits = Limits {
        concurrency: collect.concurrency,
        page_size: collect.page_size,
        max_iam_rate: collect.max_iam_rate,
        // The same as the SDK's limit for one attempt.
        body_timeout: collect.read_timeout * 2,
        account_budget: collect.account_budget,
        ..Limits::default()
    };
    plan
}

/// One run of a scan, which may be the first or a later one.
pub(super) struct Run {
    /// Whether it resumes a scan. That scan is kept in any case, because it holds what was read
    /// before. A new scan is removed if it fails entirely, because as the newest one it would hide
    /// the one before.
    pub(super) resumes: bool,
    /// The scan's previous end, if it had one.
    pub(super) before: Option<ScanEnd>,
    /// How to resume it if it is cut off.
    pub(super) advice: ResumeAdvice,
    /// How long ago the demo's organization is scanned, which has a clock of its own.
    pub(super) days_ago: Option<u16>,
}

/// How long the end of a failed scan waits for the store to close. A store that was not closed is
/// valid, too. After a second signal the process has twice as long to report its end.
pub(super) const CLOSING: Duration = Duration::from_secs(1);

/// Runs the engine with the store's writer on `thread`, and records the scan's end in the store.
#[expect(clippy::too_many_arguments, reason = "each is another thing, and there is one caller")]
pub(super) async fn run<C: Cloud>(
    plan: Plan,
    store: Store,
    thread: Reserved,
    run: Run,
    cloud: Arc<C>,
    stop: Stop,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<(Store, ScanEnd)> {
    let scan = plan.scan_id;
    let file = StoreFile::of(store.path());
    let (sink, writer) = StoreWriter::start(store, scan, thread);
    let progress = Arc::new(Progress::new(style(settings), printer));
    let sink = Arc::new(sink);
    let ended = rolesweep_scan::run(
        plan,
        cloud,
        Arc::clone(&sink),
        Arc::clone(&progress),
        Arc::new(SystemClock),
        stop,
    )
    .await;
    progress.clear();
    let listed = sink.listed();
    // The writer ends with its last handle, and no account's task holds one any more.
    drop(sink);
    let writer = joined(writer);
    match ended {
        Ok(report) => {
            let mut store = writer.await?;
            let mut end = report.end;
            end.finished_at = demo::clock(end.finished_at, run.days_ago);
            if run.resumes {
                if end.population_complete && end.interrupted.is_none() {
                    record_who_left(&mut store, scan, &listed)?;
                }
                end = resume::merged_end(run.before, end);
            }
            store.finish_scan(scan, &end)?;
            if let Some(lost) = file.lost() {
                printer.warning(&lost);
            }
            Ok((store, end))
        }
        Err(error) => {
            // Report the scan's own error, even if the store now fails too.
            if let Ok(Ok(mut store)) = tokio::time::timeout(CLOSING, writer).await
                && !run.resumes
                && is_refusal(&error)
            {
                let _ = store.remove_scan(scan);
            }
            Err(cut_off(error, &run.advice, settings))
        }
    }
}

/// Marks each account that could not be read and is no longer on the list as having left. Another
/// attempt cannot read it.
fn record_who_left(store: &mut Store, scan: ScanId, listed: &BTreeSet<AccountId>) -> Result<(), StoreError> {
    let mut gone = Vec::new();
    for entry in store.accounts(scan)? {
        let entry = entry?;
        let unread =
            |record: &AccountRecord| record.coverage.is_gap() && record.coverage != Coverage::Partial;
        gone.extend(entry.record.filter(|record| unread(record) && !listed.contains(&record.account_id)));
    }
    let now = SystemClock.now();
    gone.into_iter().try_for_each(|record| store.finish(scan, &resume::left(record, now)))
}

/// The store, after its writer has ended.
async fn joined(writer: oneshot::Receiver<Store>) -> Outcome<Store> {
    writer.await.map_err(|_| {
        Failure::new("the store's writer failed").hint("please report it, with the output of `-vvv`")
    })
}

/// The failure of a scan that stopped early. What finished before is kept, and the scan can be
/// resumed.
fn cut_off(error: ScanError, advice: &ResumeAdvice, settings: &Settings) -> Failure {
    let lock_lost = match &error {
        ScanError::FactSink(cause) => match cause.downcast_ref() {
            // Another process has the store's last scan now.
            Some(WriteError::Store(error)) => matches!(**error, StoreError::LockLost { .. }),
            _ => false,
        },
        ScanError::Aborted => false,
        _ => return selection::of_scan(error, settings),
    };
    let failure = Failure::from(error);
    if lock_lost {
        failure
    } else {
        failure.hint(advice.hint("continues with the accounts that were not finished"))
    }
}

/// Whether the scan failed before it could read accounts, and did not only stop on the way.
fn is_refusal(error: &ScanError) -> bool {
    match error {
        ScanError::Identity(_)
        | ScanError::WrongClock(_)
        | ScanError::ListAccountsDenied(_)
        | ScanError::ListAccounts(_)
        | ScanError::Selection(_)
        | ScanError::UnitsUnreadable(_) => true,
        ScanError::FactSink(_) | ScanError::Aborted | ScanError::Internal(_) => false,
    }
}

pub(super) fn style(settings: &Settings) -> Style {
    if settings.terminal.quiet {
        Style::Silent
    } else if settings.terminal.progress && Printer::interactive() {
        Style::Bars
    } else {
        Style::Plain
    }
}
