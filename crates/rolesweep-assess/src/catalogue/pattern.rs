//! Patterns of actions, as policies write them, against the table of actions.

use std::ops::Range;

use super::table::{self, Entry};

/// The longest pattern, without its stars, that can match a name: each of its characters is a bit.
/// Names are shorter; a test asserts it.
const LONGEST: usize = 127;

/// A pattern that has been read. Matching a name takes one step for each of its characters, whatever
/// the pattern is.
pub(super) struct Pattern {
    /// The characters before the first wildcard, in lower case.
    prefix: Vec<u8>,
    /// Whether nothing but a star follows the prefix.
    is_prefix: bool,
    /// For each ASCII character, the places in the pattern where it may stand.
    places: Box<[u128; 128]>,
    /// The places before which a star stands.
    stars: u128,
    /// The place after the last character.
    end: u128,
}

impl Pattern {
    /// `None` if no name can match.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let mut places = Box::new([0; 128]);
        let mut stars = 0;
        let mut prefix = Vec::new();
        let mut length = 0;
        for byte in pattern.bytes().map(|byte| byte.to_ascii_lowercase()) {
            if byte == b'*' {
                stars |= 1 << length;
                continue;
            }
            if length == LONGEST {
                return None;
            }
            if byte == b'?' {
                places.iter_mut().for_each(|place| *place |= 1 << length);
            } else {
                // Names are ASCII.
                *places.get_mut(usize::from(byte))? |= 1 << length;
                if stars == 0 && prefix.len() == length {
                    prefix.push(byte);
                }
            }
            length += 1;
        }
        let end = 1 << length;
        Some(Self { is_prefix: prefix.len() == length && stars == end, prefix, places, stars, end })
    }

    /// The entries that begin as the pattern does.
    pub(super) fn range(&self) -> Range<usize> {
        let entries = table::entries();
        let begin = entries.partition_point(|entry| entry.lower().lt(self.prefix.iter().copied()));
        let length = entries[begin..]
            .partition_point(|entry| entry.lower().take(self.prefix.len()).eq(self.prefix.iter().copied()));
        begin..begin + length
    }

    /// Whether every entry in [`Pattern::range`] matches.
    pub(super) fn is_prefix(&self) -> bool {
        self.is_prefix
    }

    pub(super) fn is_match(&self, entry: &Entry) -> bool {
        // Each bit is a place in the pattern up to which the name has matched so far.
        let mut reached = 1;
        for byte in entry.lower() {
            let stays = reached & self.stars;
            let place = self.places.get(usize::from(byte)).copied().unwrap_or(0);
            reached = ((reached & place) << 1) | stays;
            if reached == 0 {
                return false;
            }
        }
        reached & self.end != 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The plain definition, to compare with. Slow.
    fn plain(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => plain(rest, name) || (!name.is_empty() && plain(pattern, &name[1..])),
            ([b'?', rest @ ..], [_, name @ ..]) => plain(rest, name),
            ([a, rest @ ..], [b, name @ ..]) => a.eq_ignore_ascii_case(b) && plain(rest, name),
            _ => false,
        }
    }

    #[test]
    fn no_name_is_longer_than_a_pattern_can_be() {
        let longest = table::entries().iter().map(|entry| entry.lower().count()).max();
        assert!(longest.is_some_and(|longest| longest <= LONGEST), "{longest:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// A pattern is made from a name: some characters become wildcards, or change case.
        #[test]
        fn a_pattern_matches_the_names_that_the_plain_definition_matches(
            index in 0..table::entries().len(),
            changes in proptest::collection::vec((0..100_usize, 0..4_u8), 0..6),
        ) {
            let mut text: Vec<u8> = table::entries()[index].lower().collect();
            for (at, change) in changes {
                let at = at % text.len();
                match change {
                    0 => text[at] = b'*',
                    1 => text[at] = b'?',
                    2 => text[at] = text[at].to_ascii_uppercase(),
                    _ => { text.drain(at..); text.push(b'*'); }
                }
            }
            let pattern = Pattern::new(std::str::from_utf8(&text).unwrap()).unwrap();
            let range = pattern.range();
            for (at, entry) in table::entries().iter().enumerate() {
                let name: Vec<u8> = entry.lower().collect();
                let expected = plain(&text, &name);
                let is_match = range.contains(&at) && pattern.is_match(entry);
                prop_assert_eq!(is_match, expected, "{:?} {:?}", text.escape_ascii(), name.escape_ascii());
                prop_assert!(!pattern.is_prefix() || expected == range.contains(&at));
            }
        }
    }
}
