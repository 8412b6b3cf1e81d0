//! Patterns with `*` and `?`, matched in one pass over the text.
//!
//! Whoever may write a policy chooses its patterns. Therefore nothing here goes back: the parts
//! between the stars are found one after the other, each at its first place.

/// Stands for a `*` in a pattern.
const ANY: char = '\u{10FFFC}';
/// Stands for a `?` in a pattern.
const ONE: char = '\u{10FFFD}';
/// Stands for a `?` in a text that is a pattern itself: one unknown character.
pub(crate) const UNKNOWN_ONE: char = '\u{10FFFE}';
/// Stands for a `*` in a text that is a pattern itself: any number of unknown characters.
pub(crate) const UNKNOWN_RUN: char = '\u{10FFFF}';

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// This text, whatever characters it has.
    Literal(String),
    /// Any one character: `?`.
    One,
    /// Any text: `*`.
    Any,
}

impl Token {
    /// A text, if it is not empty.
    pub(crate) fn literal(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::Literal(text.to_owned()))
    }

    /// About how many bytes it takes in a pattern.
    fn length(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::One | Self::Any => ANY.len_utf8(),
        }
    }
}

/// The tokens of a text in which `*` and `?` are wildcards and everything else is literal.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'*' | b'?')) {
        tokens.extend(Token::literal(&rest[..at]));
        tokens.push(if rest.as_bytes()[at] == b'*' { Token::Any } else { Token::One });
        rest = &rest[at + 1..];
    }
    tokens.extend(Token::literal(rest));
    tokens
}

/// A pattern, ready to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Only stars.
    Everything,
    /// No wildcard at all.
    Exactly(Box<str>),
    /// A text and a star.
    Begins(Box<str>),
    /// Wildcards at other places, as [`ANY`] and [`ONE`].
    Mixed(Box<str>),
}

impl Pattern {
    /// The pattern of a text. Case matters.
    pub(crate) fn new(text: &str) -> Self {
        Self::from_tokens(&tokens(text))
    }

    pub(crate) fn from_tokens(tokens: &[Token]) -> Self {
        let stars = tokens.iter().rev().take_while(|token| **token == Token::Any).count();
        let before = &tokens[..tokens.len() - stars];
        let is_mixed = before.iter().any(|token| !matches!(token, Token::Literal(_)));
        let mut text = String::with_capacity(before.iter().map(Token::length).sum());
        for token in if is_mixed { tokens } else { before } {
            match token {
                Token::Literal(literal) if literal.is_ascii() => text.push_str(literal),
                Token::Literal(literal) => text.extend(literal.chars().map(plain)),
                Token::One => text.push(ONE),
                // One star after another adds nothing.
                Token::Any if text.ends_with(ANY) => {}
                Token::Any => text.push(ANY),
            }
        }
        match stars {
            _ if is_mixed => Self::Mixed(text.into()),
            0 => Self::Exactly(text.into()),
            _ if text.is_empty() => Self::Everything,
            _ => Self::Begins(text.into()),
        }
    }

    /// Whether the pattern matches a text. In a text that is a pattern itself, the unknown
    /// characters are matched only by what matches all of them.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Exactly(whole) => **whole == *text,
            Self::Begins(prefix) => text.starts_with(&**prefix),
            Self::Mixed(pattern) => {
                let mut parts = pattern.split(ANY);
                let Some(mut rest) = parts.next().and_then(|first| strip(first, text)) else { return false };
                let Some(last) = parts.next_back() else { return rest.is_empty() };
                for part in parts {
                    let Some(end) = first_end(part, rest) else { return false };
                    rest = &rest[end..];
                }
                is_at_end(last, rest)
            }
        }
    }

    /// The pattern as a text with unknown characters.
    pub(crate) fn as_text(&self) -> String {
        match self {
            Self::Everything => UNKNOWN_RUN.to_string(),
            Self::Exactly(text) => text.to_string(),
            Self::Begins(prefix) => format!("{prefix}{UNKNOWN_RUN}"),
            Self::Mixed(pattern) => {
                pattern.replace(ANY, &UNKNOWN_RUN.to_string()).replace(ONE, &UNKNOWN_ONE.to_string())
            }
        }
    }

    /// Whether it ends with `*`.
    pub(crate) fn ends_with_star(&self) -> bool {
        match self {
            Self::Everything | Self::Begins(_) => true,
            Self::Exactly(_) => false,
            Self::Mixed(pattern) => pattern.ends_with(ANY),
        }
    }

    /// Whether some text could match both the pattern and a text that is a pattern itself. Compares
    /// only their beginnings and ends, so it may say yes where the truth is no.
    pub(crate) fn may_meet(&self, text: &str) -> bool {
        let (first, last): (&str, &str) = match self {
            Self::Everything => return true,
            Self::Exactly(whole) => (whole, whole),
            Self::Begins(prefix) => (prefix, ""),
            Self::Mixed(pattern) => {
                let ends = pattern.split_once(ANY).zip(pattern.rsplit_once(ANY));
                ends.map_or((pattern, pattern), |((first, _), (_, last))| (first, last))
            }
        };
        let agree = |(ours, theirs): (char, char)| ours == ONE || theirs == UNKNOWN_ONE || ours == theirs;
        let fixed = |c: &char| *c != UNKNOWN_RUN;
        first.chars().zip(text.chars().take_while(fixed)).all(agree)
            && last.chars().rev().zip(text.chars().rev().take_while(fixed)).all(agree)
            && (text.contains(UNKNOWN_RUN) || text.chars().count() >= self.shortest())
    }

    /// The length of the shortest text that it matches, in characters.
    pub(crate) fn shortest(&self) -> usize {
        match self {
            Self::Everything => 0,
            Self::Exactly(text) | Self::Begins(text) => text.chars().count(),
            Self::Mixed(pattern) => pattern.chars().filter(|c| *c != ANY).count(),
        }
    }
}

/// Characters that have a meaning in this file cannot be in a policy, because IAM accepts only the
/// characters up to U+00FF.
fn plain(c: char) -> char {
    if c >= ANY { char::REPLACEMENT_CHARACTER } else { c }
}

/// How long a part with `?` may be, in characters, to be tried at every place of a text.
const SHORT: usize = 32;

/// What follows a part without stars at the beginning of a text.
fn strip<'t>(part: &str, text: &'t str) -> Option<&'t str> {
    if !part.contains(ONE) {
        return text.strip_prefix(part);
    }
    let mut rest = text.chars();
    part.chars().all(|ours| rest.next().is_some_and(|theirs| same(ours, theirs))).then_some(rest.as_str())
}

fn is_at_end(part: &str, text: &str) -> bool {
    if !part.contains(ONE) {
        return text.ends_with(part);
    }
    let mut rest = text.chars().rev();
    part.chars().rev().all(|ours| rest.next().is_some_and(|theirs| same(ours, theirs)))
}

/// Where the first occurrence of a part in a text ends.
fn first_end(part: &str, text: &str) -> Option<usize> {
    if !part.contains(ONE) {
        return text.find(part).map(|at| at + part.len());
    }
    if part.chars().nth(SHORT).is_some() {
        return Search::new(part).first_end(text);
    }
    text.char_indices().find_map(|(at, _)| Some(text.len() - strip(part, &text[at..])?.len()))
}

fn same(ours: char, theirs: char) -> bool {
    ours == theirs || (ours == ONE && theirs != UNKNOWN_RUN)
}

/// Finds a long part with `?` in one pass: bit `n` of the state is set if its first `n + 1` characters
/// match the text read last (the Shift-And algorithm).
#[derive(Debug, Clone)]
struct Search {
    length: usize,
    /// The places of `?`, where every character matches.
    any: Box<[u64]>,
    /// The places where a character matches, by character, in order.
    places: Box<[(char, Box<[u64]>)]>,
}

impl Search {
    fn new(part: &str) -> Self {
        let length = part.chars().count();
        let words = length.div_ceil(64);
        let mut any = vec![0u64; words];
        let mut places: std::collections::BTreeMap<char, Vec<u64>> = std::collections::BTreeMap::new();
        for (at, c) in part.chars().enumerate() {
            let word = if c == ONE { &mut any } else { places.entry(c).or_insert_with(|| vec![0; words]) };
            word[at / 64] |= 1 << (at % 64);
        }
        for mask in places.values_mut() {
            mask.iter_mut().zip(&any).for_each(|(word, any)| *word |= any);
        }
        let places = places.into_iter().map(|(c, mask)| (c, mask.into())).collect();
        Self { length, any: any.into(), places }
    }

    fn first_end(&self, text: &str) -> Option<usize> {
        let mut state = vec![0u64; self.any.len()];
        let (word, bit) = ((self.length - 1) / 64, (self.length - 1) % 64);
        for (at, c) in text.char_indices() {
            if c == UNKNOWN_RUN {
                state.fill(0);
                continue;
            }
            let place = self.places.binary_search_by_key(&c, |(place, _)| *place);
            let mask = place.map_or(&self.any, |index| &self.places[index].1);
            let mut carry = 1;
            for (word, mask) in state.iter_mut().zip(mask) {
                let out = *word >> 63;
                *word = ((*word << 1) | carry) & mask;
                carry = out;
            }
            if state[word] >> bit & 1 == 1 {
                return Some(at + c.len_utf8());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, in the slow way.
    fn defined(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, _) => text.is_empty(),
            (Some(('*', rest)), _) => (0..=text.len()).any(|taken| defined(rest, &text[taken..])),
            (Some(('?', rest)), Some((_, after))) => defined(rest, after),
            (Some((c, rest)), Some((d, after))) => c == d && defined(rest, after),
            (Some(_), None) => false,
        }
    }

    #[test]
    fn patterns_match_what_they_say() {
        for (pattern, text, is_match) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("***", "a:b/c", true),
            ("?", "", false),
            ("?", "é", true),
            ("a*", "a", true),
            ("*a", "xa", true),
            ("a*a", "a", false),
            ("a?c*f", "abcdef", true),
            ("*b?d*", "abcdef", true),
            ("*?", "", false),
            ("role/*/x", "role/a/b/x", true),
            ("role/*/x", "role/x", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), is_match, "{pattern} {text}");
        }
    }

    #[test]
    fn a_text_that_is_a_pattern_is_matched_only_by_what_matches_all_of_it() {
        let all = |text: &str| text.replace('*', "\u{10FFFF}").replace('?', "\u{10FFFE}");
        for (pattern, text, covers, meets) in [
            ("role/*", "role/a*", true, true),
            ("role/a*", "role/*", false, true),
            ("role/a", "role/?", false, true),
            ("role/?", "role/?", true, true),
            ("role/?", "role/*", false, true),
            ("*?b*", "a?b", true, true),
            ("*?b*", "*b", false, true),
            ("role/b*", "role/a*", false, false),
            ("*-b", "*-a", false, false),
            ("role/abc", "role/?", false, false),
            ("*", "*", true, true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(&all(text)), covers, "{pattern} covers {text}");
            assert_eq!(Pattern::new(pattern).may_meet(&all(text)), meets, "{pattern} meets {text}");
        }
    }

    #[test]
    fn a_policy_cannot_contain_the_characters_that_have_a_meaning_here() {
        assert!(!Pattern::new("\u{10FFFD}").matches("a"));
        assert!(!Pattern::new("\u{10FFFC}").matches("a"));
        assert!(!Pattern::new("a\u{10FFFF}").matches("a\u{10FFFF}"));
    }

    proptest! {
        #[test]
        fn every_pattern_matches_by_the_definition(pattern in "[ab?*]{0,12}", text in "[ab]{0,12}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), defined(&chars(&pattern), &chars(&text)));
        }

        #[test]
        fn long_parts_match_by_the_definition(length in 60..140usize, at in 0..60usize, wrong: bool) {
            let mut part = vec!['a'; length];
            part[at] = '?';
            let pattern: String = ['*'].into_iter().chain(part.iter().copied()).chain("b*".chars()).collect();
            let text = "a".repeat(length + 7 - usize::from(wrong) * 8) + "bx";
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), !wrong);
        }

        #[test]
        fn what_covers_a_pattern_matches_all_that_it_matches(
            wide in "[ab?*]{0,6}", narrow in "[ab?*]{0,6}", text in "[ab]{0,8}",
        ) {
            let as_text = narrow.replace('*', "\u{10FFFF}").replace('?', "\u{10FFFE}");
            let (wide, narrow) = (Pattern::new(&wide), Pattern::new(&narrow));
            prop_assert_eq!(narrow.as_text().replace("\u{10FFFF}\u{10FFFF}", "\u{10FFFF}"), narrow.as_text());
            if narrow.matches(&text) {
                prop_assert!(!wide.matches(&as_text) || wide.matches(&text));
                prop_assert!(!wide.matches(&text) || wide.may_meet(&as_text));
            }
        }
    }
}
