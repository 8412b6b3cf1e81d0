//! The form of a data file: lines about it, then its entries.

use std::fmt::Write as _;

use super::inputs::{self, Source};

/// A data file. Its text follows from its entries and from where they come from.
pub(super) struct File {
    text: String,
    entries: usize,
}

impl File {
    pub(super) fn new(title: &str, sources: Vec<&Source>, body: String) -> Self {
        let entries = body.lines().filter(|line| is_entry(line)).count();
        let mut text =
            format!("# {title}.\n# Made by `cargo xtask data`; do not edit. NOTICE has the licences.\n");
        for source in sources {
            let Source { name, version, licence, date, url, sha256, .. } = source;
            // Writing to a string cannot fail.
            let _ = writeln!(text, "# source: {name} {version}; {licence}; {date}; {url}; sha256:{sha256}");
        }
        let _ = write!(text, "# entries: {entries}\n# sha256: {}\n{body}", inputs::sha256(body.as_bytes()));
        Self { text, entries }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn entries(&self) -> usize {
        self.entries
    }
}

/// The entries of a file, below the lines about it.
pub(super) fn body(text: &str) -> &str {
    let mut body = text;
    while let Some((_, rest)) = body.strip_prefix("# ").and_then(|text| text.split_once('\n')) {
        body = rest;
    }
    body
}

/// Lines that begin so group the entries of `actions.txt`.
fn is_entry(line: &str) -> bool {
    !line.starts_with(['[', '='])
}
