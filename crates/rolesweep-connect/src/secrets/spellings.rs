//! Finds a secret in a text, whatever its spelling: as it is, in another case, percent-encoded, or
//! escaped as in XML or JSON.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// The shortest beginning of a secret that is hidden if the rest does not follow, in bytes. For a
/// longer secret it is three quarters. A shorter beginning may be a name of its own: the role
/// `RolesweepAudit` beside the external id `RolesweepAudit-7`.
const LEAST_BEGINNING: usize = 16;

/// What is shown instead of a secret.
pub(crate) const HIDDEN: &str = "…";

/// A text with [`HIDDEN`] instead of a secret.
pub(crate) fn hide<'a>(text: &'a str, secret: &str) -> Cow<'a, str> {
    hide_all(text, &[secret.to_ascii_lowercase()])
}

/// The same for many secrets at once. They are in lower case and sorted.
pub(crate) fn hide_all<'a>(text: &'a str, secrets: &[impl AsRef<[u8]>]) -> Cow<'a, str> {
    let mut search = Search::new(secrets);
    let mut hidden = String::new();
    let (mut at, mut kept) = (0, 0);
    while at < text.len() {
        let length = if text.is_char_boundary(at) { search.length(&text.as_bytes()[at..]) } else { 0 };
        // A match cannot end inside a character.
        if length > 0 && text.is_char_boundary(at + length) {
            hidden.push_str(&text[kept..at]);
            hidden.push_str(HIDDEN);
            at += length;
            kept = at;
        } else {
            at += 1;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    hidden.push_str(&text[kept..]);
    Cow::Owned(hidden)
}

/// How much of a secret has to be found for it to be hidden.
fn least(secret: &[u8]) -> usize {
    secret.len().min(LEAST_BEGINNING.max(secret.len().div_ceil(4) * 3))
}

/// A search for many secrets in one pass. They are sorted, so those that still match lie side by
/// side.
struct Search<'a, T> {
    secrets: &'a [T],
    /// The least length that is enough for any of the secrets.
    enough: usize,
    /// What is still to try, because a character can be read in more than one way: how much of the
    /// text is read, how much of a secret that is, and the secrets that begin so.
    open: Vec<(usize, usize, Range<usize>)>,
    /// Places at which readings have branched. They meet again, so without this each place would be
    /// continued many times.
    parted: BTreeSet<(usize, usize, usize)>,
    /// How many readings were tried, as a measure of the work.
    tried: usize,
}

impl<'a, T: AsRef<[u8]>> Search<'a, T> {
    fn new(secrets: &'a [T]) -> Self {
        let lengths = secrets.iter().map(|secret| least(secret.as_ref())).filter(|least| *least > 0);
        Self {
            secrets,
            enough: lengths.min().unwrap_or(usize::MAX),
            open: Vec::new(),
            parted: BTreeSet::new(),
            tried: 0,
        }
    }

    /// How much of a text's beginning is a secret, or enough of one, in any spelling. Zero if it is
    /// not.
    fn length(&mut self, text: &[u8]) -> usize {
        let mut longest = 0;
        self.parted.clear();
        self.open.push((0, 0, 0..self.secrets.len()));
        while let Some((at, found, among)) = self.open.pop() {
            let is_enough = |secret: &T| {
                let least = least(secret.as_ref());
                least > 0 && least <= found
            };
            if at > longest && found >= self.enough && self.secrets[among.clone()].iter().any(is_enough) {
                longest = at;
            }
            let readings = readings(&text[at..]);
            if readings[1].is_some() && !self.parted.insert((at, found, among.start)) {
                continue;
            }
            for reading in readings.into_iter().flatten() {
                self.tried += 1;
                let left = self.narrowed(among.clone(), found, reading.meant());
                if !left.is_empty() {
                    self.open.push((at + reading.length, found + reading.meant().len(), left));
                }
            }
        }
        longest
    }

    /// The secrets among these that continue with these bytes.
    fn narrowed(&self, mut among: Range<usize>, mut found: usize, bytes: &[u8]) -> Range<usize> {
        for byte in bytes {
            let byte = Some(byte.to_ascii_lowercase());
            let secrets = &self.secrets[among.clone()];
            let next = |secret: &T| secret.as_ref().get(found).copied();
            let first = secrets.partition_point(|secret| next(secret) < byte);
            let end = secrets.partition_point(|secret| next(secret) <= byte);
            among = among.start + first..among.start + end;
            found += 1;
        }
        among
    }
}

/// One way to read the beginning of a text.
#[derive(Clone, Copy)]
struct Reading {
    bytes: [u8; 4],
    meant: usize,
    /// Its length in the text.
    length: usize,
}

impl Reading {
    fn byte(byte: u8, length: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], meant: 1, length }
    }

    fn char(meant: char, length: usize) -> Self {
        let mut bytes = [0; 4];
        let meant = meant.encode_utf8(&mut bytes).len();
        Self { bytes, meant, length }
    }

    /// The bytes that it means.
    fn meant(&self) -> &[u8] {
        &self.bytes[..self.meant]
    }
}

/// The ways to read the beginning of a text: the byte itself, and an escape. Escapes come last,
/// because the last is tried first.
fn readings(text: &[u8]) -> [Option<Reading>; 2] {
    let Some(first) = text.first() else { return [None, None] };
    let escaped = match first {
        b'%' => percent(text),
        b'&' => entity(text),
        b'\\' => backslash(text),
        b'+' => Some(Reading::byte(b' ', 1)),
        _ => None,
    };
    [Some(Reading::byte(*first, 1)), escaped]
}

/// `%3A`, or `%253A` if it was encoded twice.
fn percent(text: &[u8]) -> Option<Reading> {
    let mut at = 1;
    while text[at..].starts_with(b"25") && text.len() > at + 2 && text[at + 2].is_ascii_hexdigit() {
        at += 2;
    }
    let byte = number(text.get(at..at + 2)?, 16)?;
    Some(Reading::byte(u8::try_from(byte).ok()?, at + 2))
}

/// `&amp;`, `&#58;`, `&#x3a;`
fn entity(text: &[u8]) -> Option<Reading> {
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
    Some(Reading::char(meant, end + 1))
}

/// `\/`, `\"`, `\u003a`
fn backslash(text: &[u8]) -> Option<Reading> {
    match text.get(1)? {
        b'u' => {
            let meant = char::from_u32(number(text.get(2..6)?, 16)?)?;
            Some(Reading::char(meant, 6))
        }
        other @ (b'/' | b'"' | b'\\' | b'\'') => Some(Reading::byte(*other, 2)),
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
            assert_eq!(hide(&format!("é '{spelt}' é {spelt}"), SECRET), "é '…' é …", "{spelt}");
        }
        assert_eq!(hide("a+b%20c a b c", "a b c"), "… …", "spellings may be mixed");
    }

    #[test]
    fn a_beginning_that_gives_much_away_is_hidden_and_a_short_one_is_not() {
        let secret = "0123456789abcdef0123456789abcdef";
        assert_eq!(hide("x 0123456789abcdef01234567 y", secret), "x … y");
        assert_eq!(hide("x 0123456789abcdef0123456 y", secret), "x 0123456789abcdef0123456 y");
        assert_eq!(hide("role/RolesweepAudit", "RolesweepAudit-7"), "role/RolesweepAudit");
        assert_eq!(hide("0123 12", "0123"), "… 12");
        for text in ["", "%", "%2", "&", "&#x;", "&#99999999;", "\\", "\\u00", "+", "é%"] {
            assert_eq!(hide(text, secret), text);
        }
        assert_eq!(hide("text", ""), "text");
    }

    #[test]
    fn many_secrets_cost_little_more_than_one() {
        // Like the tokens of AWS's sessions: the same beginning, and different after it.
        let mut secrets: Vec<String> =
            (0..512).map(|n| format!("iqojb3jpz2lux2vjeev4{:x}{}", n * 7919, "q".repeat(800))).collect();
        secrets.sort();
        let signs = ["\\".repeat(60)];
        let mut search = Search::new(&signs);
        assert_eq!(search.length("\\".repeat(59).as_bytes()), 59);
        assert!(search.tried < 60 * 60, "{}", search.tried);
        for text in ["i".repeat(8192), "IQoJb3JpZ2luX2VjEEV4%3A".repeat(356), "a role of AWS; ".repeat(546)] {
            let mut search = Search::new(&secrets);
            let hidden = (0..text.len()).map(|at| search.length(&text.as_bytes()[at..])).sum::<usize>();
            assert_eq!(hidden, 0);
            assert!(search.tried <= 4 * text.len(), "{} for {}", search.tried, text.len());
        }
        let shown = hide_all("x IQoJb3JpZ2luX2VjEEV40 y", &secrets).into_owned();
        assert_eq!(shown, "x IQoJb3JpZ2luX2VjEEV40 y");
        assert_eq!(hide_all(&format!("x {} y", secrets[300].to_uppercase()), &secrets), "x … y");
    }

    proptest! {
        #[test]
        fn what_is_hidden_is_gone_and_nothing_panics(text in ".{0,80}", secret in "[a-zA-Z0-9:/+=é%&\\\\]{4,40}") {
            let _ = hide(&text, &secret);
            let held = format!("{text}{secret}{text}");
            let shown = hide(&held, &secret).into_owned();
            prop_assert!(shown.len() < held.len());
        }
    }
}
