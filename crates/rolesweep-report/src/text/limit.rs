//! Cells that are longer than a spreadsheet allows.
//!
//! Excel holds 32,767 characters in a cell (Excel specifications and limits), counted in units of
//! UTF-16, and drops or refuses the rest silently. Such a cell is cut between two characters, and a
//! list between two items. It ends with a mark that no other cell has, because a backslash that is
//! part of the text is always doubled. The store has the whole text.

use rolesweep_model::text::with_thousands;

use super::{SEPARATOR, spelled};

/// How many units of UTF-16 a cell holds.
pub(super) const LONGEST: usize = 32_767;

/// The cell, cut so that it fits with its mark; `None` if it fits uncut. With `list`, it is cut
/// between items.
pub(super) fn cut(cell: &str, list: bool) -> Option<String> {
    // A text never has more units than bytes.
    if cell.len() <= LONGEST {
        return None;
    }
    let units = units(cell);
    if units <= LONGEST {
        return None;
    }
    let mark = format!("…\\[cut: {} characters]", with_thousands(units as u64));
    let room = LONGEST - self::units(&mark);
    let between_items =
        list.then(|| cell[..fitting(cell, room - SEPARATOR.len())].rfind(SEPARATOR)).flatten();
    Some(match between_items {
        Some(end) => format!("{}{SEPARATOR}{mark}", &cell[..end]),
        None => format!("{}{mark}", &cell[..fitting(cell, room)]),
    })
}

/// How many bytes of a cell fit into so many units, without a part of a spelling.
fn fitting(cell: &str, room: usize) -> usize {
    let (mut end, mut used) = (0, 0);
    while let Some(c) = cell[end..].chars().next() {
        let spelling = if c == '\\' { spelled(&cell[end + 1..]) } else { None };
        let length = spelling.map_or(c.len_utf8(), |(_, length)| 1 + length);
        used += units(&cell[end..end + length]);
        if used > room {
            break;
        }
        end += length;
    }
    end
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{decode, decode_list, encode, push_list, push_pairs};

    fn list(items: &[&str]) -> String {
        let mut cell = Vec::new();
        push_list(items.iter().copied(), &mut cell);
        String::from_utf8(cell).unwrap()
    }

    #[test]
    fn a_cell_of_exactly_the_limit_is_whole_and_one_more_is_cut_with_a_mark() {
        let whole = "a".repeat(LONGEST);
        assert_eq!(encode(&whole), whole);
        let cell = encode(&"a".repeat(LONGEST + 1));
        assert_eq!(units(&cell), LONGEST);
        assert!(cell.ends_with("aa…\\[cut: 32,768 characters]"), "{}", &cell[LONGEST - 60..]);
    }

    #[test]
    fn units_of_utf_16_are_counted_as_excel_does() {
        // Two units and four bytes each.
        assert_eq!(encode(&"🚀".repeat(LONGEST / 2)), "🚀".repeat(LONGEST / 2));
        let cell = encode(&"🚀".repeat(LONGEST));
        assert!((LONGEST - 1..=LONGEST).contains(&units(&cell)), "{}", units(&cell));
        assert!(cell.ends_with("🚀…\\[cut: 65,534 characters]"));
        // One unit and three bytes each.
        assert_eq!(encode(&"日".repeat(LONGEST)), "日".repeat(LONGEST));
    }

    #[test]
    fn no_spelling_is_cut_in_two_and_the_beginning_reads_back() {
        for text in ["\u{202e}", "\n", "\\", "=\u{200b}"].map(|piece| piece.repeat(20_000)) {
            let cell = encode(&text);
            assert!(units(&cell) <= LONGEST);
            let (kept, _) = cell.split_once("…\\[cut: ").unwrap();
            let read = decode(kept);
            assert!(text.starts_with(&read) && read.chars().count() > 3_000, "{}", read.chars().count());
        }
    }

    #[test]
    fn a_text_that_ends_like_the_mark_is_not_taken_for_a_cut_one() {
        let text = "a…\\[cut: 41,234 characters]";
        assert_eq!(encode(text), "a…\\\\[cut: 41,234 characters]");
        assert_eq!(decode(&encode(text)), text);
    }

    #[test]
    fn a_list_is_cut_between_items_and_in_an_item_only_if_the_first_is_too_long() {
        let item = "x".repeat(1_000);
        let items = vec![item.as_str(); 40];
        let cell = list(&items);
        let read = decode_list(&cell);
        assert_eq!(read.len(), 33);
        assert!(read[..32].iter().all(|read| *read == item));
        assert_eq!(read[32], "…\\[cut: 40,078 characters]");
        let mut pairs = Vec::new();
        push_pairs(items.iter().map(|item| (*item, "v")), &mut pairs);
        assert!(String::from_utf8(pairs).unwrap().ends_with("x=v; …\\[cut: 40,158 characters]"));
        let cell = list(&["y".repeat(50_000).as_str(), "z"]);
        assert!(cell.ends_with("yy…\\[cut: 50,003 characters]"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_cell_fits_and_begins_as_its_text_does(piece in "(?s).{1,8}", times in 1_000usize..12_000) {
            let text = piece.repeat(times);
            let cell = encode(&text);
            prop_assert!(units(&cell) <= LONGEST);
            match cell.rsplit_once("…\\[cut: ") {
                Some((kept, _)) => prop_assert!(text.starts_with(&decode(kept))),
                None => prop_assert_eq!(&decode(&cell), &text),
            }
            prop_assert!(units(&list(&[&text, &text])) <= LONGEST);
        }
    }
}
