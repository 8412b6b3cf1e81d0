//! The types of settings and of the fields of repeated tables: how each is read, and how TOML
//! writes it.

pub(crate) mod checks;
pub(crate) mod duration;
mod list;
pub(crate) mod shape;
pub(crate) mod types;
pub(crate) mod wrong_type;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::path::Path;

use rolesweep_model::suggest::nearest;
use toml::Spanned;
use toml::de::DeValue;

use crate::errors::Fault;
use crate::value::checks::Check;
use crate::value::shape::either;
use crate::value::wrong_type::wrong_type;

pub use crate::value::shape::Shape;

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
        Self::parse(text.to_str().ok_or_else(not_utf8)?, rules)
    }

    /// Reads the values of a flag or of a variable. Only lists use more than the last one.
    fn typed(values: &[OsString], rules: &Rules) -> Result<Self, Vec<Fault>> {
        let last = values.last().map(OsString::as_os_str).unwrap_or_default();
        Self::parse_os(last, rules).map_err(|fault| vec![fault])
    }

    /// Reads a value of a configuration file.
    fn read(value: &Spanned<DeValue<'_>>, rules: &Rules) -> Result<Self, FaultsInFile> {
        let result = match scalar(Self::SHAPE, value.get_ref()) {
            Some(text) if text.trim().is_empty() => Err(checks::empty_text()),
            Some(text) => Self::parse(&text, rules),
            None => Err(wrong_type(Self::SHAPE, rules.within, value.get_ref(), |text| {
                as_toml::<Self>(text, rules)
            })),
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

fn not_utf8() -> Fault {
    Fault::new("the value is not UTF-8", "write it in UTF-8")
}

/// What is wrong with a text that should be one of these words.
pub(crate) fn not_a_choice(text: &str, words: &[&str]) -> Fault {
    // Whoever follows a suggestion must not turn a check off by it.
    let help = match nearest(text, words.iter().copied()).filter(|near| *near != "never") {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write {}", either(words)),
    };
    Fault::new(format!("`{text}` is not one of the choices"), help)
}

/// What TOML writes for a text, if the type accepts it.
fn as_toml<T: Value>(text: String, rules: &Rules) -> Result<Option<String>, Vec<Fault>> {
    T::typed(&[text.into()], rules).map(|value| value.toml())
}
