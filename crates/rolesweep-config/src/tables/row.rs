//! One table of a configuration file, read field by field while every mistake is noted.

use std::ops::Range;

use jiff::Timestamp;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::errors::Fault;
use crate::layers::file::Notes;
use crate::settings::checks;
use crate::settings::value::type_name;
use crate::tables::Table;
use crate::text::suggest::nearest;

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

    /// Notes a fault of a field that is there.
    pub(crate) fn fault_of(&mut self, field: &'static str, fault: Fault) {
        if let Some(value) = self.value(field) {
            let _: Option<()> = self.keep(field, value.span(), Err(fault));
        }
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
    pub(crate) fn value(&self, field: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.table.get(field)
    }

    /// A field's text without blanks around it, well-formed or not, where there is one.
    pub(crate) fn raw(&self, field: &'static str) -> Option<&'a str> {
        let text = self.value(field)?.get_ref().as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A field that is a text and that `read` makes something of.
    pub(crate) fn text<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let value = self.value(field)?;
        let result = match value.get_ref() {
            DeValue::String(text) => checks::not_blank(text).and_then(|()| read(text)),
            other => Err(Fault::new(format!("expected a text, found {}", type_name(other)))
                .hint(format!("write {field} = \"…\""))),
        };
        self.keep(field, value.span(), result)
    }

    /// Notes the end of what somebody accepts.
    pub(crate) fn expiry(&mut self, field: &'static str, span: Range<usize>, end: Timestamp) {
        self.notes.expiry(span, format!("{}.{field}", self.spec.name), end);
    }

    /// Notes what is wrong with a field.
    pub(crate) fn keep<T>(
        &mut self,
        field: &'static str,
        span: Range<usize>,
        result: Result<T, Fault>,
    ) -> Option<T> {
        let named = |mut fault: Fault| {
            fault.what = format!("{}.{field}: {}", self.spec.name, fault.what);
            self.faults += 1;
            self.notes.fault(span, fault);
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
