//! The summary at the end of a scan or report: whose organization it is, one sentence with the
//! result, coverage that adds up, what stands out, what was not read, the files, and what to do
//! next.
//!
//! At 100 columns it takes at most 40 lines, so that it fits on a screen without scrolling.

mod files;
mod gaps;
mod heading;
mod result;
mod stands_out;

use std::fmt::Write as _;
use std::path::Path;

use rolesweep_assess::Parameters;
use rolesweep_model::Scan;
use rolesweep_report::Summary;

use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The column at which texts begin after their labels.
const INDENT: usize = 14;

/// What the summary needs besides the report's own.
pub(crate) struct Context<'a> {
    pub(crate) scan: &'a Scan,
    pub(crate) parameters: &'a Parameters,
    /// Where the report is; `None` for stdout.
    pub(crate) folder: Option<&'a Path>,
    /// Where the facts are.
    pub(crate) store: &'a Path,
    /// The calls that the demo's organization counted, in words, if the user wants to see them.
    pub(crate) calls: Option<String>,
    /// The next command to type, and what it does.
    pub(crate) next: Option<String>,
    /// How wide the terminal is.
    pub(crate) width: usize,
}

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

/// The lines of a summary on a terminal of some width.
struct Lines {
    text: String,
    width: usize,
}

impl Lines {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// A text with a label to its left. The text is wrapped at its spaces.
    fn labelled(&mut self, label: &str, text: &str) {
        let text = text::wrap(text, self.width, INDENT);
        let space = " ".repeat(INDENT.saturating_sub(label.len()));
        self.line(&format!("{}{space}{text}", paint(style::HEADING, label)));
    }

    /// A text below a label, with its further lines.
    fn unlabelled(&mut self, text: &str) {
        self.labelled("", text);
    }

    fn end_block(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// Parts of a list that are kept on one line each. The commas stay at the ends of lines.
fn listed(parts: &[String]) -> String {
    parts.iter().map(|part| text::unbroken(part)).collect::<Vec<_>>().join(", ")
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
