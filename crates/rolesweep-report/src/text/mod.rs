//! Text in cells. A cell cannot run as a formula, cannot look like something that it is not, and
//! reads back exactly.
//!
//! There are two steps, and [`decode`] undoes both:
//!
//! 1. **Nothing invisible survives.** Line breaks, tabs, other control characters, and the Unicode
//!    characters that show nothing or change the direction of what follows are spelled out: `\n`,
//!    `\r`, `\t`, `\u{202e}`. A backslash is doubled. Spaces instead of them would keep a line
//!    whole too, but two different names could then look the same, and a reviewer would sign off
//!    the wrong one. Persian text and some emoji join with such characters, and show the spelling.
//! 2. **No formula begins.** A cell gets a leading `'` if its first character, after blanks and
//!    quotation marks, is one that begins a formula in a spreadsheet. So does a cell that begins
//!    with `'`. This is OWASP ASVS 5.0, 1.2.10, extended by the full-width and small forms, and by
//!    the minus sign U+2212.
//!
//! A cell that holds `;` is always in quotation marks: a reader that splits at commas, tabs and
//! semicolons together, as LibreOffice's dialogue does by default, then does not split it. A
//! spreadsheet for a country that writes decimal commas splits at `;` alone, also inside quotes if
//! the row does not begin with one. So a `;` with a formula character after it is spelled `\u{3b}`,
//! and items of lists are neutralised one by one.

mod characters;
mod limit;
mod plain;

use characters::{is_blank, is_formula, is_hidden};
pub(crate) use plain::needs_quotes;

/// The context of a text, which decides what else has to be spelled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    /// A cell of its own.
    Cell,
    /// An item of a list: the separator is spelled out too.
    Item,
    /// The key of a `key=value` item: `=` is spelled out too.
    Key,
}

/// The separator between the items of a list.
const SEPARATOR: &str = "; ";

/// The cell for a text.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut cell = Vec::with_capacity(text.len());
    push_text(text, &mut cell);
    written(&cell).to_owned()
}

/// The text of a cell that [`encode`] made: drops one leading `'`, then undoes the spellings.
#[must_use]
pub fn decode(cell: &str) -> String {
    unescape(cell.strip_prefix('\'').unwrap_or(cell))
}

/// The items of a list cell.
#[must_use]
pub fn decode_list(cell: &str) -> Vec<String> {
    items(cell).map(decode).collect()
}

/// The keys and values of a list cell with `key=value` items.
#[must_use]
pub fn decode_pairs(cell: &str) -> Vec<(String, String)> {
    items(cell)
        .map(|item| {
            let item = item.strip_prefix('\'').unwrap_or(item);
            let (key, value) = item.split_once('=').unwrap_or((item, ""));
            (unescape(key), unescape(value))
        })
        .collect()
}

/// The parts of a list cell, still encoded.
fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(SEPARATOR).filter(move |_| !cell.is_empty())
}

/// Whether a spreadsheet could read this text as something other than text, or [`decode`] could
/// read its first `'` as ours.
#[must_use]
pub fn needs_apostrophe(text: &str) -> bool {
    text.starts_with('\'') || opens_formula(text)
}

/// Whether the first character that counts begins a formula. Quotation marks are skipped like
/// blanks: a reader that splits rows in other places sees the quotation marks that CSV doubled, and
/// drops them.
fn opens_formula(text: &str) -> bool {
    text.chars()
        .find(|&c| is_formula(c) || !(is_blank(c) || is_hidden(c) || c == '"'))
        .is_some_and(is_formula)
}

/// Appends the cell for a text, and says whether CSV has to quote it.
pub(crate) fn push_text(text: &str, cell: &mut Vec<u8>) -> bool {
    let start = cell.len();
    let quoted = push_marked(cell, |cell| escape(text, Context::Cell, cell));
    fit(cell, start, false, quoted)
}

/// Appends the cell for a list, in the order given, and says whether CSV has to quote it.
pub(crate) fn push_list<'a>(items: impl Iterator<Item = &'a str>, cell: &mut Vec<u8>) -> bool {
    push_items(items, cell, |item, cell| escape(item, Context::Item, cell))
}

/// Appends the cell for a list of keys and values, in the order given, and says whether CSV has to
/// quote it.
pub(crate) fn push_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, cell: &mut Vec<u8>) -> bool {
    push_items(pairs, cell, |(key, value), cell| {
        let quoted = escape(key, Context::Key, cell);
        cell.push(b'=');
        quoted | escape(value, Context::Item, cell)
    })
}

fn push_items<T>(
    items: impl Iterator<Item = T>,
    cell: &mut Vec<u8>,
    write: impl Fn(T, &mut Vec<u8>) -> bool,
) -> bool {
    let start = cell.len();
    let mut quoted = false;
    for (index, item) in items.enumerate() {
        if index > 0 {
            cell.extend_from_slice(SEPARATOR.as_bytes());
            quoted = true;
        }
        quoted |= push_marked(cell, |cell| write(item, cell));
    }
    fit(cell, start, true, quoted)
}

/// Cuts the cell that begins at `start` if it is longer than a spreadsheet allows, and says whether
/// CSV has to quote it.
fn fit(cell: &mut Vec<u8>, start: usize, list: bool, quoted: bool) -> bool {
    if cell.len() - start <= limit::LONGEST {
        return quoted;
    }
    let Some(fitting) = limit::cut(written(&cell[start..]), list) else { return quoted };
    cell.truncate(start);
    cell.extend_from_slice(fitting.as_bytes());
    needs_quotes(&fitting)
}

/// Appends what `write` appends, with a `'` before it if it needs one.
fn push_marked(cell: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> bool) -> bool {
    let start = cell.len();
    let quoted = write(cell);
    // For nearly every text, its first byte shows that it needs no `'`.
    if !plain::begins_harmlessly(&cell[start..]) && needs_apostrophe(written(&cell[start..])) {
        cell.insert(start, b'\'');
    }
    quoted
}

/// The appended bytes, as text.
fn written(cell: &[u8]) -> &str {
    std::str::from_utf8(cell).unwrap_or_else(|_| unreachable!("texts were written"))
}

/// Appends a text, spells out everything that has to be, and says whether CSV has to quote it.
fn escape(text: &str, context: Context, cell: &mut Vec<u8>) -> bool {
    if let Some(quoted) = plain::quoted(text) {
        cell.extend_from_slice(text.as_bytes());
        return quoted;
    }
    let spelled = spelled_out(text, context);
    cell.extend_from_slice(spelled.as_bytes());
    needs_quotes(&spelled)
}

fn spelled_out(text: &str, context: Context) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut copied = 0;
    for (at, c) in text.char_indices() {
        let spelling = match c {
            '\\' => r"\\",
            '\n' => r"\n",
            '\r' => r"\r",
            '\t' => r"\t",
            // Spelled by its number.
            '=' if context == Context::Key => "",
            ';' if context != Context::Cell || opens_formula(&text[at + 1..]) => "",
            c if is_hidden(c) => "",
            _ => continue,
        };
        out.push_str(&text[copied..at]);
        copied = at + c.len_utf8();
        match spelling {
            "" => out.extend(c.escape_unicode()),
            known => out.push_str(known),
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// Undoes [`escape`]. Anything that is not one of its spellings stays unchanged, so that a cell
/// that a person edited can still be read.
fn unescape(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (c, length) = spelled(&rest[at + 1..]).map_or(('\\', 1), |(c, length)| (c, length + 1));
        text.push(c);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    text
}

/// The character that a spelling means, and how many bytes it takes after its backslash.
fn spelled(after: &str) -> Option<(char, usize)> {
    match after.chars().next()? {
        '\\' => Some(('\\', 1)),
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        'u' => {
            let (digits, _) = after.strip_prefix("u{")?.split_once('}')?;
            let valid = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let code = valid.then(|| u32::from_str_radix(digits, 16).ok())??;
            Some((char::from_u32(code)?, digits.len() + 3))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
