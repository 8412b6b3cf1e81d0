//! `config show`: the settings that apply, as a configuration file, with the origin of each line.

use std::fmt::Write as _;

use rolesweep_model::text::one_line;

use crate::layers::{Sourced, View};
use crate::settings::KEYS;
use crate::settings::key::{Key, SECTIONS};
use crate::tables::Fields;
use crate::value::Shape;

/// A line, and the comment beside it.
type Line = (String, String);

/// The settings as TOML. What is not allowed in a file, or may not be shown, is a comment.
pub fn show(view: &View) -> String {
    let mut text = String::new();
    for (section, _) in SECTIONS {
        let lines = KEYS.iter().filter(|key| key.section == section).map(|key| line(key, view)).collect();
        block(&mut text, format!("[{section}]"), lines);
    }
    tables(&mut text, &view.rules);
    tables(&mut text, &view.exemptions);
    tables(&mut text, &view.gaps);
    tables(&mut text, &view.known_accounts);
    tables(&mut text, &view.owners);
    text
}

fn line(key: &Key, view: &View) -> Line {
    let Sourced { value, origin } = view.values.get(key.setting);
    let Some(toml) = &value.toml else { return (format!("# {}", key.name), "not set".to_owned()) };
    let (text, origin) = (format!("{} = {toml}", key.name), origin.origin());
    match key.shape {
        Shape::Secret => (format!("# {text}"), format!("{origin} (not shown)")),
        _ if !key.in_file => (format!("# {text}"), format!("{origin} (not allowed in a file)")),
        _ => (text, origin),
    }
}

fn tables<T: Fields>(text: &mut String, tables: &[Sourced<T>]) {
    for Sourced { value, origin } in tables {
        let header = format!("[[{}]]  # {}", T::TABLE.name, one_line(&origin.origin()));
        let line = |(name, value)| (format!("{name} = {value}"), String::new());
        block(text, header, value.shown().into_iter().map(line).collect());
    }
}

/// Lines under a header. The comments on them are in one column, if the lines are short enough.
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
