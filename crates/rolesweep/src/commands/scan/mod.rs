//! `rolesweep scan`, from the checks before the first call to the exit code.

mod accounts_table;
pub(crate) mod check;
mod collect;
pub(crate) mod demo;
pub(crate) mod dry_run;
mod first_calls;
pub(super) mod resume;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use rolesweep_config::{AccountsSource, Settings};
use rolesweep_model::Scan;
use rolesweep_report::ScanResult;
use rolesweep_report::result::ScanFacts;
use rolesweep_scan::ports::Clock as _;
use rolesweep_scan::{KnownAwsPolicies, Plan, Stop};
use rolesweep_store::Store;

use super::exit_code;
use super::report::{earlier, write};
use crate::cli::{NextCommands, Scan as Arguments};
use crate::clock::{SystemClock, whole_second};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::process::signals;
use crate::process::threads::{self, Reserved};
use crate::process::{memory, open_files};
use crate::shell;
use crate::store::paths;
use crate::store::resume_advice::{Resume, ResumeAdvice};
use crate::store::scans::Stored;
use crate::terminal::printer::Printer;
use crate::terminal::text;
use collect::{CLOSING, Run};
use first_calls::FirstCalls;
use resume::Resumed;

/// Scans and writes the report. `result` gets what is known of them, also if this fails.
pub(super) fn run(
    arguments: &Arguments,
    settings: &Settings,
    printer: &Printer,
    result: &mut ScanResult,
) -> Outcome<()> {
    let Resources { concurrency, writer, report } = Resources::reserve(arguments, settings, printer)?;
    let signals = Signals::watch()?;
    let facts = on_runtime(async {
        if arguments.dry_run || arguments.check {
            without_store(arguments, concurrency, &signals, settings, printer).await?;
            return Ok(None);
        }
        collect_facts(arguments, (concurrency, writer), &signals, settings, printer, result).await.map(Some)
    })?;
    match facts {
        Some(facts) => write_report(facts, report, &arguments.next, &signals, settings, printer, result),
        None => Ok(()),
    }
}

/// Runs the work on threads that end with it. The memory that they have freed is then there for the
/// threads of the report: the allocator does not give it to others while they live.
fn on_runtime<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let runtime = threads::runtime()?;
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(work)));
    match &ended {
        Ok(Ok(_)) => runtime.shutdown_timeout(CLOSING),
        // Do not wait for work that an error or a panic left behind.
        _ => runtime.shutdown_background(),
    }
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Resources that the operating system may refuse. They are reserved before the first call, because
/// at the end of a scan it would be too late.
struct Resources {
    /// How many accounts to read at a time.
    concurrency: NonZeroUsize,
    /// For the store's writer.
    writer: Reserved,
    report: Reserved,
}

impl Resources {
    fn reserve(arguments: &Arguments, settings: &Settings, printer: &Printer) -> Outcome<Self> {
        memory::check(memory::OF_A_SCAN)?;
        let wanted = settings.collect.concurrency;
        let concurrency = open_files::accounts_at_a_time(wanted, arguments.demo)?;
        if let Some(fewer) = open_files::fewer(wanted, concurrency) {
            printer.warning(&fewer);
        }
        Ok(Self { concurrency, writer: Reserved::start("store")?, report: Reserved::start("report")? })
    }
}

/// How to stop a scan, and whether a signal has done so.
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

/// What a scan has collected.
struct Facts {
    store: Store,
    path: PathBuf,
    scan: Scan,
    /// The earlier scan that its report is compared with.
    previous: Option<Scan>,
    advice: ResumeAdvice,
    /// The calls that the demo's simulator has served, if they are to be shown.
    calls: Option<String>,
}

/// Reads the accounts into the store.
async fn collect_facts(
    arguments: &Arguments,
    (concurrency, writer): (NonZeroUsize, Reserved),
    signals: &Signals,
    settings: &Settings,
    printer: &Printer,
    result: &mut ScanResult,
) -> Outcome<Facts> {
    let now = demo::clock(whole_second(SystemClock.now()), arguments.demo_days_ago);
    let place = Place::check(arguments.demo, settings)?;
    let simulator = match arguments.demo {
        true => {
            let now = place.demo_instant(arguments, settings, now);
            Some(demo::start(now, arguments.demo_days_ago).await?)
        }
        false => None,
    };
    let FirstCalls { cloud, scan, mut notes, first_page } =
        first_calls::run(now, simulator.as_ref(), &signals.stop, settings, printer).await?;
    let caller = scan.caller.arn.clone();
    let path = place.store(&scan);
    let mut store = Store::open(&path, &scan.store_key())?;
    result.store = Some(write::absolute_path(&path));
    let stored = Stored::open(&path)?;
    // Before the scan begins: the setting may name one that it cannot be compared with.
    let earlier = |scan: &Scan| earlier::find(&stored, scan, settings, printer);
    let (Resumed { scan, already_finished, is_whole }, previous) = if arguments.resume {
        let resumed = resume::find(&store, &scan, scan.started_at)?;
        let previous = earlier(&resumed.scan)?;
        if !resumed.is_whole {
            store.resume_scan(resumed.scan.id)?;
        }
        (resumed, previous)
    } else {
        let previous = earlier(&scan)?;
        store.begin_scan(&scan)?;
        (Resumed { scan, already_finished: BTreeSet::new(), is_whole: false }, previous)
    };
    drop(stored);
    let mut command = arguments.resume_command.clone();
    if settings.collect.accounts_file == Some(AccountsSource::Stdin) {
        command = command.with_accounts(&settings.collect.accounts);
    }
    store.keep_resume_command(scan.id, &command.anywhere)?;
    result.scan = Some(ScanFacts::from(&scan));
    let advice = ResumeAdvice::Command(Resume {
        command: command.here,
        needs_external_id: command.needs_external_id,
        then: None,
    });
    if scan.caller.arn != caller {
        notes.push(format!("resumed at {now} as {caller}"));
    }
    if arguments.resume {
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
        plan.aws_policies = KnownAwsPolicies {
            documents: store.aws_documents()?,
            of_scan: store.aws_policies(scan.id)?,
            calls: store.aws_policy_calls(scan.id)?,
        };
        plan.notes = notes;
        plan.first_page = first_page;
        plan.limits.concurrency = concurrency;
        let run = Run {
            resumes: arguments.resume,
            before: scan.end.clone(),
            advice: advice.clone(),
            days_ago: arguments.demo_days_ago,
        };
        let (store, end) = collect::run(
            plan,
            store,
            writer,
            run,
            Arc::clone(&cloud),
            signals.stop.clone(),
            settings,
            printer,
        )
        .await?;
        (store, Scan { end: Some(end), ..scan })
    };

    result.scan = Some(ScanFacts::from(&scan));
    let calls = simulator.as_ref().filter(|_| settings.terminal.verbose > 0).map(demo::calls);
    Ok(Facts { store, path, scan, previous, advice, calls })
}

/// Writes the report on `thread`, unless a second signal comes.
fn write_report(
    facts: Facts,
    thread: Reserved,
    next: &NextCommands,
    signals: &Signals,
    settings: &Settings,
    printer: &Printer,
    result: &mut ScanResult,
) -> Outcome<()> {
    let Facts { store, path, scan, previous, advice, calls } = facts;
    let job = write::Job::new(store, path, scan, settings, advice);
    let job = job.again_with(next).compared_with(previous).publishing();
    let again = job.again();
    let shown = printer.clone();
    let rendering = thread.run(move || job.write(calls, &shown));
    let written = threads::wait(async {
        tokio::select! {
            written = rendering => Some(written),
            () = signals.stop.aborted() => None,
        }
    })?;
    // A report that is still being written appears as a whole or not at all.
    let written = written
        .ok_or_else(|| {
            Failure::new("stopped while the report was being written")
                .hint(format!("{} writes the report from the store", shell::command(&again)))
                .exiting(Exit::Interrupted)
        })?
        .map_err(|_| {
            Failure::new("failed to write the report").hint("please report it, with the output of `-vvv`")
        })??;
    written.tell(result);
    exit_code::of(&written, signals.received.load(Ordering::Relaxed), settings)
}

/// Shows what a scan would do, or checks which accounts let it in. It opens no store, and needs none.
async fn without_store(
    arguments: &Arguments,
    concurrency: NonZeroUsize,
    signals: &Signals,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<()> {
    let now = demo::clock(whole_second(SystemClock.now()), arguments.demo_days_ago);
    let simulator = match arguments.demo {
        true => Some(demo::start(settings.assess.as_of.unwrap_or(now), arguments.demo_days_ago).await?),
        false => None,
    };
    let FirstCalls { cloud, scan, notes, first_page } =
        first_calls::run(now, simulator.as_ref(), &signals.stop, settings, printer).await?;
    let mut plan = Plan { first_page, notes, ..collect::plan(&scan, settings) };
    plan.limits.concurrency = concurrency;
    if arguments.check {
        let completion = &arguments.next.completion;
        return check::run(plan, &scan, cloud, &signals.stop, settings, completion, printer).await;
    }
    dry_run::run(&plan, scan.organization.as_ref(), cloud, &signals.stop, settings, printer).await
}

/// The place of the store. Before the first call to AWS, rolesweep checks that it and the report
/// can be written.
struct Place {
    /// The store that was named, or the demo's.
    named: Option<PathBuf>,
    folder: PathBuf,
}

impl Place {
    fn check(demo: bool, settings: &Settings) -> Outcome<Self> {
        write::check(settings)?;
        let named = settings.output.store.clone();
        let folder = if named.is_some() { PathBuf::new() } else { paths::data_folder()? };
        let named = named.or_else(|| demo.then(|| paths::demo_store(&folder)));
        // The organization is not known yet. Check that a store can be created in the folder.
        let probe = named.clone().unwrap_or_else(|| folder.join("<organization id>.db"));
        Store::check_writable(&probe)?;
        Ok(Self { named, folder })
    }

    /// The present time of the demo's organization: the one that the user set, the start of the scan to
    /// resume, or whole days after the store's last scan. So what did not change in between is the same
    /// to the second in both.
    fn demo_instant(&self, arguments: &Arguments, settings: &Settings, now: Timestamp) -> Timestamp {
        if let Some(as_of) = settings.assess.as_of {
            return as_of;
        }
        let last_scan = || Store::open_existing(self.named.as_ref()?).ok()?.latest_scan().ok()?;
        match last_scan() {
            None => now,
            Some(last) if arguments.resume => last.started_at,
            Some(last) => demo::whole_days_after(last.started_at, now),
        }
    }

    fn store(&self, scan: &Scan) -> PathBuf {
        self.named.clone().unwrap_or_else(|| paths::store_in(&self.folder, &scan.store_key()))
    }
}
