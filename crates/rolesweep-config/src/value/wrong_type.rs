//! What is wrong with a value whose TOML type is not the setting's, and what was probably meant.

use toml::de::DeValue;

use crate::errors::Fault;
use crate::text::quote::quote;
use crate::value::shape::{Shape, either};

/// The fault. `as_toml` gives what TOML writes for a text, or why the setting refuses it, so that
/// the remedy proposes nothing that would be refused, too.
pub(crate) fn wrong_type(
    shape: Shape,
    within: (i64, i64),
    found: &DeValue<'_>,
    as_toml: impl Fn(String) -> Result<Option<String>, Vec<Fault>>,
) -> Fault {
    let expected = match shape {
        Shape::Switch => "true or false",
        Shape::Count => "a whole number",
        Shape::Rate => "a number",
        Shape::List => "a list of texts",
        Shape::Instant => "a date or time",
        _ => "a text",
    };
    let found_name = match found {
        DeValue::Integer(number) if number.radix() != 10 => "a number in another base",
        _ => type_name(found),
    };
    let help = match meant(shape, found).map(as_toml) {
        Some(Ok(Some(toml))) => as_written(shape, found, &toml),
        Some(Err(mut faults)) if !faults.is_empty() => faults.swap_remove(0).help,
        _ => general(shape, within),
    };
    Fault::new(format!("expected {expected}, found {found_name}"), help)
}

/// The text that was probably meant.
fn meant(shape: Shape, found: &DeValue<'_>) -> Option<String> {
    let text = plain(found)?;
    let is_number = matches!(found, DeValue::Integer(_) | DeValue::Float(_));
    match shape {
        // None of the words is more probable than the others.
        Shape::Choice(_) => None,
        Shape::Duration => is_number.then(|| text + "d"),
        _ => Some(text),
    }
}

/// How to write the value that was probably meant.
fn as_written(shape: Shape, found: &DeValue<'_>, toml: &str) -> String {
    match shape {
        Shape::Switch | Shape::Count | Shape::Rate if matches!(found, DeValue::String(_)) => {
            format!("write {toml}, without quotes")
        }
        Shape::Switch | Shape::Count | Shape::Rate | Shape::List => format!("write {toml}"),
        Shape::Duration => format!("write {toml} for days"),
        _ => format!("write it in quotes: {toml}"),
    }
}

/// The text of a value that is neither a list nor a table.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.trim().to_owned()),
        DeValue::Integer(number) => {
            i128::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(on) => Some(on.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// What values of this shape look like.
fn general(shape: Shape, (min, max): (i64, i64)) -> String {
    match shape {
        Shape::Switch => "write true or false".to_owned(),
        Shape::Count => format!("write a whole number from {min} to {max}"),
        Shape::Rate => "write a number above 0, such as 5.0".to_owned(),
        Shape::List => "write texts in brackets: [\"…\", \"…\"]".to_owned(),
        Shape::Duration => "write a number and a unit in quotes, such as \"90d\"".to_owned(),
        Shape::Instant => "write a date, such as 2027-01-31".to_owned(),
        Shape::Choice(words) => {
            let words: Vec<String> = words.iter().map(|word| quote(word)).collect();
            format!("write {}", either(&words.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        Shape::Text | Shape::Secret | Shape::Path => "write one text in quotes: \"…\"".to_owned(),
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
