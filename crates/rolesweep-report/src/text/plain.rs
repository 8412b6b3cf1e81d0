//! Recognises plain text byte by byte: characters that are never spelled out. Most text is plain.

/// Not plain: outside of printable ASCII, or a character that some cells spell out.
const SPECIAL: u8 = 1;
/// CSV has to quote it.
const QUOTED: u8 = 2;
/// As the first character it may begin a formula, or make a spreadsheet look at the next one, or be
/// the `'` that we add.
const OPENING: u8 = 4;

const KINDS: [u8; 256] = {
    let mut kinds = [SPECIAL | OPENING; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        let special = matches!(byte, b'\\' | b';' | b'=');
        let opening = matches!(byte, b' ' | b'"' | b'\'' | b'=' | b'+' | b'-' | b'@');
        kinds[byte as usize] = if special { SPECIAL } else { 0 } | if opening { OPENING } else { 0 };
        byte += 1;
    }
    let quoted = *b",;\"\r\n";
    let mut at = 0;
    while at < quoted.len() {
        kinds[quoted[at] as usize] |= QUOTED;
        at += 1;
    }
    kinds
};

/// All kinds of bytes that a text has. No early exit: most texts are short, and have no such byte.
fn kinds(text: &str) -> u8 {
    text.bytes().fold(0, |kinds, byte| kinds | KINDS[usize::from(byte)])
}

/// Whether CSV has to quote a text: it holds a comma, a semicolon, a quotation mark or a line
/// break.
pub(crate) fn needs_quotes(text: &str) -> bool {
    kinds(text) & QUOTED != 0
}

/// Whether CSV has to quote a text that is plain in every context; `None` if it may not be plain.
pub(super) fn quoted(text: &str) -> Option<bool> {
    let kinds = kinds(text);
    (kinds & SPECIAL == 0).then_some(kinds & QUOTED != 0)
}

/// Whether the first byte of a text shows that it needs no `'`. If it does not, the text may still
/// need none.
pub(super) fn begins_harmlessly(text: &[u8]) -> bool {
    text.first().is_none_or(|&byte| KINDS[usize::from(byte)] & OPENING == 0)
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
