//! The middle of a scan: the engine between AWS and the store, with progress beside it.

use std::sync::Arc;

use rolesweep_model::{Scan, ScanEnd};
use rolesweep_scan::ports::Cloud;
use rolesweep_scan::{Limits, Plan, Stop};
use rolesweep_store::Store;

use super::failures;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::failure::{Failure, Outcome};
use crate::ledger::StoreLedger;
use crate::printer::Printer;
use crate::progress::{Progress, Style};

/// What the engine is asked to do.
pub(super) fn plan(scan: &Scan, settings: &Settings) -> Plan {
    let collect = &settings.collect;
    let mut plan = Plan::new(scan.id, scan.caller.clone(), scan.parameters.clone());
    plan.external_id = collect.external_id.as_ref().map(|secret| secret.expose().to_owned());
    plan.limits = Limits {
        concurrency: collect.concurrency,
        page_size: collect.page_size,
        max_iam_rate: collect.max_iam_rate,
        account_budget: collect.account_budget,
        ..Limits::default()
    };
    plan
}

/// Runs the engine, and records in the store how it ended.
pub(super) async fn run<C: Cloud>(
    plan: Plan,
    store: Store,
    cloud: Arc<C>,
    stop: Stop,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<(Store, ScanEnd)> {
    let scan = plan.scan_id;
    let (ledger, writer) = StoreLedger::start(store, scan)
        .map_err(|error| Failure::new("failed to start the store's writer").because(&error))?;
    let progress = Arc::new(Progress::new(style(settings), printer));
    let ledger = Arc::new(ledger);
    let ended = rolesweep_scan::run(
        plan,
        cloud,
        Arc::clone(&ledger),
        Arc::clone(&progress),
        Arc::new(SystemClock),
        stop,
    )
    .await;
    progress.clear();
    let end = ended.map_err(|error| failures::scan(&error))?.end;
    // The writer ends with its last handle; no account's task is left to hold one.
    drop(ledger);
    let joined = tokio::task::spawn_blocking(move || writer.join()).await;
    let mut store = match joined {
        Ok(Ok(store)) => store,
        _ => {
            return Err(
                Failure::new("the store's writer failed").hint("please report it, with the output of `-vvv`")
            );
        }
    };
    store.finish_scan(scan, &end).map_err(|error| failures::store(&error))?;
    Ok((store, end))
}

fn style(settings: &Settings) -> Style {
    if settings.terminal.quiet {
        Style::Silent
    } else if settings.terminal.progress && Printer::interactive() {
        Style::Bars
    } else {
        Style::Plain
    }
}
