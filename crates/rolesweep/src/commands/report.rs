//! `rolesweep report`: a scan's report again, with other settings and without AWS.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rolesweep_model::Scan;
use rolesweep_store::Store;

use super::{failures, write};
use crate::config::{Settings, Target};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::paths;
use crate::printer::Printer;
use crate::process::{files, memory};
use crate::signals;

/// Finds the store and the scan, and writes the report.
pub(super) fn run(scan: Option<&str>, demo: bool, settings: &Settings, printer: &Printer) -> Outcome<Exit> {
    memory::check(memory::OF_A_REPORT)?;
    files::check_for_a_report()?;
    let stop = watch(&settings.output.target)?;
    write::check(&settings.output)?;
    let path = match &settings.output.store {
        Some(path) => path.clone(),
        None if demo => paths::demo_store(&paths::data_folder()?),
        None => the_only_store(&paths::data_folder()?)?,
    };
    let store = Store::open_existing(&path).map_err(|error| failures::store(&error))?;
    let scan = find(&store, scan)?;
    let written = write::Job::new(store, path, scan, settings).stopped_by(stop).write(None, printer)?;
    Ok(write::exit(&written, &settings.output, printer))
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
                several.iter().map(|path| format!("--store {}", path.display())).collect();
            Err(Failure::usage(format!("there are {} stores in {}", several.len(), folder.display()))
                .hint(format!("name one:\n{}", names.join("\n"))))
        }
    }
}

/// The scan that was named by its id or the id's end, or the newest.
fn find(store: &Store, wanted: Option<&str>) -> Outcome<Scan> {
    let Some(wanted) = wanted else {
        return store.latest_scan().map_err(|error| failures::store(&error))?.ok_or_else(|| {
            Failure::new(format!("failed to find a scan: the store {} has none", store.path().display()))
                .hint("run `rolesweep scan` first")
        });
    };
    let scans = store.scans().map_err(|error| failures::store(&error))?;
    let mut matching = scans.iter().filter(|scan| scan.id.to_string().ends_with(wanted));
    match (matching.next(), matching.next()) {
        (Some(scan), None) => Ok(scan.clone()),
        (None, _) => {
            let ids: Vec<String> = scans
                .iter()
                .rev()
                .take(10)
                .map(|scan| format!("{} of {}", scan.id, scan.started_at))
                .collect();
            let known = if ids.is_empty() {
                "it has none".to_owned()
            } else {
                format!("the newest are\n{}", ids.join("\n"))
            };
            Err(Failure::usage(format!(
                "--scan: the store {} has no scan `{wanted}`",
                store.path().display()
            ))
            .hint(known))
        }
        (Some(_), Some(_)) => Err(Failure::usage(format!("--scan: more than one scan ends in `{wanted}`"))
            .hint("give more of the id")),
    }
}
