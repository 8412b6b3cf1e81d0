//! The lines of a summary: labelled texts, notes, and blocks with an empty line between them.

use std::fmt::Write as _;

use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The column at which texts begin after their labels.
const INDENT: usize = 14;

/// The lines of a summary on a terminal of some width.
pub(crate) struct Lines {
    text: String,
    pub(crate) width: usize,
}

impl Lines {
    /// No lines yet. An empty line comes before the first.
    pub(crate) fn new(width: usize) -> Self {
        Self { text: "\n".to_owned(), width }
    }

    /// All lines, without empty ones at the end.
    pub(crate) fn finish(self) -> String {
        let end = self.text.trim_end().len();
        self.text[..end].to_owned()
    }

    pub(crate) fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// A text with a label to its left. The text is wrapped at its spaces.
    pub(crate) fn labelled(&mut self, label: &str, text: &str) {
        let text = text::wrap(text, self.width, INDENT);
        let space = " ".repeat(INDENT.saturating_sub(label.len()));
        self.line(&format!("{}{space}{text}", paint(style::HEADING, label)));
    }

    /// A text below a label, with its further lines.
    pub(crate) fn unlabelled(&mut self, text: &str) {
        self.labelled("", text);
    }

    /// A name, and to its right what it means.
    pub(crate) fn described(&mut self, name: &str, meaning: &str) {
        const NAME: usize = 26;
        let space = " ".repeat(NAME.saturating_sub(name.len()));
        let meaning = text::wrap(meaning, self.width, 2 + NAME);
        self.line(&format!("  {name}{space}{meaning}"));
    }

    /// What a reader should know.
    pub(crate) fn note(&mut self, note: &str) {
        let note = format!("{} {}", paint(style::WARN, "note:"), text::one_line(note));
        self.line(&text::wrap(&note, self.width, 0));
    }

    /// Ends a block of lines. An empty block leaves no empty line.
    pub(crate) fn end_block(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// Parts of a list that are kept on one line each. The commas stay at the ends of lines.
pub(crate) fn listed(parts: &[String]) -> String {
    parts.iter().map(|part| text::unbroken(part)).collect::<Vec<_>>().join(", ")
}
