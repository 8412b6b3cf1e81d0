//! What is wrong with a file as TOML. One slip can confuse a parser for many lines; it is reported
//! once.

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

/// Notes the parser's errors: at most one in each line, and one for a list that includes the lines
/// after it by mistake.
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
    for (offset, message) in found {
        let line = source.line(offset);
        if errors.are_counted() {
            // Searching the lists for each of a million errors takes long.
            if damage.lines.insert(line) {
                errors.more += 1;
            }
            continue;
        }
        let list = lists.iter().find(|list| list.contains(&offset) || list.end == offset);
        let known = damage.lines.contains(&line) || list.is_some_and(|list| told.contains(&list));
        damage.lines.insert(line);
        if known {
            continue;
        }
        let mut fault = Fault::new(format!("not valid TOML: {message}"));
        if let Some(list) = list {
            let (first, last) = (source.line(list.start), source.line(list.end));
            damage.lines.extend(first..=last);
            told.push(list);
            if first < last {
                fault = fault
                    .hint(format!("is a `,` or the `]` missing in the list that begins in line {first}?"));
            }
        } else if message.starts_with("string values must be quoted") {
            fault = fault.hint("put the value in quotes");
        } else if message.starts_with("duplicate key") {
            fault = fault.hint("it is set above already: keep one of the two");
        }
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
    fn an_unclosed_list_is_told_once() {
        let told =
            told("[scan]\naccounts = [\"123456789012\"\n[report]\ninclude = \"all\"\n[ui]\nquiet = true\n");
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains("the list that begins in line 2"), "{told:#?}");
    }
}
