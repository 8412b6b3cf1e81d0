//! What most text is: characters that stand for themselves wherever they are, told from others byte by byte.

/// Whether CSV has to quote a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// As it is.
    Not,
    /// It holds a comma, a semicolon, a quotation mark or a line break.
    Needed,
}

impl Quoting {
    /// What a text in a cell takes.
    pub(crate) fn of(text: &str) -> Self {
        Self::when(kinds(text) & QUOTED != 0)
    }

    /// What two texts in one cell take.
    pub(crate) fn or(self, other: Self) -> Self {
        Self::when(self == Self::Needed || other == Self::Needed)
    }

    fn when(needed: bool) -> Self {
        if needed { Self::Needed } else { Self::Not }
    }
}

/// Does not stand for itself everywhere: outside of printable ASCII, or a character that some cells spell out.
const SPECIAL: u8 = 1;
/// CSV has to quote it.
const QUOTED: u8 = 2;
/// As the first character it may begin a formula, or leave that to the next one, or be the `'` that we add.
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

/// All kinds of bytes that a text has. Four at once, which do not wait for each other; comparing sixteen at once was slower, most texts being
/// shorter than two of those.
fn kinds(text: &str) -> u8 {
    let (pieces, rest) = text.as_bytes().as_chunks::<4>();
    let mut found = [0; 4];
    for piece in pieces {
        for (kinds, &byte) in found.iter_mut().zip(piece) {
            *kinds |= KINDS[usize::from(byte)];
        }
    }
    let found = found.iter().fold(0, |all, kinds| all | kinds);
    rest.iter().fold(found, |all, &byte| all | KINDS[usize::from(byte)])
}

/// What a text takes that stands for itself in every context; nothing for one that may not.
pub(super) fn quoting(text: &str) -> Option<Quoting> {
    let kinds = kinds(text);
    (kinds & SPECIAL == 0).then(|| Quoting::when(kinds & QUOTED != 0))
}

/// Whether a text shows by its first byte that it needs no `'`. One that does not may need none either.
pub(super) fn begins_harmlessly(text: &[u8]) -> bool {
    text.first().is_none_or(|&byte| KINDS[usize::from(byte)] & OPENING == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Context, encode, escape, needs_quote};

    #[test]
    fn a_byte_is_seen_wherever_it_is_in_texts_of_any_length() {
        for byte in 0..128_u8 {
            let plain = KINDS[usize::from(b'a')];
            for length in 1..20 {
                for at in 0..length {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    let text = String::from_utf8(text).unwrap();
                    assert_eq!(kinds(&text), plain | KINDS[usize::from(byte)], "{byte} {length} {at}");
                }
            }
        }
    }

    #[test]
    fn what_counts_as_plain_and_harmless_is_left_alone_in_every_context() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            if quoting(&text).is_some() {
                for context in [Context::Cell, Context::Item, Context::Key] {
                    let mut out = Vec::new();
                    escape(&text, context, &mut out);
                    assert_eq!(out, text.as_bytes());
                }
            }
            if begins_harmlessly(text.as_bytes()) {
                assert!(!needs_quote(&text) && !needs_quote(&(text.clone() + "=1")), "{c:?}");
            }
            let quoted = matches!(c, ',' | ';' | '"' | '\r' | '\n');
            assert_eq!(Quoting::of(&text), Quoting::when(quoted), "{c:?}");
            assert_eq!(Quoting::of(&encode(&text)), Quoting::when(matches!(c, ',' | ';' | '"')), "{c:?}");
        }
    }
}
