//! `rolesweep scan --check`: which accounts would let a scan in, and why the others do not.

mod explained;
mod summary;
pub(crate) mod table;
mod tally;

use std::sync::Arc;

use rolesweep_aws::AwsCloud;
use rolesweep_config::Settings;
use rolesweep_model::Scan;
use rolesweep_scan::{Plan, ScanError, Stop, check};

use super::collect::style;
use crate::cli::Completion;
use crate::clock::SystemClock;
use crate::commands::exit_code::nothing_wanted;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, selection};
use crate::process::stdout;
use crate::terminal::printer::{Printer, print_data};
use crate::terminal::progress::Progress;
use crate::terminal::text;
use explained::Explainer;
use tally::Tally;

/// What to do after an interruption.
const RUN_AGAIN: &str = "run the command again: a check stores nothing";

/// Assumes the audit role in every account that a scan would read, and reads one role of each.
/// Stores nothing.
pub(super) async fn run(
    plan: Plan,
    scan: &Scan,
    cloud: Arc<AwsCloud>,
    stop: &Stop,
    settings: &Settings,
    completion: &Completion,
    printer: &Printer,
) -> Outcome<()> {
    stdout::check()?;
    let progress = Arc::new(Progress::new(style(settings), printer));
    let checked =
        check(plan.clone(), cloud, Arc::clone(&progress), Arc::new(SystemClock), stop.clone()).await;
    progress.clear();
    let found = checked.map_err(|error| match error {
        ScanError::Aborted => Failure::new("stopped at once").hint(RUN_AGAIN).exiting(Exit::Interrupted),
        other => selection::of_scan(other, settings),
    })?;
    let explainer = Explainer {
        plan: &plan,
        gaps: &settings.assess.accepted_gaps,
        as_of: settings.assess.as_of.unwrap_or(scan.started_at),
        completion,
    };
    let mut tally = Tally::default();
    found.accounts.iter().for_each(|checked| tally.add(&explainer.explain(checked)));
    print_data(|data| table::write(&found, &explainer, data))?;
    printer.line(&summary::summary(&tally, &found, scan, Printer::width()));
    tracing::info!(
        accounts = tally.selected(),
        readable = tally.readable,
        not_readable = tally.not_readable,
        not_checked = tally.not_checked,
        "check ended"
    );
    let population = found.accounts.len() as u64;
    end(&tally, population, found.population_complete, stop.is_draining(), settings).map_or(Ok(()), Err)
}

/// Why the exit code is another one than 0, if it is.
fn end(
    tally: &Tally,
    population: u64,
    population_complete: bool,
    signalled: bool,
    settings: &Settings,
) -> Option<Failure> {
    let selected = tally.selected();
    let wanted = text::count(selected, "account");
    if signalled {
        let said = match tally.not_checked {
            0 => "interrupted, after every account was checked".to_owned(),
            left => format!(
                "interrupted: {} of {wanted} were checked, and {} of them let the scan in",
                text::number(selected - left),
                text::number(tally.readable)
            ),
        };
        return Some(Failure::new(said).hint(RUN_AGAIN).exiting(Exit::Interrupted));
    }
    if selected == 0 {
        return Some(nothing_wanted(population, population_complete));
    }
    // Somebody wrote that these accounts may be missing, as for a scan.
    if tally.is_refused_everywhere() && tally.open_gaps() > 0 {
        return Some(tally.refused_everywhere(&settings.collect.role_name));
    }
    if settings.output.allow_partial {
        return None;
    }
    if tally.open_gaps() > 0 {
        let open = text::number(tally.open_gaps());
        return Some(
            Failure::new(format!("{open} of {wanted} would not be fully read in a scan"))
                .hint("do what the column `remedy` on stdout says, and check again")
                .hint(
                    "or accept such gaps in the configuration (`[[accepted_gap]]`), or with --allow-partial",
                )
                .exiting(Exit::Incomplete),
        );
    }
    (!population_complete).then(|| {
        Failure::new("the list of accounts is not complete, so a scan would not be either")
            .hint("see the notes; --allow-partial accepts it")
            .exiting(Exit::Incomplete)
    })
}
