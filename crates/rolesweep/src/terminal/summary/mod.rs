//! The summary at the end of a scan or report: the organization, one sentence with the
//! result, coverage that adds up, what to look at first, what stands out, what was not read, the files, and what to do
//! next.
//!
//! At 100 columns it takes at most 40 lines, so that it fits on a screen without scrolling.

mod context;
mod files;
mod gaps;
mod heading;
mod look_first;
mod result;
mod stands_out;

use rolesweep_report::Summary;

use crate::terminal::lines::Lines;
pub(crate) use context::Context;
pub(crate) use heading::organization;

/// The summary with colours. The printer strips them if they are not wanted.
pub(crate) fn summary(report: &Summary, context: &Context<'_>) -> String {
    let mut out = Lines::new(context.width);
    heading::write(&mut out, report, context);
    result::write(&mut out, report, context);
    look_first::write(&mut out, report);
    stands_out::write(&mut out, report);
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
