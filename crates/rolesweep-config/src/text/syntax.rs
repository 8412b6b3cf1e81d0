//! What is wrong with a file as TOML. One slip can confuse a parser for many lines; it is reported
//! once, and nothing that may follow from it is reported.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use crate::errors::{ConfigErrors, Fault, Mistake};
use crate::text::source::SourceText;

/// The parts of a file that the parser could not read.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    lines: BTreeSet<usize>,
}

impl Damage {
    /// Whether the parser could read everything.
    pub(crate) fn is_none(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether some bytes are on a damaged line.
    pub(crate) fn touches(&self, source: &SourceText, span: &Range<usize>) -> bool {
        let (first, last) = (source.line(span.start), source.line(span.end));
        self.lines.range(first..=last).next().is_some()
    }
}

/// What to do about an error, by a part of the parser's message. The first that fits counts.
const REMEDIES: [(&str, &str); 18] = [
    ("string values must be quoted", "put the value in quotes"),
    ("duplicate key", "it is there above already: keep one of the two"),
    ("unclosed array table", "close the header with two brackets, as in [[threshold]]"),
    ("unclosed table", "close the header with a bracket, as in [scan]"),
    ("unclosed array", "close the list with a `]`"),
    ("comma", "put one `,` between two items of a list"),
    ("no value", "write the key, `=` and the value"),
    ("missing value", "write a value after the `=`"),
    ("leading zero", "put the value in quotes: ids are texts, and keep their zeros"),
    ("escape", "write `\\\\` for a backslash, or put the text in single quotes"),
    ("date", "write a date, such as 2027-01-31, or a time with its offset, such as 2027-01-31T18:00:00Z"),
    ("visible characters", "remove the character, which does not show"),
    ("string", "close the text with a quotation mark in the same line"),
    ("unquoted key", "write the key with letters, digits, `_` and `-`, and then `=`"),
    ("carriage return", "save the file again with plain line ends"),
    ("comment character", "remove the character, which does not show"),
    ("newline", "put what follows on a line of its own, or remove it"),
    ("number", "write a number with digits only, or put the value in quotes"),
];

/// What to do about an error of the parser, at which the `rest` of the line follows.
fn remedy(message: &str, rest: &str) -> &'static str {
    let is_missing = rest.trim_start().is_empty() || rest.trim_start().starts_with('#');
    let message = if is_missing && message.starts_with("string values") { "missing value" } else { message };
    let fitting = REMEDIES.iter().find(|(part, _)| message.contains(part));
    fitting.map_or(
        "compare the line with the example that `rolesweep config init --out -` prints",
        |(_, help)| help,
    )
}

/// Notes the parser's errors: at most one in each line, one for a list that includes the lines
/// after it by mistake, and one for a header whose section is lost with it.
pub(crate) fn note_errors(
    source: &SourceText,
    document: &DeTable<'_>,
    found: &[Error],
    errors: &mut ConfigErrors,
) -> Damage {
    let mut lists = Vec::new();
    find_lists(document, &mut lists);
    let mut found: Vec<(usize, &str)> =
        found.iter().map(|error| (error.span().map_or(0, |span| span.start), error.message())).collect();
    found.sort_by_key(|(offset, _)| *offset);
    let mut damage = Damage::default();
    let mut told: Vec<&Range<usize>> = Vec::new();
    let mut a_header_is_lost = false;
    let mut repeated = BTreeSet::new();
    for (offset, message) in found {
        let line = source.line(offset);
        if errors.are_counted() {
            // Searching the lists for each of a million errors takes long.
            if damage.lines.insert(line) {
                errors.more += 1;
            }
            continue;
        }
        let repeats = message.starts_with("duplicate key");
        let header = source.header(line);
        // The parser takes what is below a lost header for a part of another section, and every later
        // table of that name for one too many.
        if repeats && header.is_some_and(|name| a_header_is_lost || !repeated.insert(name)) {
            damage.lines.insert(line);
            continue;
        }
        let list = lists.iter().find(|list| list.contains(&offset) || list.end == offset);
        let known = damage.lines.contains(&line) || list.is_some_and(|list| told.contains(&list));
        damage.lines.insert(line);
        if known {
            continue;
        }
        let mut help = remedy(message, source.rest_of_line(offset)).to_owned();
        if let Some(list) = list {
            let (first, last) = (source.line(list.start), source.line(list.end));
            damage.lines.extend(first..=last);
            told.push(list);
            if first < last {
                help = format!("is a `,` or the `]` missing in the list that begins in line {first}?");
            }
        } else if header.is_some() {
            a_header_is_lost |= !repeats;
            damage.lines.extend(source.section(line));
            if repeats {
                "keep one of the two; a table that there may be several of has two brackets, as in [[threshold]]"
                    .clone_into(&mut help);
            }
        }
        let fault = Fault::new(format!("not valid TOML: {message}"), help);
        errors.note(|| Mistake::new(source.place(offset), fault));
    }
    damage
}

/// The outermost lists of values. The rows of `[[…]]` are not lists of values.
fn find_lists(table: &DeTable<'_>, lists: &mut Vec<Range<usize>>) {
    for value in table.values() {
        match value.get_ref() {
            DeValue::Table(table) => find_lists(table, lists),
            DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
                for item in items {
                    if let DeValue::Table(table) = item.get_ref() {
                        find_lists(table, lists);
                    }
                }
            }
            DeValue::Array(_) => lists.push(value.span()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn told(text: &str) -> Vec<String> {
        let source = SourceText::decode(Path::new("x"), text.as_bytes()).unwrap();
        let (document, found) = DeTable::parse_recoverable(source.text());
        let mut errors = ConfigErrors::default();
        note_errors(&source, document.get_ref(), &found, &mut errors);
        errors.kept.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_sound_file_has_none() {
        assert_eq!(told("[a]\nb = 1\n[[c]]\nd = [1,\n 2]\n"), Vec::<String>::new());
    }

    #[test]
    fn separate_slips_are_told_separately() {
        let told = told("[scan]\nrole_name = Audit\nregion = \"eu\nprofile = \"p\"\nprofile = \"q\"\n");
        let places: Vec<&str> = told.iter().filter_map(|text| text.split(" not valid").next()).collect();
        assert_eq!(places, ["x:2:13:", "x:3:13:", "x:5:1:"], "{told:#?}");
    }

    #[test]
    fn every_slip_has_its_own_remedy() {
        let mut wrong = Vec::new();
        for (text, help) in [
            ("a = b", "put the value in quotes"),
            ("a = 1\na = 2", "keep one of the two"),
            ("[a", "close the header with a bracket"),
            ("[[a]", "close the header with two brackets"),
            ("a = [1, 2", "close the list"),
            ("a = [\"x\" \"y\"]", "put one `,` between"),
            ("a", "write the key, `=` and the value"),
            ("a = ", "write a value after the `=`"),
            ("a = 012345678901", "ids are texts"),
            ("a = \"C:\\data\"", "for a backslash"),
            ("a = 2027-02-30", "write a date"),
            ("a = \"b", "close the text"),
            ("a = 'b", "close the text"),
            ("a b = 1", "write the key, `=` and the value"),
            ("ä = 1", "write the key with letters"),
            ("a = \"x\" b = 2", "on a line of its own"),
            ("a = \"\u{1}\"", "remove the character"),
        ] {
            let told = told(text);
            if told.len() != 1 || !told[0].contains(help) {
                wrong.push((text, told));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn an_unclosed_list_is_told_once() {
        let told =
            told("[scan]\naccounts = [\"123456789012\"\n[report]\ninclude = \"all\"\n[ui]\nquiet = true\n");
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains("the list that begins in line 2"), "{told:#?}");
    }
}
