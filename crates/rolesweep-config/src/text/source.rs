//! A text with the line and column of each byte, for mistakes.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::errors::{Fault, Mistake, Place};

/// A file's text, and the file's name in messages.
#[derive(Debug, Clone)]
pub(crate) struct SourceText {
    path: PathBuf,
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl SourceText {
    /// Decodes a file. It removes a byte order mark. It refuses text that is not UTF-8, at the
    /// first wrong byte.
    pub(crate) fn decode(path: &Path, bytes: &[u8]) -> Result<Self, Mistake> {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let fault = Fault::new("the file is UTF-16, not UTF-8", "save it again as UTF-8");
            return Err(Mistake::new(Place::File(path.to_owned()), fault));
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text.to_owned())),
            Err(error) => {
                let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
                let source = Self::new(path, valid);
                let fault = Fault::new("the file is not UTF-8 from here on", "save it again as UTF-8");
                Err(Mistake::new(source.place(source.text.len()), fault))
            }
        }
    }

    fn new(path: &Path, text: String) -> Self {
        let after_each_end = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(after_each_end).collect();
        Self { path: path.to_owned(), text, lines }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The file's name as it was given.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The line of a byte, counted from one.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset)
    }

    /// The name of the section or table that a line begins, if it begins one.
    pub(crate) fn header(&self, line: usize) -> Option<&str> {
        let start = self.lines.get(line - 1).copied().unwrap_or(self.text.len());
        let line = self.text[start..].lines().next().unwrap_or_default().trim_start();
        line.starts_with('[').then(|| line.trim_matches(['[', ']', ' ', '\t']))
    }

    /// The lines from this header to the next one.
    pub(crate) fn section(&self, header: usize) -> Range<usize> {
        let next = (header + 1..=self.lines.len()).find(|line| self.header(*line).is_some());
        header..next.unwrap_or(self.lines.len() + 1)
    }

    /// The text from a byte to the end of its line.
    pub(crate) fn rest_of_line(&self, offset: usize) -> &str {
        let rest = self.text.get(offset..).unwrap_or_default();
        rest.split('\n').next().unwrap_or_default()
    }

    pub(crate) fn place(&self, offset: usize) -> Place {
        let before = self.before(offset);
        let line = self.line(before.len());
        let column = before[self.lines[line - 1]..].chars().count() + 1;
        Place::At { path: self.path.clone(), line, column }
    }

    /// The text of the line before a byte. A position inside a character counts as the character's.
    fn before(&self, offset: usize) -> &str {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        &self.text[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str, needle: &str) -> (usize, usize) {
        let source = SourceText::decode(Path::new("x"), text.as_bytes()).unwrap();
        match source.place(source.text().find(needle).unwrap()) {
            Place::At { line, column, .. } => (line, column),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn columns_count_characters_and_carriage_returns_do_not_shift_them() {
        for (text, expected) in [
            ("X", (1, 1)),
            ("aX", (1, 2)),
            ("a\nX", (2, 1)),
            ("a\r\nbX", (2, 2)),
            ("é日🦀X", (1, 4)),
            ("é\r\n日🦀X", (2, 3)),
            ("\u{feff}aX", (1, 2)),
        ] {
            assert_eq!(column(text, "X"), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_refused_at_their_place() {
        let error = SourceText::decode(Path::new("x"), b"ab\n\xc3\xa9c\xff").unwrap_err();
        assert!(error.to_string().starts_with("x:2:3: the file is not UTF-8"), "{error}");
        let error = SourceText::decode(Path::new("x"), b"\xff\xfea\0").unwrap_err();
        assert!(error.to_string().starts_with("x: the file is UTF-16"), "{error}");
    }
}
