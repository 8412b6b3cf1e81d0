//! The types of settings and of the fields of repeated tables: how each is read, and how TOML
//! writes it.

pub(crate) mod checks;
pub(crate) mod duration;
mod list;
pub(crate) mod types;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;

use crate::errors::Fault;
use crate::text::quote::quote;
use crate::value::checks::Check;

/// The form of a value, without the rules for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A text that is never shown.
    Secret,
    /// A path.
    Path,
    /// True or false.
    Switch,
    /// A whole number.
    Count,
    /// A number above zero.
    Rate,
    /// A duration in whole seconds.
    Duration,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A date or a time.
    Instant,
    /// A list of texts.
    List,
}

/// Which of its type's values one setting or field accepts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Returns the normal spelling of a text, or what is wrong with it.
    pub(crate) check: Check,
    /// The smallest and the largest number, or number of seconds.
    pub(crate) within: (i64, i64),
    /// Whether one text counts as a list of one, and an empty list as a mistake.
    pub(crate) one_or_more: bool,
}

impl Rules {
    /// Accepts every text that is not blank, and every number that is not negative.
    pub(crate) const ANY: Self = Self { check: checks::text, within: (0, i64::MAX), one_or_more: false };
}

/// Faults in a configuration file, each with its bytes.
pub(crate) type FaultsInFile = Vec<(Range<usize>, Fault)>;

/// A type that a setting or a field may have.
pub(crate) trait Value: Sized {
    /// The form of its values.
    const SHAPE: Shape;

    /// Whether a field of this type must be there.
    const REQUIRED: bool = true;

    /// Reads a text.
    fn parse(text: &str, rules: &Rules) -> Result<Self, Fault>;

    /// The value as TOML, on one line; `None` if nothing is set.
    fn toml(&self) -> Option<String>;

    /// The value if nothing is set, if the type has one.
    fn unset() -> Option<Self> {
        None
    }

    /// Reads a flag or a variable. Only a path may be something other than UTF-8.
    fn parse_os(text: &OsStr, rules: &Rules) -> Result<Self, Fault> {
        Self::parse(text.to_str().ok_or_else(|| Fault::new("the value is not UTF-8"))?, rules)
    }

    /// Reads the values of a flag or of a variable. Only lists use more than the last one.
    fn typed(values: &[OsString], rules: &Rules) -> Result<Self, Vec<Fault>> {
        let last = values.last().map(OsString::as_os_str).unwrap_or_default();
        Self::parse_os(last, rules).map_err(|fault| vec![fault])
    }

    /// Reads a value of a configuration file.
    fn read(value: &Spanned<DeValue<'_>>, rules: &Rules) -> Result<Self, FaultsInFile> {
        let result = match scalar(Self::SHAPE, value.get_ref()) {
            Some(text) if text.trim().is_empty() => Err(Fault::new("the text is empty")),
            Some(text) => Self::parse(&text, rules),
            None => Err(wrong_type(Self::SHAPE, rules, value.get_ref())),
        };
        result.map_err(|fault| vec![(value.span(), fault)])
    }

    /// Makes a path in a file relative to that file's folder.
    fn below(self, _folder: &Path) -> Self {
        self
    }
}

/// The text of a value, if its TOML type matches the shape.
pub(crate) fn scalar<'a>(shape: Shape, value: &'a DeValue<'_>) -> Option<Cow<'a, str>> {
    Some(match (shape, value) {
        (Shape::Switch, DeValue::Boolean(on)) => Cow::from(on.to_string()),
        (Shape::Count | Shape::Rate, DeValue::Integer(number)) if number.radix() == 10 => {
            Cow::from(number.as_str())
        }
        (Shape::Rate, DeValue::Float(number)) => Cow::from(number.as_str()),
        (Shape::Instant, DeValue::Datetime(time)) => Cow::from(time.to_string()),
        (Shape::Switch | Shape::Count | Shape::Rate | Shape::List, _) => return None,
        (_, DeValue::String(text)) => Cow::from(&**text),
        _ => return None,
    })
}

fn wrong_type(shape: Shape, rules: &Rules, found: &DeValue<'_>) -> Fault {
    let (expected, example) = match (shape, found) {
        (Shape::Switch, _) => ("true or false", "true".to_owned()),
        (Shape::Count, _) => {
            let (min, max) = rules.within;
            ("a whole number", format!("a number from {min} to {max}, without quotes"))
        }
        (Shape::Rate, _) => ("a number", "it without quotes, such as 5.0".to_owned()),
        (Shape::List, DeValue::String(text)) => ("a list of texts", format!("[{}]", quote(text))),
        (Shape::List, _) => ("a list of texts", "[\"…\"]".to_owned()),
        (Shape::Duration, DeValue::Integer(number)) => ("a text", format!("\"{number}d\" for days")),
        (Shape::Duration, _) => ("a text", "\"90d\"".to_owned()),
        (Shape::Choice(words), _) => ("a text", format!("\"{}\"", words[0])),
        (_, DeValue::Integer(number)) => ("a text", format!("it in quotes: \"{number}\"")),
        _ => ("a text", "it in quotes: \"…\"".to_owned()),
    };
    Fault::new(format!("expected {expected}, found {}", type_name(found))).hint(format!("write {example}"))
}

/// `a, b or c`
pub(crate) fn either(words: &[&str]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// A TOML type in words.
pub(crate) fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
