//! `rolesweep scan`: everything in order, from the checks before the first call to the exit code.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use rolesweep_aws::AwsCloud;
use rolesweep_model::{Account, Scan, ScanId, Source};
use rolesweep_scan::ports::{Clock as _, Cloud as _, Page};
use rolesweep_scan::{Identity, Plan, Stop, identify};
use rolesweep_sim::Simulator;
use rolesweep_store::Store;

use super::collect::{self, Run};
use super::resume::{self, Resumed};
use super::write::{self, Again, Written};
use super::{accounts, demo, dry_run, failures};
use crate::cli::ResumeCommand;
use crate::clock::{SystemClock, whole_second};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::paths;
use crate::printer::Printer;
use crate::process::threads::{self, Reserved};
use crate::process::{files, memory};
use crate::{signals, text};
use rolesweep_config::Settings;

/// How to scan, beside the settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mode<'a> {
    /// The embedded organization instead of AWS.
    pub(super) demo: bool,
    /// Go on with the store's last scan.
    pub(super) resume: bool,
    /// Say what would be done, and end there.
    pub(super) dry_run: bool,
    /// The command that goes on with this scan.
    pub(super) resume_command: &'a ResumeCommand,
}

/// Scans and writes the report.
pub(super) fn run(mode: Mode<'_>, settings: &Settings, printer: &Printer) -> Outcome<Exit> {
    let means = Means::reserve(mode, settings, printer)?;
    let runtime = threads::runtime()?;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            if mode.dry_run {
                rehearse(mode, means, settings, printer).await
            } else {
                scan(mode, means, settings, printer).await
            }
        })
    }));
    // After a second Ctrl-C a report may still be under way: it appears whole or not at all, and nobody waits for it. Nor after a panic.
    runtime.shutdown_background();
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}

/// What the operating system may refuse, taken before the first call: at the end of a scan it would be too late.
struct Means {
    /// How many accounts to read at a time.
    concurrency: NonZeroUsize,
    /// For the store's writer.
    writer: Reserved,
    /// For the report.
    report: Reserved,
}

impl Means {
    fn reserve(mode: Mode<'_>, settings: &Settings, printer: &Printer) -> Outcome<Self> {
        memory::check(memory::OF_A_SCAN)?;
        let wanted = settings.collect.concurrency;
        let concurrency = files::accounts_at_a_time(wanted, mode.demo)?;
        if let Some(fewer) = files::fewer(wanted, concurrency) {
            printer.warning(&fewer);
        }
        Ok(Self { concurrency, writer: Reserved::start("store")?, report: Reserved::start("report")? })
    }
}

/// How a scan is told to stop, and whether somebody did so by a signal.
#[derive(Clone)]
struct Signals {
    stop: Stop,
    received: Arc<AtomicBool>,
}

impl Signals {
    fn watch() -> Outcome<Self> {
        let this = Self { stop: Stop::new(), received: Arc::new(AtomicBool::new(false)) };
        let (first, second) = (this.clone(), this.clone());
        signals::watch(
            move || {
                first.received.store(true, Ordering::Relaxed);
                first.stop.drain(signals::REASON);
            },
            move || second.stop.abort(),
        )?;
        Ok(this)
    }
}

async fn scan(mode: Mode<'_>, means: Means, settings: &Settings, printer: &Printer) -> Outcome<Exit> {
    let now = whole_second(SystemClock.now());
    let place = Place::check(mode.demo, settings)?;
    let signals = Signals::watch()?;
    let simulator = match mode.demo {
        true => Some(demo::start(place.demo_instant(mode, settings).unwrap_or(now)).await?),
        false => None,
    };
    let Met { cloud, scan, mut notes, first_page } =
        meet(now, simulator.as_ref(), &signals, settings, printer).await?;
    let caller = scan.caller.arn.clone();
    let path = place.store(&scan);
    let mut store = Store::open(&path, &scan.store_key()).map_err(|error| failures::store(&error))?;
    let Resumed { scan, already_finished, is_whole } = if mode.resume {
        let resumed = resume::find(&store, &scan, scan.started_at)?;
        if !resumed.is_whole {
            store.resume_scan(resumed.scan.id).map_err(|error| failures::store(&error))?;
        }
        resumed
    } else {
        store.begin_scan(&scan).map_err(|error| failures::store(&error))?;
        Resumed { scan, already_finished: BTreeSet::new(), is_whole: false }
    };
    let command = mode.resume_command;
    store.keep_resume_command(scan.id, &command.anywhere).map_err(|error| failures::store(&error))?;
    let again =
        Again::Command { command: command.here.clone(), needs_external_id: command.needs_external_id };
    if scan.caller.arn != caller {
        notes.push(format!("resumed at {now} as {caller}"));
    }
    if mode.resume {
        let accounts = text::count(already_finished.len() as u64, "account");
        let left = if is_whole { ", and none is left: writing its report" } else { "" };
        printer.sentence(&format!(
            "resuming scan {} of {}: {accounts} read before{left}",
            scan.id, scan.started_at
        ));
    }
    let (store, scan) = if is_whole {
        (store, scan)
    } else {
        let mut plan = collect::plan(&scan, settings);
        plan.already_finished = already_finished;
        plan.notes = notes;
        plan.first_page = first_page;
        plan.limits.concurrency = means.concurrency;
        let run = Run { resumes: mode.resume, before: scan.end.clone(), again: again.clone() };
        let (store, end) = collect::run(
            plan,
            store,
            means.writer,
            run,
            Arc::clone(&cloud),
            signals.stop.clone(),
            settings,
            printer,
        )
        .await?;
        (store, Scan { end: Some(end), ..scan })
    };

    let job = write::Job::new(store, path, scan, settings, again);
    let calls = simulator.as_ref().map(demo::calls);
    let shown = printer.clone();
    let rendering = means.report.run(move || job.write(calls, &shown));
    let written = tokio::select! {
        written = rendering => written.map_err(|error| Failure::new("failed to make the report").because(&error))??,
        () = signals.stop.aborted() => return Err(Failure::new("stopped while the report was being written; `rolesweep report` writes it from the store").exiting(Exit::Interrupted)),
    };
    Ok(exit(&written, signals.received.load(Ordering::Relaxed), settings, printer))
}

/// What a scan would do. No store is opened, and none needs to be there.
async fn rehearse(mode: Mode<'_>, means: Means, settings: &Settings, printer: &Printer) -> Outcome<Exit> {
    let now = whole_second(SystemClock.now());
    let signals = Signals::watch()?;
    let simulator =
        if mode.demo { Some(demo::start(settings.assess.as_of.unwrap_or(now)).await?) } else { None };
    let Met { cloud, scan, first_page, .. } =
        meet(now, simulator.as_ref(), &signals, settings, printer).await?;
    let mut plan = Plan { first_page, ..collect::plan(&scan, settings) };
    plan.limits.concurrency = means.concurrency;
    dry_run::run(&plan, scan.organization.as_ref(), cloud, &signals.stop, settings, printer).await
}

/// What is known after the first calls.
struct Met {
    cloud: Arc<AwsCloud>,
    /// What the scan is going to be.
    scan: Scan,
    /// What should be known of it.
    notes: Vec<String>,
    first_page: Option<Page<Vec<Account>>>,
}

/// The first calls: who the caller is, and so what the scan is going to be.
async fn meet(
    now: Timestamp,
    simulator: Option<&Simulator>,
    signals: &Signals,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<Met> {
    let cloud = Arc::new(open_cloud(simulator, settings).await?);
    cloud.connection().warnings().iter().for_each(|text| printer.warning(text));
    let identity = tokio::select! {
        identity = identify(&*cloud) => identity.map_err(|error| failures::scan(&error))?,
        _ = signals.stop.draining() => return Err(Failure::new("stopped before the scan began").exiting(Exit::Interrupted)),
    };
    let named_only = accounts::named_only(&identity, &*cloud, settings, printer).await?;
    // Who names the accounts has been told what is not known of them.
    let unknown = if named_only { None } else { accounts::unknown_organization(&identity) };
    // A clock may be set right before the first answer, on a machine that wakes up or boots: what counts is the one that was checked.
    let started_at = if simulator.is_some() { now } else { whole_second(SystemClock.now()) };
    let scan = describe(started_at, named_only, &identity, &cloud, simulator.is_some(), settings);
    tracing::info!(
        caller = %scan.caller.arn,
        organization = scan.organization.as_ref().map(|organization| tracing::field::display(&organization.id)),
        "identified the caller"
    );
    let first_page = identity.listing.into_page();
    Ok(Met { cloud, scan, notes: unknown.into_iter().collect(), first_page })
}

/// Where things go, and that they can: found out before the first call to AWS.
struct Place {
    /// The store that was named, or the demo's.
    named: Option<PathBuf>,
    folder: PathBuf,
}

impl Place {
    fn check(demo: bool, settings: &Settings) -> Outcome<Self> {
        write::check(&settings.output)?;
        let named = settings.output.store.clone();
        let folder = if named.is_some() { PathBuf::new() } else { paths::data_folder()? };
        let named = named.or_else(|| demo.then(|| paths::demo_store(&folder)));
        // Which organization it is for is not known yet; whether a store can be made in that folder is.
        let probe = named.clone().unwrap_or_else(|| folder.join("<organization id>.db"));
        Store::check_writable(&probe).map_err(|error| failures::store(&error))?;
        Ok(Self { named, folder })
    }

    /// The instant that the demo's organization is made as of, where it is not now: the one that is asked for, or, to go on with a
    /// scan, that scan's start.
    fn demo_instant(&self, mode: Mode<'_>, settings: &Settings) -> Option<Timestamp> {
        settings.assess.as_of.or_else(|| {
            let store = Store::open_existing(self.named.as_ref().filter(|_| mode.resume)?).ok()?;
            Some(store.latest_scan().ok()??.started_at)
        })
    }

    fn store(&self, scan: &Scan) -> PathBuf {
        self.named.clone().unwrap_or_else(|| paths::store_in(&self.folder, &scan.store_key()))
    }
}

async fn open_cloud(simulator: Option<&Simulator>, settings: &Settings) -> Outcome<AwsCloud> {
    let reach = match simulator {
        Some(simulator) => demo::settings(simulator),
        None => rolesweep_connect::Settings {
            profile: settings.collect.profile.clone(),
            profile_file: settings.profile_file.clone(),
            region: settings.collect.region.clone(),
            read_timeout: Some(settings.collect.read_timeout),
            fixed: None,
        },
    };
    let connection = rolesweep_connect::connect(reach).await;
    connection.map(AwsCloud::new).map_err(|error| failures::connect(&error))
}

fn describe(
    now: Timestamp,
    named_only: bool,
    identity: &Identity,
    cloud: &AwsCloud,
    demo: bool,
    settings: &Settings,
) -> Scan {
    // To the millisecond, so that the scans of one second keep their order.
    let id = ScanId::generate(SystemClock.now());
    let parameters = settings.collect.parameters(&id, named_only);
    let source = if demo { Source::Demo } else { Source::Aws };
    Scan {
        id,
        started_at: now,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        source,
        endpoints_overridden: if demo { Vec::new() } else { cloud.connection().endpoints_overridden() },
        caller: identity.caller.clone(),
        organization: identity.organization().cloned(),
        scope: accounts::scope(&parameters),
        parameters,
        clock_difference_seconds: cloud.clock().map(|reading| reading.difference_seconds),
        end: None,
    }
}

fn exit(written: &Written, signalled: bool, settings: &Settings, printer: &Printer) -> Exit {
    if signalled {
        printer.error(&if written.is_complete() {
            "interrupted, when every account had been seen to: the report is complete".to_owned()
        } else {
            format!(
                "interrupted: the report covers what was finished before, and is marked as not complete{}",
                written.help("goes on")
            )
        });
        return Exit::Interrupted;
    }
    write::exit(written, &settings.output, printer)
}
