//! The summary at the end of a scan or report: the organization, one sentence with the result,
//! coverage that adds up, which settings changed, what to look at first, what stands out, what was
//! not read, the files, and what to do next.
//!
//! At 100 columns it fits on a screen of 40 lines with the prompt, and with the error if the report is
//! not complete: its lists get shorter until it does.

mod context;
mod files;
mod gaps;
mod heading;
mod look_first;
mod result;
mod settings;
mod stands_out;

use rolesweep_assess::Completeness;
use rolesweep_report::Summary;

use crate::terminal::lines::Lines;
pub(crate) use context::Context;
pub(crate) use heading::organization;
use stands_out::Shown;

/// The lines of a screen, less the prompt.
const SCREEN: usize = 39;

/// How wide a terminal is on which the summary fits on a screen.
const WIDE: usize = 100;

/// How many lines the error takes that follows if the report is not complete.
const ERROR: usize = 6;

/// The summary with colours. The printer strips them if they are not wanted.
pub(crate) fn summary(report: &Summary, context: &Context<'_>) -> String {
    let room = match report.completeness {
        Completeness::No => SCREEN - ERROR,
        _ => SCREEN,
    };
    let with = |shown: &Shown| text(report, context, shown);
    let mut shown = Shown::beside(&report.coverage);
    let mut text = with(&shown);
    while context.width >= WIDE && text.lines().count() > room && shown.reduce() {
        text = with(&shown);
    }
    text
}

fn text(report: &Summary, context: &Context<'_>, shown: &Shown) -> String {
    let mut out = Lines::new(context.width);
    heading::write(&mut out, report, context);
    result::write(&mut out, report, context);
    settings::write(&mut out, report);
    look_first::write(&mut out, report, shown);
    stands_out::write(&mut out, report, shown);
    gaps::write(&mut out, report);
    notes(&mut out, report, context);
    files::write(&mut out, report, context);
    out.finish()
}

fn notes(out: &mut Lines, report: &Summary, context: &Context<'_>) {
    for note in context.scan.end.iter().flat_map(|end| &end.notes).chain(&report.notes) {
        out.note(note);
    }
    out.end_block();
}

#[cfg(test)]
mod tests;
