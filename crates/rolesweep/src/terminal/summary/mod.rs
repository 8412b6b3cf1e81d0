//! The summary at the end of a scan or report: whose organization it is, one sentence with the
//! result, coverage that adds up, what stands out, what was not read, the files, and what to do
//! next.
//!
//! At 100 columns it takes at most 40 lines, so that it fits on a screen without scrolling.

mod files;
mod gaps;
mod heading;
mod lines;
mod result;
mod stands_out;

use rolesweep_report::Summary;

use crate::terminal::printer::{paint, style};
use crate::terminal::text;
pub(crate) use lines::Context;
use lines::Lines;

/// The summary with colours. The printer strips them if they are not wanted.
pub(crate) fn summary(report: &Summary, context: &Context<'_>) -> String {
    let mut out = Lines { text: "\n".to_owned(), width: context.width };
    heading::write(&mut out, report, context);
    result::write(&mut out, report, context);
    stands_out::write(&mut out, report);
    gaps::write(&mut out, report);
    notes(&mut out, report, context);
    files::write(&mut out, report, context);
    out.text.truncate(out.text.trim_end().len());
    out.text
}

fn notes(out: &mut Lines, report: &Summary, context: &Context<'_>) {
    for note in context.scan.end.iter().flat_map(|end| &end.notes).chain(&report.notes) {
        let note = format!("{} {}", paint(style::WARN, "note:"), text::one_line(note));
        out.line(&text::wrap(&note, out.width, 0));
    }
    out.end_block();
}

#[cfg(test)]
mod tests;
