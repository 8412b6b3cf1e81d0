//! Characters that do not show.

/// Whether a character does not show, or changes how its neighbours show: control characters, line separators, what Unicode calls
/// default-ignorable (direction overrides, zero-width characters, fillers, variation selectors, tags), annotation marks,
/// the Braille blank, and noncharacters, which XML cannot hold.
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
    // The last two of every plane are noncharacters.
    in_table || code & 0xfffe == 0xfffe
}

/// The ranges of [`is_hidden`] above ASCII, first and last of each, in order.
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

#[cfg(test)]
mod tests {
    use super::*;

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
