//! A configuration file as TOML, parsed as far as possible.

use std::ops::Range;

use toml::de::DeTable;

use crate::errors::{ConfigErrors, Fault, Mistake};
use crate::text::source::SourceText;
use crate::text::syntax::{self, Damage};

/// A parsed file. Its faults are noted at their places, except on lines whose syntax is damaged,
/// because that is noted already.
pub(crate) struct Document<'a> {
    pub(crate) source: &'a SourceText,
    pub(crate) table: DeTable<'a>,
    damage: Damage,
}

impl<'a> Document<'a> {
    /// Parses a file, and notes what is wrong with its syntax.
    pub(crate) fn parse(source: &'a SourceText, errors: &mut ConfigErrors) -> Self {
        let (table, found) = DeTable::parse_recoverable(source.text());
        let table = table.into_inner();
        let damage = syntax::note_errors(source, &table, &found, errors);
        Self { source, table, damage }
    }

    /// Whether the parser could read everything.
    pub(crate) fn is_whole(&self) -> bool {
        self.damage.is_none()
    }

    /// Notes a fault at some bytes.
    pub(crate) fn fault(&self, span: Range<usize>, errors: &mut ConfigErrors, fault: impl FnOnce() -> Fault) {
        if !self.damage.touches(self.source, &span) {
            errors.note(|| Mistake::new(self.source.place(span.start), fault()));
        }
    }

    /// Notes that something is missing in the table that begins here. Notes nothing if the table
    /// has a damaged line, which may hold it.
    pub(crate) fn missing(&self, header: Range<usize>, errors: &mut ConfigErrors, fault: Fault) {
        // Finding the end of every table takes long in a file of a hundred thousand tables.
        let end = if self.damage.is_none() || errors.are_counted() {
            header.end
        } else {
            let text = self.source.text();
            text[header.end..].find("\n[").map_or(text.len(), |at| header.end + at)
        };
        if !self.damage.touches(self.source, &(header.start..end)) {
            self.fault(header, errors, || fault);
        }
    }
}
