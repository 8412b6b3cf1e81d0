//! Texts for people: hidden characters, names on one line, numbers, and lists that end with "and 12
//! more".

use std::fmt::{Display, Write as _};

use crate::ids::AccountId;

/// Whether a character does not show, or changes how its neighbours show: control characters, line
/// separators, what Unicode calls default-ignorable (direction overrides, zero-width characters,
/// fillers, variation selectors, tags), annotation marks, the Braille blank, and noncharacters,
/// which XML cannot hold.
///
/// Unicode 16.0, `DerivedCoreProperties.txt`, `Default_Ignorable_Code_Point`.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let code = u32::from(c);
    let in_table = HIDDEN
        .binary_search_by(|&(first, last)| {
            if last < code {
                std::cmp::Ordering::Less
            } else if first > code {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        })
        .is_ok();
    // The last two code points of every plane are noncharacters.
    in_table || code & 0xfffe == 0xfffe
}

/// The ranges of [`is_hidden`] above ASCII, in order: the first and last code point of each.
const HIDDEN: &[(u32, u32)] = &[
    (0x80, 0x9f),       // C1 controls
    (0xad, 0xad),       // soft hyphen
    (0x034f, 0x034f),   // combining grapheme joiner
    (0x061c, 0x061c),   // Arabic letter mark
    (0x115f, 0x1160),   // Hangul fillers
    (0x17b4, 0x17b5),   // Khmer inherent vowels
    (0x180b, 0x180f),   // Mongolian variation selectors
    (0x200b, 0x200f),   // zero-width characters, direction marks
    (0x2028, 0x202e),   // line and paragraph separators, direction overrides
    (0x2060, 0x206f),   // word joiner, invisible operators, direction isolates
    (0x2800, 0x2800),   // Braille blank
    (0x3164, 0x3164),   // Hangul filler
    (0xfdd0, 0xfdef),   // noncharacters
    (0xfe00, 0xfe0f),   // variation selectors
    (0xfeff, 0xfeff),   // byte order mark
    (0xffa0, 0xffa0),   // half-width Hangul filler
    (0xfff0, 0xfffb),   // unassigned ignorables, annotation marks
    (0x1bca0, 0x1bca3), // shorthand format controls
    (0x1d173, 0x1d17a), // musical format controls
    (0xe0000, 0xe0fff), // tags, variation selectors
];

/// A text on one line, without anything that could move the cursor, hide text or change its
/// direction: line breaks and tabs become spaces, and other hidden characters become U+FFFD.
#[must_use]
pub fn one_line(text: &str) -> String {
    let shown = |c| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_hidden(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// The name that people know an account by: `123456789012 (payments-prod)`, or only its id if it
/// has no name.
#[must_use]
pub fn account_name(id: AccountId, name: Option<&str>) -> String {
    name.map_or_else(|| id.to_string(), |name| format!("{id} ({})", one_line(name)))
}

/// `1,234,567`
#[must_use]
pub fn with_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 role`, `2 roles`
#[must_use]
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", with_thousands(number))
}

/// A duration in its two largest units: `4 s`, `12 min 5 s`, `3 h`, `90 d 3 h`.
#[must_use]
pub fn duration(seconds: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)];
    let mut rest = seconds;
    let mut parts = UNITS.into_iter().map(|(unit, length)| {
        let number = rest / length;
        rest %= length;
        (number, unit)
    });
    let Some((number, unit)) = parts.find(|(number, _)| *number > 0) else { return "0 s".to_owned() };
    let first = format!("{} {unit}", with_thousands(number));
    match parts.next() {
        Some((number @ 1.., unit)) => format!("{first} {number} {unit}"),
        _ => first,
    }
}

/// The first `shown` items of a list of `total`, and how many more there are: `a, b and 3 more`.
#[must_use]
pub fn first_few(items: impl IntoIterator<Item = impl Display>, shown: usize, total: usize) -> String {
    let mut text = String::new();
    for (at, item) in items.into_iter().take(shown).enumerate() {
        // Writing to a string does not fail.
        let _ = write!(text, "{}{item}", if at == 0 { "" } else { ", " });
    }
    if total > shown {
        let _ = write!(text, " and {} more", with_thousands((total - shown) as u64));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_cannot_move_the_cursor() {
        assert_eq!(one_line("a\x1b[2Jb\nc\u{202e}d\t"), "a\u{fffd}[2Jb c\u{fffd}d ");
        let id = "000000000123".parse().unwrap();
        assert_eq!(account_name(id, Some("a\rb")), "000000000123 (a b)");
        assert_eq!(account_name(id, None), "000000000123");
    }

    #[test]
    fn numbers_have_thousands_separators() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(with_thousands(number), text);
        }
        assert_eq!(count(1, "role"), "1 role");
        assert_eq!(count(1000, "role"), "1,000 roles");
    }

    #[test]
    fn durations_are_told_in_their_two_largest_units() {
        for (seconds, text) in [
            (0, "0 s"),
            (5, "5 s"),
            (125, "2 min 5 s"),
            (3600, "1 h"),
            (7261, "2 h 1 min"),
            (90 * 86_400, "90 d"),
            (90 * 86_400 + 3 * 3600 + 59, "90 d 3 h"),
            (90 * 86_400 + 59 * 60, "90 d"),
            (1234 * 86_400, "1,234 d"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn long_lists_end_with_the_number_of_what_is_not_shown() {
        assert_eq!(first_few(["a", "b"], 2, 2), "a, b");
        assert_eq!(first_few(["a", "b", "c"], 2, 3), "a, b and 1 more");
        assert_eq!(first_few(["a", "b"], 2, 5002), "a, b and 5,000 more");
    }

    #[test]
    fn the_table_is_sorted_and_without_overlap() {
        for pair in HIDDEN.windows(2) {
            assert!(pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0, "{pair:x?}");
        }
    }

    #[test]
    fn letters_marks_and_emoji_show_and_controls_do_not() {
        for c in ['a', '~', ' ', 'é', 'ß', 'Ж', '中', 'あ', '\u{0301}', '🚀', '\u{a0}', '\u{3000}'] {
            assert!(!is_hidden(c), "{c:?}");
        }
        for c in [
            '\0',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{2029}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{ffff}',
            '\u{1fffe}',
            '\u{e0041}',
            '\u{10ffff}',
        ] {
            assert!(is_hidden(c), "{c:?}");
        }
    }
}
