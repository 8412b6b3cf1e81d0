//! `rolesweep diff`: what became of roles from one scan to a later one.

use std::path::Path;

use rolesweep_assess::Parameters;
use rolesweep_config::Settings;
use rolesweep_model::Scan;
use rolesweep_report::{Bom, Changes, CsvWriter, Include, PipelineError, Report, compare_scans};

use super::report::earlier;
use super::report::write::check_ous;
use crate::cli::Diff as Arguments;
use crate::failure::{Failure, Outcome, from_errors};
use crate::process::{memory, open_files, signals};
use crate::shell;
use crate::store::paths;
use crate::store::scans::{Stored, StoredScan};
use crate::terminal::comparison::Comparison;
use crate::terminal::printer::{Printer, print_data, print_text, width_of_data};

/// Compares two scans of the store, and prints the result.
pub(super) fn run(arguments: &Arguments, settings: &Settings, printer: &Printer) -> Outcome<()> {
    // Both scans have the memory of a report.
    memory::check(2 * memory::OF_A_REPORT)?;
    open_files::check_for_a_report()?;
    let named = settings.output.store.as_deref();
    let path = paths::existing_store(named, arguments.demo, "rolesweep diff --demo")?;
    let stored = Stored::open(&path)?;
    let (before, after) = scans(&stored, arguments)?;
    [before, after].into_iter().for_each(|scan| earlier::warn_unless_finished(scan, printer));
    let stop = signals::flag()?;
    let parameters = [&before.scan, &after.scan].map(|scan| parameters(settings, scan));
    for (scan, parameters) in [&before.scan, &after.scan].into_iter().zip(&parameters) {
        check_ous(scan, parameters, "rolesweep diff", printer)?;
    }
    let report = |scan, parameters| Report {
        scan,
        parameters,
        gaps: &settings.assess.accepted_gaps,
        include: Include::Flagged,
        with_risk: true,
        previous: None,
        published_before: None,
        stop: &stop,
    };
    let (earlier, later) = (report(&before.scan, &parameters[0]), report(&after.scan, &parameters[1]));
    if arguments.format == "csv" {
        return csv(&stored, &path, &earlier, &later);
    }
    let mut comparison = Comparison::default();
    let compared = compare_scans(&stored.store, &earlier, &later, |role| {
        comparison.add(role);
        Ok(())
    });
    let counts = compared.map_err(|error| refused(error, &path))?;
    let text = comparison.text(&counts, [&before.scan, &after.scan], width_of_data());
    print_text(&text, settings.terminal.color)
}

fn parameters(settings: &Settings, scan: &Scan) -> Parameters {
    let audit_role = Some(scan.parameters.role_name.clone());
    Parameters { as_of: scan.started_at, ..settings.assess.parameters(scan.started_at, audit_role) }
}

/// Prints every row.
fn csv(stored: &Stored, path: &Path, earlier: &Report<'_>, later: &Report<'_>) -> Outcome<()> {
    let mut ended = Ok(());
    print_data(|data| {
        let mut table = CsvWriter::<Changes, _>::new(data, Bom::No)?;
        ended = compare_scans(&stored.store, earlier, later, |role| {
            table
                .write(role)
                .map_err(|error| PipelineError::from(rolesweep_report::ReportError::Stream(error)))
        })
        .map(drop);
        table.finish().map(drop)
    })?;
    ended.map_err(|error| refused(error, path))
}

fn refused(error: PipelineError, store: &Path) -> Failure {
    match error {
        PipelineError::Stopped => from_errors::interrupted(None),
        error => {
            let report = format!("rolesweep report --store {}", shell::quote(store));
            from_errors::pipeline(error, store, &report)
        }
    }
}

/// The earlier and the later scan.
fn scans<'s>(stored: &'s Stored, arguments: &Arguments) -> Outcome<(&'s StoredScan, &'s StoredScan)> {
    let after = match arguments.to.as_deref() {
        Some(wanted) => stored.find_as("--to", wanted)?,
        None => stored.choose().ok_or_else(|| stored.no_scan())?.0,
    };
    let before = match arguments.from.as_deref() {
        Some(wanted) => stored.find_as("--from", wanted)?,
        None => stored.previous(&after.scan)?.ok_or_else(|| {
            Failure::new(format!("there is no earlier scan to compare the scan {} with", after.scan.id))
                .cause("an earlier one has to be finished, and to be on the same accounts")
                .hint("`rolesweep scans` lists the scans; --from and --to choose two of them")
        })?,
    };
    earlier::check_order(before, (after.number, &after.scan))?;
    Ok((before, after))
}
