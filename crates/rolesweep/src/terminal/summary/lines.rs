//! What the parts of a summary share: the lines that they write, and what they know.

use std::fmt::Write as _;
use std::path::Path;

use rolesweep_assess::Parameters;
use rolesweep_model::Scan;

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

/// The lines of a summary on a terminal of some width.
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) width: usize,
}

impl Lines {
    pub(super) fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// A text with a label to its left. The text is wrapped at its spaces.
    pub(super) fn labelled(&mut self, label: &str, text: &str) {
        let text = text::wrap(text, self.width, INDENT);
        let space = " ".repeat(INDENT.saturating_sub(label.len()));
        self.line(&format!("{}{space}{text}", paint(style::HEADING, label)));
    }

    /// A text below a label, with its further lines.
    pub(super) fn unlabelled(&mut self, text: &str) {
        self.labelled("", text);
    }

    pub(super) fn end_block(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// Parts of a list that are kept on one line each. The commas stay at the ends of lines.
pub(super) fn listed(parts: &[String]) -> String {
    parts.iter().map(|part| text::unbroken(part)).collect::<Vec<_>>().join(", ")
}
