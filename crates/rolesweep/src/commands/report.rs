//! `rolesweep report`: a scan's report again, with other settings and without AWS.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use rolesweep_scan::ports::Clock as _;
use rolesweep_store::Store;

use super::resume;
use super::stored_scans::{State, Stored, StoredScan};
use super::write::{self, Again};
use crate::clock::SystemClock;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::printer::Printer;
use crate::process::{files, memory};
use crate::{paths, shell, signals};
use rolesweep_config::{Settings, Target};

/// Finds the store and the scan, and writes the report.
pub(super) fn run(scan: Option<&str>, demo: bool, settings: &Settings, printer: &Printer) -> Outcome<Exit> {
    memory::check(memory::OF_A_REPORT)?;
    files::check_for_a_report()?;
    let stop = watch(&settings.output.target)?;
    write::check(&settings.output)?;
    let path = store_path(demo, settings)?;
    let stored = Stored::open(&path)?;
    let (chosen, note) = match scan {
        Some(wanted) => (stored.find(wanted)?, None),
        None => stored.choose().ok_or_else(|| no_scan(&stored.store))?,
    };
    if let Some(note) = note {
        printer.note(&note);
    }
    let chosen = chosen.clone();
    let newest = stored.scans.last().map(|newest| newest.number);
    let resume = again(&chosen, newest == Some(chosen.number), &stored.store, SystemClock.now());
    let job = write::Job::new(stored.store, path, chosen.scan, settings, resume).stopped_by(stop);
    let written = job.write(None, printer)?;
    Ok(write::exit(&written, &settings.output, printer))
}

/// How the rest of a scan could be read, if it can be.
fn again(chosen: &StoredScan, is_newest: bool, store: &Store, now: Timestamp) -> Again {
    if let State::Running(holder) = &chosen.state {
        let text = format!(
            "the scan is still running ({holder}): wait until it has ended, and run the report again"
        );
        return Again::Not(text);
    }
    if !is_newest {
        return Again::Not(
            "scan again: a newer scan has begun, so that this one cannot be resumed".to_owned(),
        );
    }
    if let Some(why) = resume::out_of_time(&chosen.scan, now) {
        return Again::Not(format!("scan again, since this scan cannot be resumed: {why}"));
    }
    match store.resume_command(chosen.scan.id) {
        Ok(Some(command)) => {
            Again::Command { command, needs_external_id: chosen.scan.parameters.external_id }
        }
        Ok(None) | Err(_) => Again::Not("run the scan once more with its own flags and --resume".to_owned()),
    }
}

/// The store that was named, the demo's, or the only one there is.
pub(super) fn store_path(demo: bool, settings: &Settings) -> Outcome<PathBuf> {
    match &settings.output.store {
        Some(path) => Ok(path.clone()),
        None if demo => Ok(paths::demo_store(&paths::data_folder()?)),
        None => the_only_store(&paths::data_folder()?),
    }
}

/// The store is empty.
pub(super) fn no_scan(store: &Store) -> Failure {
    Failure::new(format!("failed to find a scan: the store {} has none", store.path().display()))
        .hint("run `rolesweep scan` first")
}

/// What the first signal sets, for the report to be given up and its files to be taken away.
fn watch(target: &Target) -> Outcome<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let tell = move || told.store(true, Ordering::Relaxed);
    match target {
        Target::Folder(_) | Target::NewFolder => signals::watch(tell, || ())?,
        // There is nothing to take away, and whoever reads stdout may have stopped reading.
        Target::Stdout => signals::watch_one(tell)?,
    }
    Ok(stop)
}

/// The one store in the folder. With none or several, the caller has to say which.
fn the_only_store(folder: &Path) -> Outcome<PathBuf> {
    let mut stores: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "db"))
        .filter(|path| *path != paths::demo_store(folder))
        .collect();
    stores.sort();
    match stores.as_slice() {
        [] => Err(Failure::new(format!("failed to find a store in {}", folder.display()))
            .hint("run `rolesweep scan` first, or name a store with --store")
            .hint("`rolesweep report --demo` reports on the demo's last scan")),
        [store] => Ok(store.clone()),
        several => {
            let names: Vec<String> =
                several.iter().map(|path| format!("--store {}", shell::quote(path))).collect();
            Err(Failure::usage(format!("there are {} stores in {}", several.len(), folder.display()))
                .hint(format!("name one:\n{}", names.join("\n"))))
        }
    }
}
