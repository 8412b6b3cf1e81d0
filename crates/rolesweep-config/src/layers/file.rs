//! What a configuration file says.

use std::collections::BTreeMap;
use std::path::Path;

use rolesweep_model::suggest::nearest;
use toml::Spanned;
use toml::de::DeValue;

use crate::errors::{ConfigErrors, Fault};
use crate::layers::document::Document;
use crate::layers::{Layer, Sourced};
use crate::settings::KEYS;
use crate::settings::key::{Key, SECTIONS};
use crate::tables::row::Row;
use crate::tables::{Latest, RepeatedTable, TABLES};
use crate::value::wrong_type::type_name;

/// Reads the sections with settings, and notes everything that does not belong in a file.
pub(crate) fn read_sections(document: &Document<'_>, values: &mut Layer, errors: &mut ConfigErrors) {
    for (name, value) in &document.table {
        let known: &str = name.get_ref();
        if SECTIONS.iter().any(|(section, _)| *section == known) {
            read_section(known, value, document, values, errors);
        } else if TABLES.iter().all(|table| table.name != known) {
            if let Some(meant) = nearest(known, SECTIONS.iter().map(|(section, _)| *section)) {
                doubt_section(meant, values);
            }
            KEYS.iter().filter(|key| key.name == known).for_each(|key| values.doubt(key.setting));
            document.fault(name.span(), errors, || unknown_at_the_top(known, value.get_ref()));
        }
    }
}

/// None of the section's settings is known.
fn doubt_section(section: &str, values: &mut Layer) {
    KEYS.iter().filter(|key| key.section == section).for_each(|key| values.doubt(key.setting));
}

fn read_section(
    section: &str,
    value: &Spanned<DeValue<'_>>,
    document: &Document<'_>,
    values: &mut Layer,
    errors: &mut ConfigErrors,
) {
    let DeValue::Table(table) = value.get_ref() else {
        let found = type_name(value.get_ref());
        doubt_section(section, values);
        document.fault(value.span(), errors, || {
            Fault::new(
                format!("expected the section [{section}], found {found}"),
                format!("write [{section}] on a line of its own"),
            )
        });
        return;
    };
    let folder = document.source.path().parent().unwrap_or(Path::new(""));
    for (name, value) in table {
        let Some(key) = KEYS.iter().find(|key| key.section == section && key.name == name.get_ref()) else {
            // Of a hundred thousand unknown keys, each would be compared with every key.
            let meant = if errors.are_counted() { None } else { meant(section, name.get_ref()) };
            if let Some(key) = meant {
                values.doubt(key.setting);
            }
            document.fault(name.span(), errors, || unknown_in_section(section, name.get_ref(), meant));
            continue;
        };
        if !key.in_file {
            document.fault(name.span(), errors, || not_for_files(key));
            continue;
        }
        match (key.file)(value, &key.rules(), folder) {
            Ok(value) => values.set(key.setting, value, document.source.place(name.span().start)),
            Err(faults) => {
                values.doubt(key.setting);
                for (span, fault) in faults {
                    document.fault(span, errors, || fault.of(&key.path()));
                }
            }
        }
    }
}

/// The valid tables of one kind. What is accepted may end at `latest`.
pub(crate) fn read_tables<T: RepeatedTable>(
    document: Option<&Document<'_>>,
    latest: Option<&Latest>,
    errors: &mut ConfigErrors,
) -> Vec<Sourced<T>> {
    let name = T::TABLE.name;
    let Some((document, value)) = document.and_then(|file| Some((file, file.table.get(name)?))) else {
        return Vec::new();
    };
    let DeValue::Array(rows) = value.get_ref() else {
        document.fault(value.span(), errors, || {
            Fault::new(
                format!("expected [[{name}]], found {}", type_name(value.get_ref())),
                format!("write [[{name}]] with two brackets: there may be several"),
            )
        });
        return Vec::new();
    };
    let mut tables = Vec::new();
    let mut subjects = BTreeMap::new();
    for item in rows {
        let DeValue::Table(table) = item.get_ref() else {
            document.fault(item.span(), errors, || {
                Fault::new(
                    format!("expected [[{name}]], found {}", type_name(item.get_ref())),
                    format!("write [[{name}]] on a line of its own"),
                )
            });
            continue;
        };
        let mut row = Row::new(T::TABLE, table, item.span(), document, errors);
        let read = T::read(&mut row);
        T::check(&mut row, latest);
        let Some(value) = read.filter(|_| row.is_sound()) else { continue };
        let start = item.span().start;
        let subject = (value.subject(), "keep one of the two");
        for (subject, help) in [subject].into_iter().chain(value.second_subject()) {
            if let Some(first) = subjects.get(&subject) {
                document.fault(start..start, errors, || {
                    Fault::new(format!("there is {subject} already, in line {first}"), help)
                });
                break;
            }
            subjects.insert(subject, document.source.line(start));
        }
        tables.push(Sourced { value, origin: document.source.place(start) });
    }
    tables
}

fn unknown_at_the_top(name: &str, value: &DeValue<'_>) -> Fault {
    let sections = SECTIONS.iter().map(|(section, _)| (*section, format!("[{section}]")));
    let tables = TABLES.iter().map(|table| (table.name, format!("[[{}]]", table.name)));
    let known: BTreeMap<&str, String> = sections.chain(tables).collect();
    let all = || {
        let all: Vec<&str> = known.values().map(String::as_str).collect();
        format!("a configuration file has {}", all.join(", "))
    };
    if value.is_table() || value.is_array() {
        let near = nearest(name, known.keys().copied());
        let hint = near.map_or_else(all, |near| format!("did you mean {}?", known[near]));
        return Fault::new(format!("unknown section `{name}`"), hint);
    }
    let elsewhere = KEYS.iter().find(|key| key.name == name);
    Fault::new(
        format!("`{name}` is outside of any section"),
        elsewhere.map_or_else(all, |key| format!("it belongs under [{}]", key.section)),
    )
}

/// The setting that an unknown key of a section probably means.
fn meant(section: &str, name: &str) -> Option<&'static Key> {
    let named = |name: &str| KEYS.iter().find(|key| key.name == name);
    let here = || KEYS.iter().filter(|key| key.section == section).map(|key| key.name);
    named(name)
        .or_else(|| nearest(name, here()).and_then(named))
        .or_else(|| nearest(name, KEYS.iter().map(|key| key.name)).and_then(named))
}

fn unknown_in_section(section: &str, name: &str, meant: Option<&Key>) -> Fault {
    let hint = match meant {
        Some(key) if key.name == name => format!("it belongs under [{}]", key.section),
        Some(key) if key.section == section => format!("did you mean `{}`?", key.name),
        Some(key) => format!("did you mean `{}` under [{}]?", key.name, key.section),
        None => {
            let here: Vec<&str> =
                KEYS.iter().filter(|key| key.section == section).map(|key| key.name).collect();
            format!("remove it: [{section}] has {}", here.join(", "))
        }
    };
    Fault::new(format!("unknown key `{name}` in [{section}]"), hint)
}

fn not_for_files(key: &Key) -> Fault {
    let ways: Vec<&str> = key.flag.into_iter().chain(key.environment.iter().copied()).collect();
    Fault::new(
        format!("{} is not allowed in a file", key.path()),
        format!("set it for one run, with {}", ways.join(" or ")),
    )
}
