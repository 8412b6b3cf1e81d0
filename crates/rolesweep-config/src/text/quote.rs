//! Text as TOML.

use std::fmt::Write as _;

use rolesweep_model::text::is_hidden;
use toml_writer::{ToTomlValue as _, TomlStringBuilder};

/// A TOML basic string on one line. Characters that a terminal acts on or does not show are written
/// by their number.
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
