//! Reads cells back by the rules of the column reference alone, and not with the code that wrote
//! them.

/// The original text of a cell: without the leading apostrophe that keeps it from being a formula,
/// and with escapes of invisible characters undone.
#[must_use]
pub fn text(cell: &str) -> String {
    unescape(cell.strip_prefix('\'').unwrap_or(cell))
}

/// The items of a list cell, in order.
#[must_use]
pub fn list(cell: &str) -> Vec<String> {
    items(cell).map(text).collect()
}

/// The pairs of a cell of `key=value` items, in order.
#[must_use]
pub fn pairs(cell: &str) -> Vec<(String, String)> {
    items(cell)
        .map(|item| {
            let item = item.strip_prefix('\'').unwrap_or(item);
            let (key, value) = item.split_once('=').unwrap_or((item, ""));
            (unescape(key), unescape(value))
        })
        .collect()
}

fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split("; ").filter(move |_| !cell.is_empty())
}

fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        plain.push_str(before);
        let known = match escape.as_bytes().first() {
            Some(b'n') => Some(('\n', 1)),
            Some(b'r') => Some(('\r', 1)),
            Some(b't') => Some(('\t', 1)),
            Some(b'\\') => Some(('\\', 1)),
            Some(b'u') => {
                escape.strip_prefix("u{").and_then(|digits| digits.split_once('}')).and_then(|(digits, _)| {
                    let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                    Some((character, digits.len() + 3))
                })
            }
            _ => None,
        };
        let (character, length) = known.unwrap_or(('\\', 0));
        plain.push(character);
        rest = &escape[length..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_back() {
        for (cell, plain) in [
            ("", ""),
            ("app", "app"),
            ("'=1+1", "=1+1"),
            ("''quoted", "'quoted"),
            (r"a\nb\tc\\n", "a\nb\tc\\n"),
            (r"x\u{3b}=1", "x;=1"),
            (r"\q\u{zz}\", r"\q\u{zz}\"),
        ] {
            assert_eq!(text(cell), plain);
        }
        assert_eq!(list(r"a; '=b; c\u{3b}d"), ["a", "=b", "c;d"]);
        assert!(list("").is_empty());
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            pairs(r"env=prod; a\u{3d}b=c=d; x=; '@k=v"),
            [pair("env", "prod"), pair("a=b", "c=d"), pair("x", ""), pair("@k", "v")]
        );
    }
}
