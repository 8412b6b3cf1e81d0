//! Policies in words that iam-simulate reads as AWS does.

use serde_json::{Value, json};

/// What iam-simulate reads otherwise than AWS documents it, and the same in other words. The page
/// about the evaluation has the reasons.
const OTHER_WORDS: &[(&str, &[&str])] = &[
    ("*:*", &["*"]),
    ("i*:PassRole", &["iam:PassRole"]),
    ("*role/other", &["arn:aws:iam::111111111111:role/other"]),
    ("*key", &["arn:aws:s3:::bucket/key", "arn:aws-cn:s3:::bucket/key"]),
    ("1577836800", &["2020-01-01T00:00:00Z"]),
];

/// The same in `NotResource`, where it does not read a star at the end of a short ARN.
const OTHER_WORDS_IN_NOT_RESOURCE: &[(&str, &[&str])] = &[
    ("arn:*", &["arn:*:*:*:*:*"]),
    ("arn:aws:iam::*", &["arn:aws:iam::*:*"]),
    ("arn:aws:s3*", &["arn:aws:s3:::*"]),
];

/// The document in words that iam-simulate reads as AWS does.
pub(crate) fn readable(document: &Value) -> Value {
    fn reword(value: &Value, is_new: bool, element: &str) -> Value {
        match value {
            Value::Array(items) => items
                .iter()
                .flat_map(|item| match reword(item, is_new, element) {
                    Value::Array(several) => several,
                    one => vec![one],
                })
                .collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| {
                    // The keys of an operator are below it.
                    let element = if element.contains("Equals") { element } else { name };
                    (name.clone(), reword(value, is_new, element))
                })
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Value::String(text) => match words(element).find(|(word, _)| word == text) {
                Some((_, [one])) => json!(one),
                Some((_, several)) => json!(several),
                // It replaces variables whatever the version is. No text of a request has `$(`.
                None if !is_new => json!(text.replace("${", "$(")),
                None if element.contains("Equals") => json!(text.replace("${*}", "*")),
                None => json!(text),
            },
            other => other.clone(),
        }
    }
    fn words(element: &str) -> impl Iterator<Item = &'static (&'static str, &'static [&'static str])> {
        let not_resource = if element == "NotResource" { OTHER_WORDS_IN_NOT_RESOURCE } else { &[] };
        OTHER_WORDS.iter().chain(not_resource)
    }
    let is_new = document["Version"] == "2012-10-17";
    reword(document, is_new, "")
}
