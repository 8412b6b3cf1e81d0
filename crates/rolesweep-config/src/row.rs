//! One table of a configuration file, read field by field while every mistake is noted.

use std::ops::Range;

use jiff::Timestamp;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::checks;
use super::errors::Fault;
use super::file::Notes;
use super::suggest::nearest;
use super::tables::Table;
use super::value::{type_name, wrong_item};

/// A table that is being read.
pub(crate) struct Row<'a, 'i> {
    spec: &'static Table,
    table: &'a DeTable<'i>,
    /// Its header, which mistakes about what is not there point at.
    header: Range<usize>,
    notes: &'a mut Notes<'i>,
    faults: usize,
}

impl<'a, 'i> Row<'a, 'i> {
    /// Begins reading: fields that must be there and are not, and fields that nobody knows, are noted at once.
    pub(crate) fn new(
        spec: &'static Table,
        table: &'a DeTable<'i>,
        header: Range<usize>,
        notes: &'a mut Notes<'i>,
    ) -> Self {
        let mut row = Self { spec, table, header, notes, faults: 0 };
        for key in table.keys() {
            let name: &str = key.get_ref();
            if spec.fields.iter().all(|field| field.name != name) {
                row.faults += 1;
                row.notes.fault_with(key.span(), || unknown_field(spec, name));
            }
        }
        for field in spec.fields.iter().filter(|field| field.required) {
            if !table.contains_key(field.name) {
                let what = format!("`{}` is missing in this [[{}]]", field.name, spec.name);
                row.missing(Fault::new(what).hint(format!(
                    "add `{} = …`: {}",
                    field.name,
                    as_fragment(field.doc)
                )));
            }
        }
        row
    }

    /// Notes a fault of this table.
    pub(crate) fn fault(&mut self, span: Range<usize>, fault: Fault) {
        self.faults += 1;
        self.notes.fault(span, fault);
    }

    /// Notes that something is not there.
    pub(crate) fn missing(&mut self, fault: Fault) {
        self.faults += 1;
        self.notes.missing(self.header.clone(), fault);
    }

    /// Whether nothing was noted so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults == 0
    }

    /// Whether the field is there, well-formed or not.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.table.contains_key(field)
    }

    /// A field's value.
    fn value(&self, field: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        debug_assert!(self.spec.fields.iter().any(|known| known.name == field), "{field}");
        self.table.get(field)
    }

    /// A field that is a text and that `read` makes something of.
    pub(crate) fn text<T>(&mut self, field: &str, read: impl FnOnce(&str) -> Result<T, Fault>) -> Option<T> {
        let value = self.value(field)?;
        let result = match value.get_ref() {
            DeValue::String(text) => checks::not_blank(text).and_then(|()| read(text)),
            other => Err(Fault::new(format!("expected a text, found {}", type_name(other)))
                .hint(format!("write {field} = \"…\""))),
        };
        self.keep(field, value.span(), result)
    }

    /// A field that is a text and is taken as it stands.
    pub(crate) fn words(&mut self, field: &str) -> Option<String> {
        self.text(field, |text| Ok(text.trim().to_owned()))
    }

    /// A field that is a date or a time, as TOML knows them or as a text.
    pub(crate) fn time<T>(&mut self, field: &str, read: impl FnOnce(&str) -> Result<T, Fault>) -> Option<T> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Datetime(time) => {
                let result = read(&time.to_string());
                self.keep(field, value.span(), result)
            }
            _ => self.text(field, read),
        }
    }

    /// The end of what somebody accepts. How far ahead it may be is a setting, so that is looked at when all settings are known.
    pub(crate) fn expiry(&mut self, field: &'static str) -> Option<Timestamp> {
        let end = self.time(field, checks::expiry)?;
        let span = self.value(field)?.span();
        self.notes.expiry(span, format!("{}.{field}", self.spec.name), end);
        Some(end)
    }

    /// A field that is a text or a list of texts; empty where it is not there.
    pub(crate) fn list<T: PartialEq>(
        &mut self,
        field: &str,
        mut read: impl FnMut(&str) -> Result<T, Fault>,
    ) -> Vec<T> {
        let Some(value) = self.value(field) else {
            return Vec::new();
        };
        let items = match value.get_ref() {
            DeValue::Array(items) if items.is_empty() => {
                let fault = Fault::new(format!("{}.{field}: the list is empty", self.spec.name));
                self.fault(value.span(), fault.hint("name something, or leave the field out"));
                return Vec::new();
            }
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut list = Vec::new();
        for item in items {
            let result = match item.get_ref() {
                DeValue::String(text) => checks::not_blank(text).and_then(|()| read(text)),
                other => Err(wrong_item(other)),
            };
            match self.keep(field, item.span(), result) {
                Some(known) if list.contains(&known) => {
                    let fault = Fault::new(format!("{}.{field}: this is listed twice", self.spec.name));
                    self.fault(item.span(), fault);
                }
                Some(new) => list.push(new),
                None => {}
            }
        }
        list
    }

    fn keep<T>(&mut self, field: &str, span: Range<usize>, result: Result<T, Fault>) -> Option<T> {
        let named = |mut fault: Fault| {
            fault.what = format!("{}.{field}: {}", self.spec.name, fault.what);
            self.fault(span, fault);
        };
        result.map_err(named).ok()
    }
}

fn unknown_field(spec: &Table, name: &str) -> Fault {
    let fault = Fault::new(format!("unknown field `{name}` in [[{}]]", spec.name));
    fault.hint(match nearest(name, spec.fields.iter().map(|field| field.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let names: Vec<_> = spec.fields.iter().map(|field| field.name).collect();
            format!("it knows {}", names.join(", "))
        }
    })
}

/// A sentence of the documentation as a part of another.
fn as_fragment(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    let first = chars.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
