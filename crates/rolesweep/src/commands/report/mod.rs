//! `rolesweep report`: the report on a stored scan, with today's settings and without AWS.

pub(super) mod earlier;
pub(super) mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use rolesweep_config::{Settings, Target};
use rolesweep_report::ScanResult;
use rolesweep_report::result::ScanFacts;
use rolesweep_scan::ports::Clock as _;
use rolesweep_store::Store;

use super::exit_code;
use crate::cli::Report as Arguments;
use crate::clock::SystemClock;
use crate::failure::Outcome;
use crate::process::{memory, open_files, signals};
use crate::store::paths;
use crate::store::resume_advice::{self, Resume, ResumeAdvice};
use crate::store::scans::{State, Stored, StoredScan};
use crate::terminal::printer::Printer;

/// Finds the store and the scan, and writes the report. `result` gets what is known of them, also if
/// this fails.
pub(super) fn run(
    arguments: &Arguments,
    settings: &Settings,
    printer: &Printer,
    result: &mut ScanResult,
) -> Outcome<()> {
    memory::check(memory::OF_A_REPORT)?;
    open_files::check_for_a_report()?;
    let stop = watch(&settings.output.target)?;
    write::check(settings)?;
    let named = settings.output.store.as_deref();
    let path = paths::existing_store(named, arguments.demo, "rolesweep report --demo")?;
    let stored = Stored::open(&path)?;
    result.store = Some(write::absolute_path(&path));
    let (chosen, note) = match arguments.scan.as_deref() {
        Some(wanted) => (stored.find(wanted)?, None),
        None => stored.choose().ok_or_else(|| stored.no_scan())?,
    };
    if let Some(note) = note {
        // The report is about other facts than the user may expect.
        printer.warning(&note);
    }
    let chosen = chosen.clone();
    result.scan = Some(ScanFacts::from(&chosen.scan));
    let newest = stored.scans.last().map(|newest| newest.number);
    let is_newest = newest == Some(chosen.number);
    let advice = match advice(&chosen, is_newest, &stored.store, SystemClock.now()) {
        // The flags of the scan did not name this store if its file has moved since then.
        ResumeAdvice::Command(command) if settings.output.store.is_some() => {
            ResumeAdvice::Command(command.in_store(&path))
        }
        advice => advice,
    };
    let previous = earlier::find(&stored, &chosen.scan, settings, printer)?;
    if previous.is_some() {
        // Both scans have the memory of a report.
        let hint = "or add `--compare-to none`, and the report is compared with no earlier scan";
        memory::check(2 * memory::OF_A_REPORT).map_err(|failure| failure.hint(hint))?;
    }
    let mut job = write::Job::new(stored.store, path, chosen.scan, settings, advice)
        .again_with(&arguments.next)
        .compared_with(previous)
        .stopped_by(stop);
    if arguments.next.has_settings() {
        job = job.again_after_resuming();
    }
    let written = job.write(None, printer)?;
    written.tell(result);
    exit_code::of(&written, false, settings)
}

/// How to read the rest of a scan.
fn advice(chosen: &StoredScan, is_newest: bool, store: &Store, now: Timestamp) -> ResumeAdvice {
    if let State::Running(holder) = &chosen.state {
        let text = format!(
            "the scan is still running ({holder}): wait until it has ended, and run the report again"
        );
        return ResumeAdvice::Instead(text);
    }
    if !is_newest {
        return ResumeAdvice::Instead(
            "scan again: this scan cannot be resumed, because a newer one has begun".to_owned(),
        );
    }
    if let Some(why) = resume_advice::out_of_time(&chosen.scan, now) {
        return ResumeAdvice::Instead(format!("scan again: this scan cannot be resumed, because {why}"));
    }
    match store.resume_command(chosen.scan.id) {
        Ok(Some(command)) => {
            let needs_external_id = chosen.scan.parameters.external_id;
            ResumeAdvice::Command(Resume { command, needs_external_id, then: None })
        }
        Ok(None) | Err(_) => {
            ResumeAdvice::Instead("run the scan again with its own flags and --resume".to_owned())
        }
    }
}

/// The flag that the first signal sets, so that the report stops and removes its files.
fn watch(target: &Target) -> Outcome<Arc<AtomicBool>> {
    // There is nothing to remove, and the program that reads stdout may have stopped.
    if *target == Target::Stdout {
        return signals::flag();
    }
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    signals::watch(move || told.store(true, Ordering::Relaxed), || ())?;
    Ok(stop)
}
