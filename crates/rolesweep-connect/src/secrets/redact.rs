//! Keeps secrets out of texts that AWS, or a library on the way, wrote.

use std::error::Error;

use crate::errors::phrases::INTERCEPTOR;
use crate::secrets;
use crate::secrets::output::without_output;
use crate::secrets::spellings::{self, HIDDEN};

/// The longest run of characters without a space or a colon that is shown. Session tokens are
/// longer, and nothing that a person wants to read is.
const LONGEST_RUN: usize = 160;

/// How long a message may be, in bytes. Enough for AWS's longest refusals with their ARNs.
const LONGEST_MESSAGE: usize = 1200;

/// The shortest beginning of a secret, in bytes, that gives something of it away.
const LEAST_TOLD: usize = 3;

/// AWS's answer to a wrong signature repeats the request as it should have been signed, including
/// the session token.
const CANONICAL: &str = "The Canonical String";

/// A message on one line, of limited length, without possible tokens and access key ids.
pub fn message(text: &str) -> String {
    let text = secrets::hide(text);
    let text = text.find(CANONICAL).map_or(text.as_str(), |at| &text[..at]);
    let mut clean = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !clean.is_empty() {
            clean.push(' ');
        }
        for (at, part) in word.split(':').enumerate() {
            if at > 0 {
                clean.push(':');
            }
            clean.push_str(if is_secret(part) { HIDDEN } else { part });
        }
        if clean.len() > LONGEST_MESSAGE {
            let mut end = LONGEST_MESSAGE;
            while !clean.is_char_boundary(end) {
                end -= 1;
            }
            clean.truncate(end);
            clean.push_str(HIDDEN);
            break;
        }
    }
    clean
}

/// Whether a run of characters looks like a token or the id of an access key.
fn is_secret(part: &str) -> bool {
    let core = part.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let key_id = (core.starts_with("AKIA") || core.starts_with("ASIA"))
        && core.len() >= 16
        && core.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    key_id || part.len() > LONGEST_RUN
}

/// A message without a value that only this call knows to be secret, such as the external id that
/// STS repeats if it is malformed. If the message was cut off inside that value, the rest of it is
/// removed too.
pub fn without(text: String, secret: Option<&str>) -> String {
    let Some(secret) = secret.filter(|secret| !secret.is_empty()) else {
        return text;
    };
    let beginnings =
        secret.char_indices().map(|(at, _)| &secret[..at]).filter(|part| part.len() >= LEAST_TOLD);
    // The longest first, because otherwise only a part of a longer one would be hidden.
    beginnings.rev().fold(spellings::hide(&text, secret).into_owned(), |text, part| {
        text.replace(&format!("{part}{HIDDEN}"), HIDDEN)
    })
}

/// The causes of an error in one line, without its own first words. The error itself if it has no
/// cause.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    chain(error.source().unwrap_or(error))
}

/// An error and its causes in one line, without what the causes repeat.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let part = without_output(&without_dumps(&error.to_string()));
        // The SDK's text if it has nothing to say.
        let is_filler = ["unhandled error", "Error"].contains(&part.as_str()) || part.ends_with(INTERCEPTOR);
        if !is_filler && !part.is_empty() && !parts.last().is_some_and(|last| last.ends_with(&part)) {
            parts.push(part);
        }
        next = error.source();
    }
    message(&parts.join(": "))
}

/// A text without the Rust debug output of values, such as `Request { body: … }`. An XML element's
/// name and an error's message stay.
fn without_dumps(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(brace) = rest.find(" {") {
        let word = rest[..brace].trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len();
        if !rest[word..brace].starts_with(|c: char| c.is_ascii_uppercase()) {
            clean.push_str(&rest[..brace + 2]);
            rest = &rest[brace + 2..];
            continue;
        }
        let end = brace + 1 + closed(&rest[brace + 1..]);
        clean.push_str(&rest[..word]);
        clean.push_str(&match (&rest[word..brace], &rest[brace..end]) {
            ("StartEl", dump) => field(dump, "local").map_or(HIDDEN.to_owned(), |name| format!("<{name}>")),
            ("Error", dump) => field(dump, "message").unwrap_or(HIDDEN).to_owned(),
            _ => HIDDEN.to_owned(),
        });
        rest = &rest[end..];
    }
    clean.push_str(rest);
    clean
}

/// A text field of such debug output, up to the first quotation mark.
fn field<'a>(dump: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = dump.split_once(&format!("{name}: \""))?;
    rest.split(['"', '\\']).next()
}

/// The place of the brace that closes the first one, or the end of the text if nothing closes it.
fn closed(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' if open == 1 => return at + 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_of_values_are_hidden_and_plain_braces_are_not() {
        for (text, shown) in [
            (
                "got StartEl { name: Name { prefix: \"\", local: \"html\" }, depth: 0 }, sorry",
                "got <html>, sorry",
            ),
            ("to request `Request { body: SdkBody { inner: Once(None) } }`: empty", "to request `…`: empty"),
            ("Request { never closed", "…"),
            ("oh: Error { code: \"A\", message: \"no \\\"x\", id: \"1\" }", "oh: no "),
            ("oh: Error { code: \"A\" }", "oh: …"),
            ("é Request { é } é {", "é … é {"),
            ("one of { and [", "one of { and ["),
            ("{\"a\": 1}", "{\"a\": 1}"),
            ("", ""),
        ] {
            assert_eq!(without_dumps(text), shown, "{text}");
        }
    }

    #[test]
    fn a_wrong_signature_does_not_show_the_request_with_its_token() {
        let text = "The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:FwoGZXIvYXdzEXAMPLE";
        assert_eq!(message(text), "The request signature we calculated does not match.");
    }

    #[test]
    fn tokens_and_key_ids_are_hidden_and_arns_are_not() {
        let token = "A".repeat(300);
        assert_eq!(message(&format!("token {token} is bad")), "token … is bad");
        assert_eq!(message(&format!("x-amz-security-token:{token}")), "x-amz-security-token:…");
        assert_eq!(message("key 'AKIAIOSFODNN7EXAMPLE', gone"), "key …, gone".replace("…,", "…"));
        let denied = "User: arn:aws:sts::123456789012:assumed-role/RolesweepAudit/rolesweep-x is not authorized to perform: iam:GetRole";
        assert_eq!(message(denied), denied);
    }

    #[test]
    fn messages_are_one_line_of_bounded_length() {
        let text = message(&"é\n\t".repeat(5000));
        assert!(text.len() <= LONGEST_MESSAGE + HIDDEN.len());
        assert!(!text.contains(['\n', '\t']));
    }

    #[test]
    fn an_interceptor_is_not_named_beside_what_it_found() {
        #[derive(Debug, thiserror::Error)]
        #[error("WellFormed read_after_deserialization interceptor encountered an error")]
        struct Interceptor(#[source] std::fmt::Error);
        let found = std::fmt::Error.to_string();
        assert_eq!(chain(&Interceptor(std::fmt::Error)), found);
    }

    #[test]
    fn a_secret_of_the_call_is_hidden() {
        let text = "1 validation error: Value 's3cret id' at 'externalId' failed".to_owned();
        assert_eq!(without(text, Some("s3cret id")), "1 validation error: Value '…' at 'externalId' failed");
        assert_eq!(without("plain".to_owned(), Some("")), "plain");
        assert_eq!(without("plain".to_owned(), None), "plain");
    }

    #[test]
    fn a_message_that_is_cut_off_inside_a_secret_of_the_call_hides_its_beginning() {
        const SECRET: &str = "s3cret/ïd-of:ours";
        let filler = "word ".repeat(LONGEST_MESSAGE / 5 - 4);
        for blanks in 0..30 {
            let text =
                format!("{filler}{}{SECRET} is not it, {}", "x".repeat(blanks), "and so on ".repeat(20));
            let shown = without(message(&text), Some(SECRET));
            assert!(!shown.contains("s3c") && shown.ends_with(HIDDEN), "{blanks}: {shown}");
        }
        assert_eq!(without("it ends in s3…".to_owned(), Some(SECRET)), "it ends in s3…");
    }
}
