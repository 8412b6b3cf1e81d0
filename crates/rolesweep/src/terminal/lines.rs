//! The lines of a summary: labelled texts, notes, and blocks with an empty line between them.

use std::fmt::Write as _;

use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The column at which texts begin after their labels.
const INDENT: usize = 14;

/// The column at which a text begins below its label, if it has a word that is too long beside it.
const BELOW: usize = 2;

/// The most columns of a line. Longer ones are hard to read.
const READABLE: usize = 120;

/// The lines of a summary on a terminal of some width.
pub(crate) struct Lines {
    text: String,
    pub(crate) width: usize,
}

impl Lines {
    /// No lines yet. An empty line comes before the first.
    pub(crate) fn new(width: usize) -> Self {
        Self { text: "\n".to_owned(), width: width.min(READABLE) }
    }

    /// All lines, without empty ones at the end.
    pub(crate) fn finish(self) -> String {
        let end = self.text.trim_end().len();
        self.text[..end].to_owned()
    }

    pub(crate) fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// A text with a label to its left. The text is wrapped at its spaces. If it begins with a command
    /// that does not fit beside the label, or if another word fits only into a whole line, it is
    /// below the label.
    pub(crate) fn labelled(&mut self, label: &str, text: &str) {
        let widest = text::widest_word(text);
        let goes_below = widest + BELOW <= self.width || text.starts_with('`');
        if !label.is_empty() && widest + INDENT > self.width && goes_below {
            self.line(&paint(style::HEADING, label));
            let text = text::wrap(text, self.width, BELOW);
            return self.line(&format!("{}{text}", " ".repeat(BELOW)));
        }
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
