//! `rolesweep scans`: the scans in a store, the newest first, and `rolesweep scans prune`.

mod prune;
mod row;
mod table;

use std::sync::atomic::Ordering;

use rolesweep_config::Settings;

use crate::cli::{self, ScansCommand};
use crate::failure::{Outcome, from_errors};
use crate::process::signals;
use crate::store::paths;
use crate::store::scans::Stored;
use crate::terminal::printer::{Printer, print_data};
use row::Row;
use table::Footnotes;

/// Lists the scans, or removes some.
pub(super) fn run(arguments: &cli::Scans, settings: &Settings, printer: &Printer) -> Outcome<()> {
    let named = settings.output.store.as_deref();
    match &arguments.command {
        Some(ScansCommand::Prune(prune)) => {
            let path = paths::existing_store(named, prune.demo, "rolesweep scans prune --demo")?;
            prune::run(prune, &path, printer)
        }
        None => {
            let path = paths::existing_store(named, arguments.demo, "rolesweep scans --demo")?;
            list(&Stored::open(&path)?, arguments.format == "json", printer)
        }
    }
}

fn list(stored: &Stored, as_json: bool, printer: &Printer) -> Outcome<()> {
    if stored.scans.is_empty() && stored.removed.is_empty() {
        return Err(stored.no_scan());
    }
    let stop = signals::flag()?;
    let rows = Row::all(stored)?;
    if !as_json {
        printer.note("findings are those of the report that each scan published; `-` stands for none");
    }
    print_data(|data| {
        let mut footnotes = Footnotes::default();
        if !as_json {
            table::header(data)?;
        }
        for mut row in rows {
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            // Counting the accounts of the next one takes a moment.
            row.count_accounts(stored);
            if as_json {
                row.json(data)?;
            } else {
                table::row(data, &row)?;
                footnotes.add(&row);
            }
            data.flush()?;
        }
        footnotes.write(data)
    })?;
    if stop.load(Ordering::Relaxed) { Err(from_errors::interrupted(None)) } else { Ok(()) }
}
