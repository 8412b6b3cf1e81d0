//! The types that the fields of repeated tables have: how each is read, and how it is shown.

use jiff::{SignedDuration, Timestamp};
use rolesweep_assess::{TagMatch, Threshold};
use rolesweep_model::{AccountId, ArnError, IdError, RoleArn, RoleId};
use toml::de::DeValue;

use crate::errors::Fault;
use crate::settings::checks::{self, OuSelector};
use crate::settings::duration;
use crate::settings::value::wrong_item;
use crate::show::{list, quote};
use crate::tables::row::Row;

/// A type that a field may have.
pub(crate) trait FieldType: Sized {
    /// Whether the field must be there.
    const REQUIRED: bool = true;

    /// Reads the field. `None` where it is not sound, which is noted then.
    fn read(row: &mut Row<'_, '_>, field: &'static str) -> Option<Self>;

    /// The field as TOML, where it is set.
    fn shown(&self) -> Option<String>;
}

/// A type whose values are texts in TOML.
pub(crate) trait TextType: Sized {
    /// Reads a text that is not blank.
    fn parse(text: &str) -> Result<Self, Fault>;

    /// The text again.
    fn text(&self) -> String;
}

impl<T: TextType> FieldType for T {
    fn read(row: &mut Row<'_, '_>, field: &'static str) -> Option<Self> {
        row.text(field, T::parse)
    }

    fn shown(&self) -> Option<String> {
        Some(quote(&self.text()))
    }
}

impl<T: TextType> FieldType for Option<T> {
    const REQUIRED: bool = false;

    fn read(row: &mut Row<'_, '_>, field: &'static str) -> Option<Self> {
        if row.has(field) { row.text(field, T::parse).map(Some) } else { Some(None) }
    }

    fn shown(&self) -> Option<String> {
        self.as_ref().and_then(FieldType::shown)
    }
}

/// A text or a list of texts; empty where it is not there.
impl<T: TextType + PartialEq> FieldType for Vec<T> {
    const REQUIRED: bool = false;

    fn read(row: &mut Row<'_, '_>, field: &'static str) -> Option<Self> {
        let Some(value) = row.value(field) else {
            return Some(Self::new());
        };
        let items = match value.get_ref() {
            DeValue::Array(items) if items.is_empty() => {
                let fault = Fault::new("the list is empty").hint("name something, or leave the field out");
                return row.keep(field, value.span(), Err(fault));
            }
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut list = Self::new();
        for item in items {
            let result = match item.get_ref() {
                DeValue::String(text) => checks::not_blank(text).and_then(|()| T::parse(text)),
                other => Err(wrong_item(other)),
            };
            let result = result.and_then(|item| match list.contains(&item) {
                true => Err(Fault::new("this is listed twice")),
                false => Ok(item),
            });
            list.extend(row.keep(field, item.span(), result));
        }
        Some(list)
    }

    fn shown(&self) -> Option<String> {
        (!self.is_empty()).then(|| list(self.iter().map(TextType::text)))
    }
}

/// The end of what somebody accepts. How far ahead it may be is a setting, so that is looked at when all settings are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expiry(pub(crate) Timestamp);

impl FieldType for Expiry {
    fn read(row: &mut Row<'_, '_>, field: &'static str) -> Option<Self> {
        let value = row.value(field)?;
        let end = match value.get_ref() {
            DeValue::Datetime(time) => row.keep(field, value.span(), checks::expiry(&time.to_string())),
            _ => row.text(field, checks::expiry),
        }?;
        row.expiry(field, value.span(), end);
        Some(Self(end))
    }

    /// As somebody would write it: what ends at midnight UTC holds through the day before, and is written as that day.
    fn shown(&self) -> Option<String> {
        let inside = self.0.checked_sub(SignedDuration::from_secs(1)).unwrap_or(self.0);
        Some(match self.0.to_string() {
            end if end.ends_with("T00:00:00Z") => inside.strftime("%Y-%m-%d").to_string(),
            end => end,
        })
    }
}

/// The name of a threshold rule.
#[derive(Debug, Clone)]
pub(crate) struct RuleName(pub(crate) String);

/// The beginning of a role's path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PathPrefix(pub(crate) String);

macro_rules! text_types {
    ($($type:ty: $parse:expr, $text:expr;)+) => {$(
        impl TextType for $type {
            fn parse(text: &str) -> Result<Self, Fault> {
                $parse(text)
            }

            fn text(&self) -> String {
                $text(self)
            }
        }
    )+};
}

text_types! {
    String: |text: &str| Ok(text.trim().to_owned()), Self::clone;
    RuleName: rule_name, |name: &Self| name.0.clone();
    PathPrefix: path_prefix, |path: &Self| path.0.clone();
    TagMatch: tag, tag_text;
    AccountId: checks::account_id, ToString::to_string;
    OuSelector: checks::ou, |ou: &Self| ou.as_str().to_owned();
    Threshold: threshold, |threshold: &Self| duration::display(threshold.seconds());
    RoleArn: role_arn, ToString::to_string;
    RoleId: |text: &str| text.parse().map_err(|error: IdError| Fault::new(error.to_string())), ToString::to_string;
}

/// `default` is the name under which the thresholds that no rule sets are shown.
fn rule_name(text: &str) -> Result<RuleName, Fault> {
    match text.trim() {
        "default" => Err(Fault::new("a rule cannot be named `default`")
            .hint("that is what reports show where no rule matched: choose another name")),
        name => Ok(RuleName(name.to_owned())),
    }
}

/// It ends with a `/`, so that `/ci/` does not also mean `/ci-old/`.
fn path_prefix(text: &str) -> Result<PathPrefix, Fault> {
    if text.starts_with('/') && text.ends_with('/') && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(PathPrefix(text.to_owned()));
    }
    let inner = text.trim_matches('/');
    Err(Fault::new(format!("`{text}` is not the beginning of a role's path"))
        .hint(format!("it begins and ends with a slash: `/{inner}/`")))
}

/// `key`, or `key=value` split at the first `=`.
fn tag(text: &str) -> Result<TagMatch, Fault> {
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (text, None),
    };
    if key.trim().is_empty() {
        return Err(Fault::new(format!("`{text}` names no tag")).hint("write `key` or `key=value`"));
    }
    Ok(TagMatch { key: key.to_owned(), value })
}

fn tag_text(tag: &TagMatch) -> String {
    tag.value.as_ref().map_or_else(|| tag.key.clone(), |value| format!("{}={value}", tag.key))
}

fn threshold(text: &str) -> Result<Threshold, Fault> {
    let seconds = duration::threshold_seconds(text)?;
    Threshold::from_seconds(seconds).map_err(|error| Fault::new(error.to_string()))
}

fn role_arn(text: &str) -> Result<RoleArn, Fault> {
    text.parse().map_err(|error: ArnError| {
        // Errors of ARNs are either "not the ARN …" or a sentence about a part.
        let error = error.to_string();
        let malformed = if error.starts_with("not ") { "" } else { "malformed: " };
        Fault::new(format!("`{text}` is {malformed}{error}"))
    })
}
