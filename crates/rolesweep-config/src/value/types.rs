//! Each type that a setting or a field may have.

use std::ffi::OsStr;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{AccountKind, TagMatch, Threshold};
use rolesweep_model::{AccountId, RoleArn, RoleId};

use crate::errors::Fault;
use crate::text::quote::quote;
use crate::value::{Rules, Shape, Value, checks, duration, not_a_choice};

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

/// The end of an acceptance. A date counts through the end of that day in UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expiry(pub(crate) Timestamp);

/// Declares each type with its shape, how a text is read, and how TOML writes the value.
macro_rules! values {
    ($($type:ty: $shape:ident, |$text:ident, $rules:ident| $parse:expr, |$value:ident| $toml:expr;)+) => {$(
        impl Value for $type {
            const SHAPE: Shape = Shape::$shape;

            fn parse($text: &str, $rules: &Rules) -> Result<Self, Fault> {
                $parse
            }

            fn toml(&self) -> Option<String> {
                let $value = self;
                Some($toml)
            }
        }
    )+};
}

values! {
    String: Text, |text, rules| (rules.check)(text), |text| quote(text);
    Secret: Secret, |text, rules| (rules.check)(text).map(Self), |_secret| quote("…");
    bool: Switch, |text, _rules| switch(text), |on| on.to_string();
    u8: Count, |text, rules| count(text, rules), |number| number.to_string();
    u16: Count, |text, rules| count(text, rules), |number| number.to_string();
    NonZeroUsize: Count, |text, rules| count(text, rules), |number| number.to_string();
    // `Debug` keeps the point of a whole number, so that TOML reads a float.
    f64: Rate, |text, _rules| rate(text), |number| format!("{number:?}");
    Duration: Duration, |text, rules| duration::within(text, rules.within),
        |value| quote(&duration::display(value.as_secs().try_into().unwrap_or(i64::MAX)));
    Threshold: Duration, |text, _rules| duration::threshold(text), |value| quote(&duration::display(value.seconds()));
    Timestamp: Instant, |text, _rules| checks::instant(text), |instant| instant.to_string();
    Date: Instant, |text, _rules| checks::day(text), |day| day.to_string();
    Expiry: Instant, |text, _rules| checks::expiry(text).map(Self), |end| expiry(end.0);
    AccountId: Text, |text, _rules| checks::account_id(text), |id| quote(id.as_str());
    RoleArn: Text, |text, _rules| checks::role_arn(text), |arn| quote(arn.as_str());
    RoleId: Text, |text, _rules| checks::role_id(text), |id| quote(id.as_str());
    TagMatch: Text, |text, _rules| checks::tag(text), |tag| quote(&match &tag.value {
        Some(value) => format!("{}={value}", tag.key),
        None => tag.key.clone(),
    });
}

fn switch(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(Fault::new(format!("`{text}` is neither true nor false"), "write true or false")),
    }
}

fn count<T: std::str::FromStr>(text: &str, rules: &Rules) -> Result<T, Fault> {
    let (min, max) = rules.within;
    match (text.parse::<i64>(), text.parse()) {
        (Ok(number), Ok(value)) if (min..=max).contains(&number) => Ok(value),
        (number, _) => {
            let what = if number.is_ok() { "is out of range" } else { "is not a whole number" };
            Err(Fault::new(format!("`{text}` {what}"), format!("write a whole number from {min} to {max}")))
        }
    }
}

fn rate(text: &str) -> Result<f64, Fault> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err(Fault::new(
            format!("`{text}` is not a number above 0"),
            "write a number above 0, such as 5.0",
        )),
    }
}

/// As a person would write it: an acceptance that ends at midnight UTC counts through the day
/// before, and is written as that day.
fn expiry(end: Timestamp) -> String {
    let inside = end.checked_sub(SignedDuration::from_secs(1)).unwrap_or(end);
    match end.to_string() {
        end if end.ends_with("T00:00:00Z") => inside.strftime("%Y-%m-%d").to_string(),
        end => end,
    }
}

impl Value for AccountKind {
    const SHAPE: Shape = Shape::Choice(&Self::WORDS);

    fn parse(text: &str, _: &Rules) -> Result<Self, Fault> {
        let kind = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        kind.ok_or_else(|| not_a_choice(text, &Self::WORDS))
    }

    fn toml(&self) -> Option<String> {
        Some(quote(self.as_str()))
    }
}

/// The levels that limit something.
pub(crate) const LIMITING: [TrustLevel; 6] = [
    TrustLevel::Nobody,
    TrustLevel::Local,
    TrustLevel::Org,
    TrustLevel::MembershipUnknown,
    TrustLevel::ExternalBound,
    TrustLevel::ExternalOpen,
];

const LIMITING_WORDS: [&str; 6] = [
    LIMITING[0].as_str(),
    LIMITING[1].as_str(),
    LIMITING[2].as_str(),
    LIMITING[3].as_str(),
    LIMITING[4].as_str(),
    LIMITING[5].as_str(),
];

impl Value for TrustLevel {
    const SHAPE: Shape = Shape::Choice(&LIMITING_WORDS);

    fn parse(text: &str, _: &Rules) -> Result<Self, Fault> {
        let level = LIMITING.into_iter().find(|level| level.as_str() == text);
        level.ok_or_else(|| not_a_choice(text, &LIMITING_WORDS))
    }

    fn toml(&self) -> Option<String> {
        Some(quote(self.as_str()))
    }
}

impl Value for PathBuf {
    const SHAPE: Shape = Shape::Path;

    fn parse(text: &str, rules: &Rules) -> Result<Self, Fault> {
        Self::parse_os(OsStr::new(text), rules)
    }

    /// A shell replaces `~` by the home folder, but not in `--store=~/a.db`, and not in a file. If
    /// it were taken literally there, it would create a folder with that name.
    fn parse_os(text: &OsStr, _: &Rules) -> Result<Self, Fault> {
        match Path::new(text).components().next() {
            None => Err(Fault::new("the path is empty", "name a file or a folder, or omit this setting")),
            Some(Component::Normal(first)) if first.as_encoded_bytes().starts_with(b"~") => Err(Fault::new(
                format!("`{}` is not the home folder here", first.display()),
                "write the whole path, or `./` before it for a folder of that name",
            )),
            Some(_) => Ok(Self::from(text)),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(quote(&self.to_string_lossy()))
    }

    fn below(self, folder: &Path) -> Self {
        folder.join(self)
    }
}

impl<T: Value> Value for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const REQUIRED: bool = false;

    fn parse(text: &str, rules: &Rules) -> Result<Self, Fault> {
        T::parse(text, rules).map(Some)
    }

    fn parse_os(text: &OsStr, rules: &Rules) -> Result<Self, Fault> {
        T::parse_os(text, rules).map(Some)
    }

    fn toml(&self) -> Option<String> {
        self.as_ref().and_then(T::toml)
    }

    fn unset() -> Option<Self> {
        Some(None)
    }

    fn below(self, folder: &Path) -> Self {
        self.map(|value| value.below(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Value>(text: &str, rules: Rules) -> Option<T> {
        T::parse(text, &rules).ok()
    }

    fn within(min: i64, max: i64) -> Rules {
        Rules { within: (min, max), ..Rules::ANY }
    }

    #[test]
    fn texts_are_read_by_their_type() {
        for (text, expected) in
            [("1", Some(1)), ("1024", Some(1024)), ("0", None), ("1025", None), ("-1", None)]
        {
            assert_eq!(read::<u16>(text, within(1, 1024)), expected, "{text}");
        }
        for (text, expected) in
            [("5", Some(5.0)), ("0.5", Some(0.5)), ("0", None), ("-1", None), ("inf", None), ("nan", None)]
        {
            assert_eq!(read::<f64>(text, Rules::ANY), expected, "{text}");
        }
        for (text, expected) in
            [("true", Some(true)), ("0", Some(false)), ("YES", Some(true)), ("maybe", None)]
        {
            assert_eq!(read::<bool>(text, Rules::ANY), expected, "{text}");
        }
        let session = within(900, 43_200);
        for (text, expected) in [("15m", Some(900)), ("12h", Some(43_200)), ("14m", None), ("13h", None)] {
            assert_eq!(read(text, session), expected.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn a_tilde_that_no_shell_has_expanded_makes_no_folder_of_that_name() {
        for text in ["~", "~/scans.db", "~audit/scans.db"] {
            assert_eq!(read::<PathBuf>(text, Rules::ANY), None, "{text}");
        }
        for text in ["./~/scans.db", "scans~.db", "a/~/b", "-"] {
            assert_eq!(read(text, Rules::ANY), Some(PathBuf::from(text)));
        }
    }
}
