//! Finds a secret in a text, however it is spelt there: as it is, in another case, percent-encoded, or escaped as in XML or JSON.

use std::borrow::Cow;

/// The shortest beginning of a secret that is hidden where the rest of it does not follow, in bytes; half of a longer one.
const LEAST_BEGINNING: usize = 12;

/// A text with something else in the place of a secret.
pub(crate) fn hide<'a>(text: &'a str, secret: &str, stand_in: &str) -> Cow<'a, str> {
    let (bytes, secret) = (text.as_bytes(), secret.as_bytes());
    let Some(first) = secret.first() else { return Cow::Borrowed(text) };
    let least = secret.len().min(LEAST_BEGINNING.max(secret.len() / 2));
    let mut hidden = String::new();
    let (mut at, mut kept) = (0, 0);
    while at < bytes.len() {
        let may_begin =
            bytes[at].eq_ignore_ascii_case(first) || matches!(bytes[at], b'%' | b'&' | b'\\' | b'+');
        if may_begin && text.is_char_boundary(at) {
            let (length, found) = spelt(&bytes[at..], secret);
            // Inside a character nothing ends, so that this is a boundary where it is not zero.
            if found >= least && text.is_char_boundary(at + length) {
                hidden.push_str(&text[kept..at]);
                hidden.push_str(stand_in);
                at += length;
                kept = at;
                continue;
            }
        }
        at += 1;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    hidden.push_str(&text[kept..]);
    Cow::Owned(hidden)
}

/// How much of a secret a text begins with, in any spelling: so many bytes of the text, so many of the secret.
fn spelt(text: &[u8], secret: &[u8]) -> (usize, usize) {
    let mut best = (0, 0);
    // A character can be read in more than one way: what is not tried yet waits here.
    let mut open = vec![(0, 0)];
    while let Some((at, found)) = open.pop() {
        if found > best.1 {
            best = (at, found);
        }
        if found == secret.len() {
            break;
        }
        let rest = &secret[found..];
        for (bytes, length) in readings(&text[at..]).into_iter().flatten() {
            if rest.len() >= bytes.len() && rest[..bytes.len()].eq_ignore_ascii_case(&bytes) {
                open.push((at + length, found + bytes.len()));
            }
        }
    }
    best
}

/// What a text may begin with: the bytes that are meant, and how many stand for them. The escapes come last, to be tried first.
fn readings(text: &[u8]) -> [Option<(Vec<u8>, usize)>; 2] {
    let Some(first) = text.first() else { return [None, None] };
    let escaped = match first {
        b'%' => percent(text),
        b'&' => entity(text),
        b'\\' => backslash(text),
        b'+' => Some((vec![b' '], 1)),
        _ => None,
    };
    [Some((vec![*first], 1)), escaped]
}

/// `%3A`, and `%253A` where it was encoded twice.
fn percent(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut at = 1;
    while text[at..].starts_with(b"25") && text.len() > at + 2 && text[at + 2].is_ascii_hexdigit() {
        at += 2;
    }
    let byte = number(text.get(at..at + 2)?, 16)?;
    Some((vec![u8::try_from(byte).ok()?], at + 2))
}

/// `&amp;`, `&#58;`, `&#x3a;`
fn entity(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    const LONGEST: usize = 12;
    let end = text.iter().take(LONGEST).position(|&byte| byte == b';')?;
    let meant = match &text[1..end] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    Some((meant.to_string().into_bytes(), end + 1))
}

/// `\/`, `\"`, `\u003a`
fn backslash(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    match text.get(1)? {
        b'u' => {
            let meant = char::from_u32(number(text.get(2..6)?, 16)?)?;
            Some((meant.to_string().into_bytes(), 6))
        }
        other @ (b'/' | b'"' | b'\\' | b'\'') => Some((vec![*other], 2)),
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "Ext:/id+of,ours=1&\"x\"";

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        for spelt in [
            SECRET,
            "EXT:/ID+OF,OURS=1&\"X\"",
            "Ext%3A%2Fid%2Bof%2Cours%3D1%26%22x%22",
            "ext%3a%2fid%2bof%2cours%3d1%26%22x%22",
            "Ext:/id%2Bof,ours=1%26%22x%22",
            "Ext%253A%252Fid%252Bof%252Cours%253D1%2526%2522x%2522",
            "Ext:/id+of,ours=1&amp;&quot;x&quot;",
            "Ext&#58;&#x2f;id&#43;of,ours&#61;1&#38;&#34;x&#34;",
            "Ext:\\/id+of,ours=1&\\\"x\\\"",
            "Ext\\u003a\\u002fid\\u002bof,ours\\u003d1\\u0026\\u0022x\\u0022",
        ] {
            assert_eq!(hide(&format!("é '{spelt}' é {spelt}"), SECRET, "…"), "é '…' é …", "{spelt}");
        }
        assert_eq!(hide("a+b%20c a b c", "a b c", "…"), "… …", "spellings may be mixed");
    }

    #[test]
    fn a_beginning_that_gives_much_away_is_hidden_and_a_short_one_is_not() {
        let secret = "0123456789abcdef0123456789abcdef";
        assert_eq!(hide("x 0123456789abcdef01 y", secret, "…"), "x … y");
        assert_eq!(hide("x 0123456789abc y", secret, "…"), "x 0123456789abc y");
        assert_eq!(hide("0123 12", "0123", "…"), "… 12");
        for text in ["", "%", "%2", "&", "&#x;", "&#99999999;", "\\", "\\u00", "+", "é%"] {
            assert_eq!(hide(text, secret, "…"), text);
        }
        assert_eq!(hide("text", "", "…"), "text");
    }

    proptest! {
        #[test]
        fn what_is_hidden_is_gone_and_nothing_panics(text in ".{0,80}", secret in "[a-zA-Z0-9:/+=é%&\\\\]{4,40}") {
            let _ = hide(&text, &secret, "…");
            let held = format!("{text}{secret}{text}");
            let shown = hide(&held, &secret, "…").into_owned();
            prop_assert!(shown.len() < held.len());
        }
    }
}
