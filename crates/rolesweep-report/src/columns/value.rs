//! The value of a cell, and how it is written.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

use crate::text::{self, needs_quotes};

/// What kind of value a column holds. It decides how cells are written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An identifier, never altered, which can join tables.
    Id,
    /// Text that somebody outside chose, neutralised.
    Text,
    /// A whole number, not negative.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An instant in UTC, RFC 3339.
    Timestamp,
    /// One of a fixed list of words.
    Word,
    /// Items in order, each neutralised.
    List,
}

impl Kind {
    /// The word for the documentation.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
            Self::Word => "word",
            Self::List => "list",
        }
    }
}

/// The value in one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// No value: an empty cell in a column of any kind.
    Empty,
    /// An identifier.
    Id(&'a str),
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(u64),
    /// A truth value.
    Boolean(bool),
    /// An instant.
    Timestamp(Timestamp),
    /// A word of a fixed list.
    Word(&'static str),
    /// Items; [`Value::list`] puts them in order.
    List(Vec<&'a str>),
    /// Items whose order means something.
    Ranked(Vec<Cow<'a, str>>),
    /// Keys with values: a list of `key=value`; [`Value::pairs`] puts them in order.
    Pairs(Vec<(&'a str, &'a str)>),
}

impl<'a> Value<'a> {
    /// Text that is borrowed.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A list, sorted, because AWS does not promise an order.
    pub fn list(items: impl IntoIterator<Item = &'a str>) -> Self {
        let mut items: Vec<&str> = items.into_iter().collect();
        items.sort_unstable();
        Self::List(items)
    }

    /// A list of keys with values, sorted.
    pub fn pairs(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        Self::Pairs(pairs)
    }

    /// `value` of the option's content, or no value.
    pub fn of<T>(option: Option<T>, value: impl FnOnce(T) -> Self) -> Self {
        option.map_or(Self::Empty, value)
    }

    /// The kind of column that it belongs in; `None` for no value, which every column may have.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Empty => None,
            Self::Id(_) => Some(Kind::Id),
            Self::Text(_) => Some(Kind::Text),
            Self::Integer(_) => Some(Kind::Integer),
            Self::Boolean(_) => Some(Kind::Boolean),
            Self::Timestamp(_) => Some(Kind::Timestamp),
            Self::Word(_) => Some(Kind::Word),
            Self::List(_) | Self::Ranked(_) | Self::Pairs(_) => Some(Kind::List),
        }
    }

    /// Appends the text of the cell before the quoting of CSV. Text that others chose is
    /// neutralised.
    pub fn push_cell(&self, cell: &mut String) {
        let mut bytes = Vec::new();
        self.push(&mut bytes);
        cell.push_str(&String::from_utf8_lossy(&bytes));
    }

    /// Appends the text of the cell, in UTF-8, and says whether CSV has to quote it.
    pub(crate) fn push(&self, cell: &mut Vec<u8>) -> bool {
        match self {
            Self::Empty => {}
            Self::Id(id) => {
                cell.extend_from_slice(id.as_bytes());
                return needs_quotes(id);
            }
            Self::Text(text) => return text::push_text(text, cell),
            Self::Integer(number) => cell.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
            Self::Boolean(true) => cell.extend_from_slice(b"true"),
            Self::Boolean(false) => cell.extend_from_slice(b"false"),
            // Without a fraction if there is none, because AWS gives whole seconds.
            Self::Timestamp(at) => {
                // Writing to memory does not fail.
                let _ = DateTimePrinter::new().print_timestamp(at, &mut *cell);
            }
            Self::Word(word) => {
                debug_assert!(!needs_quotes(word), "fixed words need no quotes");
                cell.extend_from_slice(word.as_bytes());
            }
            Self::List(items) => return text::push_list(items.iter().copied(), cell),
            Self::Ranked(items) => return text::push_list(items.iter().map(|item| &**item), cell),
            Self::Pairs(pairs) => return text::push_pairs(pairs.iter().copied(), cell),
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: &Value<'_>) -> String {
        let mut cell = String::new();
        value.push_cell(&mut cell);
        cell
    }

    #[test]
    fn values_have_one_spelling() {
        for (value, expected) in [
            (Value::Empty, ""),
            (Value::Id("000000000123"), "000000000123"),
            (Value::text("=1"), "'=1"),
            (Value::Integer(400), "400"),
            (Value::Boolean(true), "true"),
            (Value::Word("none_recorded"), "none_recorded"),
            (Value::list(["b", "a"]), "a; b"),
            (Value::list([]), ""),
            (Value::Ranked(vec!["b".into(), "a;b".into()]), "b; a\\u{3b}b"),
            (Value::pairs([("k", "2"), ("a", "1")]), "a=1; k=2"),
        ] {
            assert_eq!(cell(&value), expected);
        }
    }

    #[test]
    fn instants_show_a_fraction_only_if_there_is_one() {
        for text in ["2026-11-22T10:20:30Z", "2026-11-22T10:20:30.5Z", "2026-11-22T00:00:00Z"] {
            assert_eq!(cell(&Value::Timestamp(text.parse().unwrap())), text);
        }
    }
}
