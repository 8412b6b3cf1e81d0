//! `config show`: what applies, as a configuration file, each line with where it comes from.

use std::fmt::Write as _;

use rolesweep_model::text::{is_hidden, one_line};
use toml_writer::{ToTomlValue as _, TomlStringBuilder};

use crate::layers::Sourced;
use crate::settings::KEYS;
use crate::settings::duration;
use crate::settings::key::{Key, SECTIONS};
use crate::settings::value::Value;
use crate::tables::Declared;
use crate::view::View;

/// A line and what is said about it.
type Line = (String, String);

/// The settings as TOML. What cannot stand in a file, or may not be shown, is a comment.
pub fn show(view: &View) -> String {
    let mut text = String::new();
    for section in &SECTIONS {
        let lines =
            KEYS.iter().filter(|key| key.section == section.name).map(|key| line(key, view)).collect();
        block(&mut text, format!("[{}]", section.name), lines);
    }
    tables(&mut text, &view.rules);
    tables(&mut text, &view.exemptions);
    tables(&mut text, &view.gaps);
    text
}

fn line(key: &Key, view: &View) -> Line {
    let Some(Sourced { value, origin }) = view.values.get(key.setting) else {
        return (format!("# {}", key.name), "not set".to_owned());
    };
    let text = format!("{} = {}", key.name, toml(value));
    match value {
        Value::Secret(_) => (format!("# {text}"), format!("{origin} (not shown)")),
        _ if !key.in_file => (format!("# {text}"), format!("{origin} (cannot stand in a file)")),
        _ => (text, origin.to_string()),
    }
}

fn tables<T: Declared>(text: &mut String, tables: &[Sourced<T>]) {
    for Sourced { value, origin } in tables {
        let header = format!("[[{}]]  # {}", T::TABLE.name, one_line(&origin.to_string()));
        let line = |(name, value)| (format!("{name} = {value}"), String::new());
        block(text, header, value.shown().into_iter().map(line).collect());
    }
}

/// Lines under a header; what is said about them stands in one column, as far as they are short.
fn block(text: &mut String, header: String, lines: Vec<Line>) {
    const LONG: usize = 48;
    let width =
        lines.iter().map(|(line, _)| line.chars().count()).filter(|width| *width <= LONG).max().unwrap_or(0);
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&header);
    text.push('\n');
    for (line, said) in lines {
        if said.is_empty() {
            text.push_str(&line);
        } else {
            let _ = write!(text, "{line:width$}  # {}", one_line(&said));
        }
        text.push('\n');
    }
}

/// A value as TOML; a secret as an ellipsis.
pub(crate) fn toml(value: &Value) -> String {
    match value {
        Value::Text(text) => quote(text),
        Value::Secret(_) => quote("…"),
        Value::Path(path) => quote(&path.to_string_lossy()),
        Value::Switch(switch) => switch.to_string(),
        Value::Count(number) => number.to_string(),
        // Debug keeps the point of a whole number, which makes it a float in TOML.
        Value::Rate(number) => format!("{number:?}"),
        Value::Seconds(seconds) => quote(&duration::display(*seconds)),
        Value::Choice(word) => quote(word),
        Value::Accounts(ids) => list(ids.iter().map(ToString::to_string)),
        Value::Ous(ous) => list(ous.iter().map(|ou| ou.as_str().to_owned())),
        Value::Instant(instant) => instant.to_string(),
    }
}

/// A list of texts as TOML.
pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| quote(&item)).collect();
    format!("[{}]", items.join(", "))
}

/// A TOML basic string on one line. What could move the cursor or hide text is written by its number.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for c in TomlStringBuilder::new(text).as_basic().to_toml_value().chars() {
        if is_hidden(c) {
            let _ = write!(quoted, "\\U{:08X}", u32::from(c));
        } else {
            quoted.push(c);
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_quoted_is_read_back() {
        let controls: String = ('\0'..='\u{a0}').collect();
        for text in ["", "a\"b\\c", "日本 🦀", "\u{202e}x\u{200b}", &controls] {
            let line = format!("a = {}", quote(text));
            assert_eq!(line.lines().count(), 1, "{line}");
            let table: toml::Table = line.parse().unwrap();
            assert_eq!(table["a"].as_str(), Some(text));
        }
    }
}
