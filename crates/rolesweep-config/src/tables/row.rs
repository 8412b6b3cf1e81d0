//! Reads one repeated table of a configuration file field by field, and notes every mistake.

use std::ops::Range;

use rolesweep_model::suggest::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::errors::{ConfigErrors, Fault};
use crate::layers::document::Document;
use crate::tables::Table;
use crate::value::{Rules, Value};

/// A table that is being read.
pub(crate) struct Row<'a> {
    spec: &'static Table,
    table: &'a DeTable<'a>,
    /// Its header, to which mistakes about missing fields point.
    header: Range<usize>,
    document: &'a Document<'a>,
    errors: &'a mut ConfigErrors,
    /// The fields that unknown names probably mean. They are not missing.
    meant: Vec<&'static str>,
    sound: bool,
}

impl<'a> Row<'a> {
    /// Notes fields that are required and missing, and unknown fields.
    pub(crate) fn new(
        spec: &'static Table,
        table: &'a DeTable<'a>,
        header: Range<usize>,
        document: &'a Document<'a>,
        errors: &'a mut ConfigErrors,
    ) -> Self {
        let mut row = Self { spec, table, header, document, errors, meant: Vec::new(), sound: true };
        for key in table.keys() {
            let name: &str = key.get_ref();
            if spec.fields.iter().all(|field| field.name != name) {
                let near = nearest(name, spec.fields.iter().map(|field| field.name));
                row.meant.extend(near);
                row.sound = false;
                document.fault(key.span(), row.errors, || unknown_field(spec, name, near));
            }
        }
        for field in spec.fields {
            if !field.required || row.has(field.name) {
                continue;
            }
            let what = format!("`{}` is missing in this [[{}]]", field.name, spec.name);
            let about = as_fragment(field.doc);
            row.missing(Fault::new(what, format!("add `{} = …`: {about}", field.name)));
        }
        row
    }

    /// Reads a field; `None` if it is invalid.
    pub(crate) fn field<T: Value>(&mut self, name: &'static str, rules: &Rules) -> Option<T> {
        let Some(value) = self.value(name) else { return T::unset() };
        match T::read(value, rules) {
            Ok(value) => Some(value),
            Err(faults) => {
                faults.into_iter().for_each(|(span, fault)| self.fault_at(span, name, fault));
                None
            }
        }
    }

    /// Notes a fault of a field that is there.
    pub(crate) fn fault(&mut self, name: &'static str, fault: Fault) {
        if let Some(value) = self.value(name) {
            self.fault_at(value.span(), name, fault);
        }
    }

    fn fault_at(&mut self, span: Range<usize>, name: &'static str, fault: Fault) {
        self.sound = false;
        self.document.fault(span, self.errors, || fault.of(&format!("{}.{name}", self.spec.name)));
    }

    /// Notes that something is missing.
    pub(crate) fn missing(&mut self, fault: Fault) {
        self.sound = false;
        self.document.missing(self.header.clone(), self.errors, fault);
    }

    /// Whether nothing was noted so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound
    }

    /// Whether the field is there, well-formed or not, or mistyped.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.table.contains_key(field) || self.meant.contains(&field)
    }

    /// A field's value, well-formed or not.
    pub(crate) fn value(&self, field: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(field)
    }

    /// A field's text without blanks around it, well-formed or not, if there is one.
    pub(crate) fn text(&self, field: &str) -> Option<&'a str> {
        let text = self.value(field)?.get_ref().as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The texts of a field that may be a text or a list, well-formed or not.
    pub(crate) fn texts(&self, field: &str) -> Vec<&'a str> {
        match self.value(field).map(Spanned::get_ref) {
            Some(DeValue::Array(items)) => items.iter().filter_map(|item| item.get_ref().as_str()).collect(),
            Some(value) => value.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }
}

fn unknown_field(spec: &Table, name: &str, near: Option<&str>) -> Fault {
    let help = near.map_or_else(
        || {
            let names: Vec<&str> = spec.fields.iter().map(|field| field.name).collect();
            format!("remove it: there are {}", names.join(", "))
        },
        |near| format!("did you mean `{near}`?"),
    );
    Fault::new(format!("unknown field `{name}` in [[{}]]", spec.name), help)
}

/// Makes a sentence of the documentation a part of another.
fn as_fragment(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    let first = chars.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
