//! The kinds of values that settings have, and how each is read from a text and from TOML.

use std::ffi::OsStr;
use std::fmt;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use rolesweep_model::AccountId;
use toml::Spanned;
use toml::de::DeValue;

use crate::errors::Fault;
use crate::settings::checks::{self, Check, OuSelector};
use crate::settings::duration;
use crate::settings::list::split;

/// What a setting's value is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text that a check lets through; the second is what help calls it.
    Text(Check, &'static str),
    /// A text that a check lets through and that nobody gets to see.
    Secret(Check),
    /// A path; with `dash`, `-` means the standard stream and is none.
    Path {
        /// Whether `-` is special.
        dash: bool,
    },
    /// True or false.
    Switch,
    /// A whole number.
    Count {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// A number above zero.
    Rate,
    /// A duration in seconds.
    Duration {
        /// The shortest, in seconds.
        min: i64,
        /// The longest, in seconds.
        max: i64,
    },
    /// A duration to compare the age of a use with.
    Threshold,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Account ids.
    Accounts,
    /// OUs, by id or path.
    Ous,
    /// A point in time.
    Instant,
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself: for the call to AWS that needs it, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"…\"")
    }
}

/// A setting's value, checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A text that is never shown.
    Secret(Secret),
    /// A path.
    Path(PathBuf),
    /// True or false.
    Switch(bool),
    /// A whole number.
    Count(u64),
    /// A number above zero.
    Rate(f64),
    /// Seconds.
    Seconds(i64),
    /// A word of the kind's list.
    Choice(&'static str),
    /// Account ids.
    Accounts(Vec<AccountId>),
    /// OUs.
    Ous(Vec<OuSelector>),
    /// A point in time.
    Instant(Timestamp),
}

/// Reads a path. A shell puts the home folder in the place of `~`, but not in `--store=~/a.db`, nor in a file: taken by the letter there, it
/// would make a folder of that name.
fn path(path: &Path) -> Result<Value, Fault> {
    match path.components().next() {
        None => Err(Fault::new("the path is empty")),
        Some(Component::Normal(first)) if first.as_encoded_bytes().starts_with(b"~") => {
            Err(Fault::new(format!("`{}` is not the home folder here", first.display()))
                .hint("write the whole path, or `./` before it for a folder of that name"))
        }
        Some(_) => Ok(Value::Path(path.to_owned())),
    }
}

impl Kind {
    /// What help and documentation call a value of this kind.
    pub fn placeholder(&self) -> String {
        match self {
            Self::Text(_, name) => (*name).to_owned(),
            Self::Secret(_) => "text".to_owned(),
            Self::Path { .. } => "path".to_owned(),
            Self::Switch => "true or false".to_owned(),
            Self::Count { min, max } => format!("{min} to {max}"),
            Self::Rate => "number above 0".to_owned(),
            Self::Duration { min, max } => {
                format!("duration, {} to {}", duration::display(*min), duration::display(*max))
            }
            Self::Threshold => "duration, 0d to 400d".to_owned(),
            Self::Choice(words) => either(words),
            Self::Accounts => "list of account ids".to_owned(),
            Self::Ous => "list of OU ids or paths".to_owned(),
            Self::Instant => "date or time".to_owned(),
        }
    }

    /// Whether several values may be given.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Accounts | Self::Ous)
    }

    /// Reads a value from an environment variable or a flag.
    pub fn read_os(&self, text: &OsStr) -> Result<Value, Vec<Fault>> {
        // Paths alone may hold what is not UTF-8.
        if let Self::Path { .. } = self {
            return path(Path::new(text)).map_err(|fault| vec![fault]);
        }
        let Some(text) = text.to_str() else {
            return Err(vec![Fault::new("the value is not UTF-8")]);
        };
        if self.is_list() {
            self.read_items(&split(text))
        } else {
            self.read_text(text).map_err(|fault| vec![fault])
        }
    }

    /// Reads a list; naming something twice does no harm.
    pub fn read_items(&self, items: &[String]) -> Result<Value, Vec<Fault>> {
        if items.is_empty() {
            // Most likely a shell variable that is not set. Taken as "no selection", it would select everything.
            return Err(vec![Fault::new("the list names nothing").hint("leave it away to mean all of them")]);
        }
        let mut faults = Vec::new();
        let mut value = self.empty_list();
        for item in items {
            match value.push(item) {
                Ok(_) => {}
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(value) } else { Err(faults) }
    }

    /// Reads a single value.
    pub(crate) fn read_text(&self, text: &str) -> Result<Value, Fault> {
        match self {
            Self::Text(check, _) => check(text).map(|()| Value::Text(text.to_owned())),
            Self::Secret(check) => check(text).map(|()| Value::Secret(Secret(text.to_owned()))),
            Self::Path { .. } => {
                checks::not_blank(text)?;
                path(Path::new(text))
            }
            Self::Switch => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Ok(Value::Switch(true)),
                "false" | "0" | "no" | "off" => Ok(Value::Switch(false)),
                _ => Err(Fault::new(format!("`{text}` is neither true nor false"))),
            },
            Self::Count { min, max } => match text.parse::<u64>() {
                Ok(number) if (*min..=*max).contains(&number) => Ok(Value::Count(number)),
                Ok(_) => Err(Fault::new(format!("`{text}` is out of range"))
                    .hint(format!("write a whole number from {min} to {max}"))),
                Err(_) => Err(Fault::new(format!("`{text}` is not a whole number from {min} to {max}"))),
            },
            Self::Rate => match text.parse::<f64>() {
                Ok(number) if number.is_finite() && number > 0.0 => Ok(Value::Rate(number)),
                _ => Err(Fault::new(format!("`{text}` is not a number above 0"))),
            },
            Self::Duration { min, max } => {
                let seconds = duration::seconds(text)?;
                if (*min..=*max).contains(&seconds) {
                    return Ok(Value::Seconds(seconds));
                }
                let (min, max) = (duration::display(*min), duration::display(*max));
                Err(Fault::new(format!("`{text}` is out of range"))
                    .hint(format!("write a duration from {min} to {max}")))
            }
            Self::Threshold => duration::threshold_seconds(text).map(Value::Seconds),
            Self::Choice(words) => {
                words.iter().find(|word| **word == text).map(|word| Value::Choice(word)).ok_or_else(|| {
                    Fault::new(format!("`{text}` is not one of the choices"))
                        .hint(format!("write {}", either(words)))
                })
            }
            Self::Instant => checks::instant(text).map(Value::Instant),
            Self::Accounts | Self::Ous => {
                let mut value = self.empty_list();
                value.push(text).map(|_| value)
            }
        }
    }

    /// Reads a value from a configuration file; every fault comes with the bytes that it is about.
    pub fn read_toml(&self, value: &Spanned<DeValue<'_>>) -> Result<Value, Vec<(Range<usize>, Fault)>> {
        let span = value.span();
        let single = |text: &str| self.read_text(text).map_err(|fault| vec![(span.clone(), fault)]);
        match (self, value.get_ref()) {
            (Self::Switch, DeValue::Boolean(switch)) => Ok(Value::Switch(*switch)),
            (Self::Count { .. }, DeValue::Integer(number)) if number.radix() == 10 => single(number.as_str()),
            (Self::Rate, DeValue::Integer(number)) if number.radix() == 10 => single(number.as_str()),
            (Self::Rate, DeValue::Float(number)) => single(number.as_str()),
            (Self::Instant, DeValue::Datetime(time)) => single(&time.to_string()),
            (Self::Accounts | Self::Ous, DeValue::Array(items)) => self.read_array(items),
            (
                Self::Text(..)
                | Self::Secret(_)
                | Self::Path { .. }
                | Self::Duration { .. }
                | Self::Threshold
                | Self::Choice(_)
                | Self::Instant,
                DeValue::String(text),
            ) => single(text),
            (_, other) => Err(vec![(span, self.wrong_type(other))]),
        }
    }

    fn read_array(&self, items: &[Spanned<DeValue<'_>>]) -> Result<Value, Vec<(Range<usize>, Fault)>> {
        let mut faults = Vec::new();
        let mut value = self.empty_list();
        for item in items {
            let fault = match item.get_ref() {
                DeValue::String(text) => match value.push(text) {
                    Ok(true) => continue,
                    Ok(false) => Fault::new(format!("`{text}` is listed twice")),
                    Err(fault) => fault,
                },
                other => wrong_item(other),
            };
            faults.push((item.span(), fault));
        }
        if faults.is_empty() { Ok(value) } else { Err(faults) }
    }

    pub(crate) fn empty_list(&self) -> Value {
        if matches!(self, Self::Accounts) { Value::Accounts(Vec::new()) } else { Value::Ous(Vec::new()) }
    }

    fn wrong_type(&self, found: &DeValue<'_>) -> Fault {
        let (expected, example) = match self {
            Self::Switch => ("true or false", "true".to_owned()),
            Self::Count { min, max } => {
                ("a whole number", format!("a number from {min} to {max}, without quotes"))
            }
            Self::Rate => ("a number", "it without quotes, such as 5.0".to_owned()),
            Self::Accounts => ("a list of texts", "[\"123456789012\"]".to_owned()),
            Self::Ous => ("a list of texts", "[\"/Workloads/Prod\"]".to_owned()),
            Self::Duration { .. } | Self::Threshold => match found {
                DeValue::Integer(number) => ("a text", format!("\"{number}d\" for days")),
                _ => ("a text", "\"90d\"".to_owned()),
            },
            Self::Choice(words) => ("a text", format!("\"{}\"", words[0])),
            Self::Text(..) | Self::Secret(_) | Self::Path { .. } | Self::Instant => {
                ("a text", "\"…\", in quotes".to_owned())
            }
        };
        Fault::new(format!("expected {expected}, found {}", type_name(found)))
            .hint(format!("write {example}"))
    }
}

impl Value {
    /// Adds an item to a list and says whether it was new. What is no list takes none.
    fn push(&mut self, item: &str) -> Result<bool, Fault> {
        Ok(match self {
            Self::Accounts(list) => add(list, checks::account_id(item)?),
            Self::Ous(list) => add(list, checks::ou(item)?),
            _ => false,
        })
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) -> bool {
    let new = !list.contains(&item);
    if new {
        list.push(item);
    }
    new
}

/// `a, b or c`
fn either(words: &[&str]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// What is wrong with an item of a list of texts that is no text.
pub(crate) fn wrong_item(found: &DeValue<'_>) -> Fault {
    let fault = Fault::new(format!("expected a text, found {}", type_name(found)));
    match found {
        DeValue::Integer(number) => fault.hint(format!("put it in quotes: \"{number}\"")),
        _ => fault,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_list_is_told() {
        let items: Vec<String> = ["1", "123456789012", "x"].map(str::to_owned).into();
        assert_eq!(Kind::Accounts.read_items(&items).unwrap_err().len(), 2);
        let twice: Vec<String> = ["123456789012", "123456789012"].map(str::to_owned).into();
        let value = Kind::Accounts.read_items(&twice).unwrap();
        assert_eq!(value, Value::Accounts(vec!["123456789012".parse().unwrap()]));
    }

    #[test]
    fn texts_are_read_by_their_kind() {
        let read = |kind: Kind, text: &str| kind.read_os(OsStr::new(text)).ok();
        let count = Kind::Count { min: 1, max: 1024 };
        for (text, expected) in
            [("1", Some(1)), ("1024", Some(1024)), ("0", None), ("1025", None), ("-1", None)]
        {
            assert_eq!(read(count, text), expected.map(Value::Count), "{text}");
        }
        for (text, expected) in
            [("5", Some(5.0)), ("0.5", Some(0.5)), ("0", None), ("-1", None), ("inf", None), ("nan", None)]
        {
            assert_eq!(read(Kind::Rate, text), expected.map(Value::Rate), "{text}");
        }
        for (text, expected) in
            [("true", Some(true)), ("0", Some(false)), ("YES", Some(true)), ("maybe", None)]
        {
            assert_eq!(read(Kind::Switch, text), expected.map(Value::Switch), "{text}");
        }
        let session = Kind::Duration { min: 900, max: 43_200 };
        for (text, expected) in [("15m", Some(900)), ("12h", Some(43_200)), ("14m", None), ("13h", None)] {
            assert_eq!(read(session, text), expected.map(Value::Seconds), "{text}");
        }
        let choice = Kind::Choice(&["flagged", "all"]);
        assert_eq!(read(choice, "all"), Some(Value::Choice("all")));
        assert_eq!(read(choice, "ALL"), None);
    }

    #[test]
    fn a_tilde_that_no_shell_has_expanded_makes_no_folder_of_that_name() {
        let kind = Kind::Path { dash: false };
        for text in ["~", "~/scans.db", "~audit/scans.db"] {
            let fault = kind.read_os(OsStr::new(text)).unwrap_err().remove(0);
            assert_eq!(fault, kind.read_text(text).unwrap_err());
        }
        for text in ["./~/scans.db", "scans~.db", "a/~/b", "-"] {
            assert_eq!(kind.read_os(OsStr::new(text)), Ok(Value::Path(PathBuf::from(text))));
        }
    }
}
