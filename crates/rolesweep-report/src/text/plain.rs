//! Recognises plain text byte by byte: characters that are never spelled out. Most text is plain.

/// Whether a text has a byte of a kind. Without an early exit, many bytes are compared at once: most
/// texts have no such byte.
fn has(text: &str, is_of_kind: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |has, byte| has | is_of_kind(byte))
}

/// Outside of printable ASCII, or a character that some cells spell out.
fn is_special(byte: u8) -> bool {
    !(b' '..=b'~').contains(&byte) | (byte == b'\\') | (byte == b';') | (byte == b'=')
}

/// CSV has to quote it.
fn is_quoted(byte: u8) -> bool {
    (byte == b',') | (byte == b';') | (byte == b'"') | (byte == b'\r') | (byte == b'\n')
}

/// As the first character it may begin a formula, or make a spreadsheet look at the next one, or be
/// the `'` that we add.
fn is_opening(byte: u8) -> bool {
    !(b' '..=b'~').contains(&byte) || matches!(byte, b' ' | b'"' | b'\'' | b'=' | b'+' | b'-' | b'@')
}

/// Whether CSV has to quote a text: it holds a comma, a semicolon, a quotation mark or a line
/// break.
pub(crate) fn needs_quotes(text: &str) -> bool {
    has(text, is_quoted)
}

/// Whether CSV has to quote a text that is plain in every context; `None` if it may not be plain.
pub(super) fn quoted(text: &str) -> Option<bool> {
    (!has(text, is_special)).then(|| needs_quotes(text))
}

/// Whether the first byte of a text shows that it needs no `'`. If it does not, the text may still
/// need none.
pub(super) fn begins_harmlessly(text: &[u8]) -> bool {
    text.first().is_none_or(|&byte| !is_opening(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Context, encode, escape, needs_apostrophe};

    #[test]
    fn plain_and_harmless_texts_are_unchanged_in_every_context() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            if super::quoted(&text).is_some() {
                for context in [Context::Cell, Context::Item, Context::Key] {
                    let mut out = Vec::new();
                    escape(&text, context, &mut out);
                    assert_eq!(out, text.as_bytes());
                }
            }
            if begins_harmlessly(text.as_bytes()) {
                assert!(!needs_apostrophe(&text) && !needs_apostrophe(&(text.clone() + "=1")), "{c:?}");
            }
            let quoted = matches!(c, ',' | ';' | '"' | '\r' | '\n');
            assert_eq!(needs_quotes(&text), quoted, "{c:?}");
            assert_eq!(needs_quotes(&encode(&text)), matches!(c, ',' | ';' | '"'), "{c:?}");
        }
    }
}
