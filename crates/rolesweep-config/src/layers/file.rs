//! A configuration file: parsed as far as it can be, with every mistake noted at its place.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::errors::{Fault, Mistake, Mistakes};
use crate::settings::key::{Key, SECTIONS};
use crate::settings::value::{Value, type_name};
use crate::settings::{KEYS, Setting};
use crate::tables::row::Row;
use crate::tables::{AcceptedGapTable, Declared as _, ExemptionTable, Rule, TABLES, ThresholdTable};
use crate::text::source::SourceText;
use crate::text::suggest::nearest;
use crate::text::syntax::{self, Damage};

/// A value and the line that it stands in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it begins, in bytes.
    pub offset: usize,
    /// Its line, from one.
    pub line: usize,
}

/// What a configuration file says, as far as it is sound.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileLayer {
    /// The settings.
    pub values: BTreeMap<Setting, Placed<Value>>,
    /// The threshold rules in their order.
    pub rules: Vec<Placed<ThresholdTable>>,
    /// The exemptions.
    pub exemptions: Vec<Placed<ExemptionTable>>,
    /// The accepted gaps.
    pub gaps: Vec<Placed<AcceptedGapTable>>,
    /// The ends of exemptions and accepted gaps, of those too that are not sound otherwise.
    pub expiries: Vec<Expiry>,
}

/// The end of an exemption or an accepted gap.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expiry {
    /// The bytes that say so.
    pub span: Range<usize>,
    /// The field, with its table.
    pub field: String,
    /// When it has ended.
    pub end: Timestamp,
}

/// Notes mistakes at their places. What the syntax has damaged is not complained about a second time.
pub(crate) struct Notes<'i> {
    source: &'i SourceText,
    damage: Damage,
    mistakes: Mistakes,
    expiries: Vec<Expiry>,
}

impl Notes<'_> {
    /// A value with its place.
    fn placed<T>(&self, offset: usize, value: T) -> Placed<T> {
        Placed { value, offset, line: self.source.line(offset) }
    }

    /// A fault at some bytes.
    pub(crate) fn fault(&mut self, span: Range<usize>, fault: Fault) {
        self.fault_with(span, || fault);
    }

    /// The same, for a fault that takes long to describe.
    pub(crate) fn fault_with(&mut self, span: Range<usize>, fault: impl FnOnce() -> Fault) {
        if !self.damage.touches(self.source, &span) {
            self.mistakes.note(|| Mistake::new(self.source.place(span.start), fault()));
        }
    }

    /// The end of an exemption or an accepted gap.
    pub(crate) fn expiry(&mut self, span: Range<usize>, field: String, end: Timestamp) {
        self.expiries.push(Expiry { span, field, end });
    }

    /// Something is not there in the table that begins here. Where a line of that table could not be read, it may well be.
    pub(crate) fn missing(&mut self, header: Range<usize>, fault: Fault) {
        // To look for the end of every table takes long in a file of a hundred thousand.
        if self.damage.is_none() || self.mistakes.are_counted() {
            self.fault(header, fault);
            return;
        }
        let rest = &self.source.text()[header.end..];
        let table = header.start..rest.find("\n[").map_or(self.source.text().len(), |at| header.end + at);
        if !self.damage.touches(self.source, &table) {
            self.fault(header, fault);
        }
    }
}

/// Reads a file. The layer holds what is sound, the list all that is not.
pub(crate) fn read(source: &SourceText) -> (FileLayer, Mistakes) {
    let (document, errors) = DeTable::parse_recoverable(source.text());
    let (damage, mistakes) = syntax::mistakes(source, document.get_ref(), &errors);
    let mut notes = Notes { source, damage, mistakes, expiries: Vec::new() };
    let mut layer = FileLayer::default();
    for (name, value) in document.get_ref() {
        let known: &str = name.get_ref();
        if SECTIONS.iter().any(|section| section.name == known) {
            read_section(known, value, &mut layer, &mut notes);
        } else if known == ThresholdTable::TABLE.name {
            layer.rules = read_tables(value, &mut notes);
        } else if known == ExemptionTable::TABLE.name {
            layer.exemptions = read_tables(value, &mut notes);
        } else if known == AcceptedGapTable::TABLE.name {
            layer.gaps = read_tables(value, &mut notes);
        } else {
            notes.fault_with(name.span(), || unknown_at_the_top(known, value.get_ref()));
        }
    }
    refuse_duplicates(&layer, &mut notes);
    layer.expiries = notes.expiries;
    (layer, notes.mistakes)
}

fn read_section(section: &str, value: &Spanned<DeValue<'_>>, layer: &mut FileLayer, notes: &mut Notes<'_>) {
    let DeValue::Table(table) = value.get_ref() else {
        let fault =
            Fault::new(format!("expected the section [{section}], found {}", type_name(value.get_ref())));
        notes.fault(value.span(), fault.hint(format!("write [{section}] on a line of its own")));
        return;
    };
    for (name, value) in table {
        let Some(key) = KEYS.iter().find(|key| key.section == section && key.name == name.get_ref()) else {
            notes.fault_with(name.span(), || unknown_in_section(section, name.get_ref()));
            continue;
        };
        if !key.in_file {
            notes.fault(name.span(), not_for_files(key));
            continue;
        }
        match key.kind.read_toml(value) {
            Ok(value) => {
                layer.values.insert(key.setting, notes.placed(name.span().start, value));
            }
            Err(faults) => {
                for (span, mut fault) in faults {
                    fault.what = format!("{}: {}", key.path(), fault.what);
                    notes.fault(span, fault);
                }
            }
        }
    }
}

fn read_tables<'i, T: Rule>(value: &Spanned<DeValue<'i>>, notes: &mut Notes<'i>) -> Vec<Placed<T>> {
    let name = T::TABLE.name;
    let rows = match value.get_ref() {
        DeValue::Array(rows) => rows,
        other => {
            let fault = Fault::new(format!("expected [[{}]], found {}", name, type_name(other)));
            notes.fault(
                value.span(),
                fault.hint(format!("write [[{}]] with two brackets: there may be several", name)),
            );
            return Vec::new();
        }
    };
    let mut placed = Vec::new();
    for row in rows {
        let DeValue::Table(table) = row.get_ref() else {
            let fault = Fault::new(format!("expected [[{name}]], found {}", type_name(row.get_ref())));
            notes.fault(row.span(), fault);
            continue;
        };
        let mut fields = Row::new(T::TABLE, table, row.span(), notes);
        let read = T::read(&mut fields);
        T::check(&mut fields);
        if let Some(read) = read.filter(|_| fields.is_sound()) {
            placed.push(notes.placed(row.span().start, read));
        }
    }
    placed
}

fn refuse_duplicates(layer: &FileLayer, notes: &mut Notes<'_>) {
    fn subjects<T: Rule>(tables: &[Placed<T>]) -> impl Iterator<Item = (String, usize)> {
        tables.iter().map(|table| (table.value.subject(), table.offset))
    }
    let (rules, exemptions, gaps) =
        (subjects(&layer.rules), subjects(&layer.exemptions), subjects(&layer.gaps));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (what, offset) in rules.chain(exemptions).chain(gaps) {
        let line = notes.source.line(offset);
        if let Some(first) = seen.get(&what) {
            let fault = Fault::new(format!("there is {what} already, in line {first}"));
            notes.fault(offset..offset, fault.hint("make one of the two"));
        } else {
            seen.insert(what, line);
        }
    }
}

fn unknown_at_the_top(name: &str, value: &DeValue<'_>) -> Fault {
    let sections = SECTIONS.iter().map(|section| section.name);
    let tables = TABLES.iter().map(|table| table.name);
    if value.is_table() || value.is_array() {
        let fault = Fault::new(format!("unknown section `{name}`"));
        return match nearest(name, sections.chain(tables)) {
            Some(near) if TABLES.iter().any(|table| table.name == near) => {
                fault.hint(format!("did you mean [[{near}]]?"))
            }
            Some(near) => fault.hint(format!("did you mean [{near}]?")),
            None => fault.hint(known_names()),
        };
    }
    let fault = Fault::new(format!("`{name}` stands outside of any section"));
    match KEYS.iter().find(|key| key.name == name) {
        Some(key) => fault.hint(format!("it belongs under [{}]", key.section)),
        None => fault.hint(known_names()),
    }
}

fn unknown_in_section(section: &str, name: &str) -> Fault {
    let fault = Fault::new(format!("unknown key `{name}` in [{section}]"));
    if let Some(elsewhere) = KEYS.iter().find(|key| key.name == name) {
        return fault.hint(format!("it belongs under [{}]", elsewhere.section));
    }
    let here = || KEYS.iter().filter(|key| key.section == section).map(|key| key.name);
    match nearest(name, here()) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => match nearest(name, KEYS.iter().map(|key| key.name))
            .and_then(|near| KEYS.iter().find(|key| key.name == near))
        {
            Some(key) => fault.hint(format!("did you mean `{}` under [{}]?", key.name, key.section)),
            None => fault.hint(format!("it knows {}", here().collect::<Vec<_>>().join(", "))),
        },
    }
}

fn not_for_files(key: &Key) -> Fault {
    let mut ways: Vec<&str> = key.flag.into_iter().collect();
    ways.extend(key.environment);
    Fault::new(format!("{} cannot stand in a file", key.path()))
        .hint(format!("give it for one run, with {}", ways.join(" or ")))
}

fn known_names() -> String {
    let sections = SECTIONS.iter().map(|section| format!("[{}]", section.name));
    let tables = TABLES.iter().map(|table| format!("[[{}]]", table.name));
    format!("a configuration file has {}", sections.chain(tables).collect::<Vec<_>>().join(", "))
}
