//! The record as a line of text.

use std::fmt::Write as _;

use rolesweep_model::text::is_hidden;

use super::record::ScanResult;

impl ScanResult {
    /// The record as JSON on one line, without a line break at its end. Characters that do not show
    /// are escaped, because a log may end up on a terminal.
    #[must_use]
    pub fn to_line(&self) -> String {
        // No value of these types lacks a JSON form.
        let json = serde_json::to_string(self).unwrap_or_default();
        let mut line = String::with_capacity(json.len());
        for c in json.chars() {
            if is_hidden(c) {
                // JSON escapes a character above U+FFFF as two units of UTF-16.
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(line, "\\u{unit:04x}");
                }
            } else {
                line.push(c);
            }
        }
        line
    }
}
