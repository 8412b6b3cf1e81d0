//! Makes the reference of settings and environment variables, `docs/settings.md`, and the default
//! file, `config/default.toml`, from the declarations. The tests check that the files are up to
//! date.

use std::fmt::Write as _;

use crate::settings::KEYS;
use crate::settings::key::{Key, OTHER_VARIABLES, Purpose, SECTIONS};
use crate::tables::TABLES;
use crate::value::shape::either;
use crate::value::{Shape, duration};

const HEAD: &str = "# Settings\n\nFlags win over the environment, the environment over a configuration file, a configuration file over the defaults. \
    `rolesweep config show` prints what applies, and where each value comes from.\n";

/// How a path names an OU.
const OU_PATHS: &str = "\n## OU paths\n\nA path names an OU by the names from the root down: `/Workloads/Prod`; `/` is the root. Reports, flags, variables and files spell it in the same way, \
    so that a path can be copied from `ou_path` or the terminal into `--ou` or a rule. In a shell, put it in single quotes.\n\n\
    A name may hold any character. Some are written as in a URL, `%` and two hexadecimal digits for each byte of UTF-8: `/` is `%2F`, `%` is `%25`, `\\` is `%5C`, `,` is `%2C`, `;` is `%3B`; \
    so are blanks at the beginning and the end of a name (`%20`), and characters that do not show. The OU `CI/CD` is `/CI%2FCD`, and `/CI/CD` is the OU `CD` below `CI`.\n\n\
    When rolesweep reads a path, only `/` has to be written like this, and `%` if two hexadecimal digits follow. Upper and lower case differ. A path that fits more than one OU is refused: \
    name the OU by its id.\n";

/// Every setting, table and variable.
fn reference() -> String {
    let mut text = String::from(HEAD);
    for (section, doc) in SECTIONS {
        let purpose = KEYS.iter().find(|key| key.section == section).unwrap().purpose;
        let _ = write!(text, "\n## `[{section}]`\n\n{doc} {}\n\n", takes_effect(purpose));
        text.push_str("| key | value | default | flag | environment | |\n|---|---|---|---|---|---|\n");
        for key in KEYS.iter().filter(|key| key.section == section) {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                if key.in_file { code(key.name) } else { format!("{} (not in files)", key.name) },
                placeholder(key),
                default(key).map_or_else(|| cell(key.unset), |default| code(&default)),
                key.flag.map(code).unwrap_or_default(),
                key.environment.iter().map(|name| code(name)).collect::<Vec<_>>().join(", "),
                cell(&meaning(key)),
            );
        }
    }
    for table in TABLES {
        let _ = write!(text, "\n## `[[{}]]`\n\n{}\n\n", table.name, table.doc);
        text.push_str("| field | required | |\n|---|---|---|\n");
        for field in table.fields {
            let required = if field.required { "yes" } else { "" };
            let _ = writeln!(text, "| {} | {required} | {} |", code(field.name), cell(field.doc));
        }
    }
    text.push_str(OU_PATHS);
    text.push_str("\n## Environment variables\n\nLists are separated by commas. An empty variable counts as not set.\n\n| variable | |\n|---|---|\n");
    for (name, doc) in OTHER_VARIABLES {
        let _ = writeln!(text, "| {} | {} |", code(name), cell(doc));
    }
    for key in KEYS.iter() {
        for name in key.environment {
            let _ = writeln!(text, "| {} | {} |", code(name), cell(&key.description()));
        }
    }
    text
}

/// The value of a setting, in words.
fn placeholder(key: &Key) -> String {
    let (min, max) = key.within;
    match key.shape {
        _ if !key.value.is_empty() => key.value.to_owned(),
        Shape::Text | Shape::Secret | Shape::List => "text".to_owned(),
        Shape::Path => "path".to_owned(),
        Shape::Switch => "true or false".to_owned(),
        Shape::Count => format!("{min} to {max}"),
        Shape::Rate => "number above 0".to_owned(),
        Shape::Duration => format!("duration, {} to {}", duration::display(min), duration::display(max)),
        Shape::Choice(words) => either(words),
        Shape::Instant => "date or time".to_owned(),
    }
}

fn default(key: &Key) -> Option<String> {
    key.default_value()?.toml
}

/// The part of the default file from `[scan]` to the tables, as it has to be.
fn default_sections() -> String {
    let mut text = String::new();
    for (section, _) in SECTIONS {
        let _ = writeln!(text, "[{section}]");
        for key in KEYS.iter().filter(|key| key.section == section) {
            let mut comment = key.description();
            if !matches!(key.shape, Shape::Text | Shape::Secret | Shape::Path | Shape::Switch) {
                let _ = write!(comment, " Value: {}.", placeholder(key));
            }
            if !key.in_file {
                let _ = write!(
                    comment,
                    " Not in files: {} or {}.",
                    key.flag.unwrap_or_default(),
                    key.environment[0]
                );
            }
            for line in wrapped(&comment) {
                let _ = writeln!(text, "# {line}");
            }
            match default(key) {
                Some(default) => {
                    let _ = writeln!(text, "{} = {default}", key.name);
                }
                None if key.in_file => {
                    let _ = writeln!(text, "#{} = \"{}\"", key.name, key.example);
                }
                None => {}
            }
            text.push('\n');
        }
    }
    text
}

/// The default file with the settings' sections up to date.
fn default_file(found: &str) -> String {
    let (head, rest) = found.split_once("[scan]\n").unwrap();
    let tables = &rest[rest.find("# Below are").unwrap()..];
    format!("{head}{}{tables}", default_sections())
}

/// Lines of at most 138 characters.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().unwrap();
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= 138 {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// When a change takes effect.
fn takes_effect(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Collect => "Takes effect with the next scan.",
        Purpose::Assess => "Takes effect with the next report, of an older scan too.",
        Purpose::Output | Purpose::Terminal => "Takes effect with the next run.",
    }
}

fn meaning(key: &Key) -> String {
    if key.shape == Shape::Secret { format!("{} Never shown.", key.doc) } else { key.doc.to_owned() }
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

/// A `|` would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_what_the_declarations_say() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let write = std::env::var_os("UPDATE_DOCS").is_some();
        for (name, wanted) in [
            ("docs/settings.md", (|_| reference()) as fn(&str) -> String),
            ("config/default.toml", default_file),
        ] {
            let found = std::fs::read_to_string(folder.join(name)).unwrap();
            if write {
                std::fs::write(folder.join(name), wanted(&found)).unwrap();
            } else {
                assert!(found == wanted(&found), "{name} is outdated: run the tests with UPDATE_DOCS=1");
            }
        }
    }

    #[test]
    fn every_row_has_as_many_cells_as_its_header() {
        let mut width = 0;
        for line in reference().lines() {
            let cells = line.replace("\\|", "").matches('|').count();
            if line.starts_with("|---") {
                width = cells;
            } else if width > 0
                && cells > 0
                && !line.starts_with("| key")
                && !line.starts_with("| field")
                && !line.starts_with("| variable")
            {
                assert_eq!(cells, width, "{line}");
            }
        }
    }
}
