//! What most text is: characters that stand for themselves wherever they are, told from others byte by byte.

/// Whether CSV has to quote a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// As it is.
    Not,
    /// It holds a comma, a quotation mark or a line break.
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
    let quoted = *b",\"\r\n";
    let mut at = 0;
    while at < quoted.len() {
        kinds[quoted[at] as usize] |= QUOTED;
        at += 1;
    }
    kinds
};

/// How many bytes are looked at at once: what every processor has instructions for.
const AT_ONCE: usize = 16;

/// All kinds of bytes that a text has, [`OPENING`] aside.
fn kinds(text: &str) -> u8 {
    let bytes = text.as_bytes();
    let Some(last) = bytes.last_chunk::<AT_ONCE>() else {
        return bytes.iter().fold(0, |kinds, &byte| kinds | KINDS[usize::from(byte)]) & !OPENING;
    };
    let mut all = [0; AT_ONCE];
    // The last ones may be looked at twice, which changes nothing.
    for piece in bytes.as_chunks::<AT_ONCE>().0.iter().chain([last]) {
        for (kinds, byte) in all.iter_mut().zip(piece) {
            *kinds |= kind(*byte);
        }
    }
    let all = u128::from_le_bytes(all);
    let all = all as u64 | (all >> 64) as u64;
    let any = |kind: u8| if all & u64::from_le_bytes([kind; 8]) == 0 { 0 } else { kind };
    any(SPECIAL) | any(QUOTED)
}

/// The same as [`KINDS`] has, [`OPENING`] aside, without a table: for many bytes at once.
fn kind(byte: u8) -> u8 {
    let special = !(b' '..=b'~').contains(&byte) | (byte == b'\\') | (byte == b';') | (byte == b'=');
    let quoted = (byte == b',') | (byte == b'"') | (byte == b'\r') | (byte == b'\n');
    u8::from(special) * SPECIAL | u8::from(quoted) * QUOTED
}

/// What a text takes that stands for itself in every context; nothing for one that may not.
pub(super) fn quoting(text: &str) -> Option<Quoting> {
    let kinds = kinds(text);
    (kinds & SPECIAL == 0).then(|| Quoting::when(kinds & QUOTED != 0))
}

/// Whether a text shows by its first byte that it needs no `'`. One that does not may need none either.
pub(super) fn begins_harmlessly(text: &str) -> bool {
    text.bytes().next().is_none_or(|byte| KINDS[usize::from(byte)] & OPENING == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Context, encode, escape, needs_quote};

    #[test]
    fn a_byte_is_seen_wherever_it_is_in_texts_of_any_length() {
        for byte in 0..128_u8 {
            assert_eq!(kind(byte), KINDS[usize::from(byte)] & !OPENING);
            for length in 1..50 {
                for at in 0..length {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    assert_eq!(
                        kinds(std::str::from_utf8(&text).unwrap()),
                        kind(byte),
                        "{byte} {length} {at}"
                    );
                }
            }
        }
        assert!((128..=255).all(|byte| kind(byte) == KINDS[usize::from(byte)] & !OPENING));
    }

    #[test]
    fn what_counts_as_plain_and_harmless_is_left_alone_in_every_context() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            if quoting(&text).is_some() {
                for context in [Context::Cell, Context::Item, Context::Key] {
                    let mut out = String::new();
                    escape(&text, context, &mut out);
                    assert_eq!(out, text);
                }
            }
            if begins_harmlessly(&text) {
                assert!(!needs_quote(&text) && !needs_quote(&(text.clone() + "=1")), "{c:?}");
            }
            let quoted = matches!(c, ',' | '"' | '\r' | '\n');
            assert_eq!(Quoting::of(&text), Quoting::when(quoted), "{c:?}");
            assert_eq!(Quoting::of(&encode(&text)), Quoting::when(matches!(c, ',' | '"')), "{c:?}");
        }
    }
}
