//! Distinguishes AWS's answers from those of something on the way, such as a filtering proxy or a
//! guest network's sign-in page.
//!
//! Taking such a page for AWS's answer would send people to check roles and policies that are not
//! wrong.

use std::error::Error;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::errors::causes::find;
use crate::errors::failure::Failure;
use crate::secrets::redact;
use rolesweep_model::ErrorKind;

/// The headers in which AWS numbers its answers.
const REQUEST_IDS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

/// The format of a service's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// IAM and STS.
    Xml,
    /// Organizations.
    Json,
}

/// The error of an answer that is not AWS's.
#[must_use]
pub fn error(status: u16, content_type: Option<&str>) -> Failure {
    // Without its parameters, such as the character set.
    let kind =
        content_type.and_then(|text| text.split(';').next()).map(str::trim).filter(|text| !text.is_empty());
    let kind = kind.map_or("no content type".to_owned(), |text| redact::message(text).to_lowercase());
    Failure {
        kind: ErrorKind::Foreign,
        code: None,
        message: format!("something other than AWS answered ({status}, {kind})"),
    }
}

/// The content type of an answer.
pub(crate) fn content_type(response: &HttpResponse) -> Option<&str> {
    response.headers().get("content-type")
}

/// Whether AWS gave this answer a request id.
pub(crate) fn has_request_id(response: &HttpResponse) -> bool {
    REQUEST_IDS.iter().any(|name| response.headers().get(*name).is_some_and(|id| !id.is_empty()))
}

/// Whether an answer's date may count as AWS's: it has a request id, was understood, or has a code
/// in the right place.
pub(crate) fn is_from_aws(response: &HttpResponse, understood: bool) -> bool {
    let is_page = content_type(response)
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
    let has_code = || {
        let body = response.body().bytes().unwrap_or_default();
        [&b"<Code>"[..], b"\"__type\""].iter().any(|mark| body.windows(mark.len()).any(|part| part == *mark))
    };
    has_request_id(response) || (!is_page && (understood || has_code()))
}

/// Whether the body of a success is something that AWS never sends in this format. An empty or
/// partial body counts as an answer that was cut off.
#[must_use]
pub fn is_foreign_body(form: Form, body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    match (form, body.first()) {
        (_, None) => false,
        (Form::Json, Some(first)) => *first != b'{',
        (Form::Xml, Some(b'<')) => is_page(body),
        (Form::Xml, Some(_)) => true,
    }
}

/// Whether an XML-like text is a page of HTML.
fn is_page(body: &[u8]) -> bool {
    let start = body[..body.len().min(4096)].to_ascii_lowercase();
    let names = [&b"<!doctype html"[..], b"<html", b"<head", b"<body"];
    names.iter().any(|name| start.starts_with(name))
        // A comment or an XML declaration may come first.
        || names[..2].iter().any(|name| start.windows(name.len()).any(|part| part == *name))
}

/// Whether an error code is unknown and its answer is not AWS's: it has no request id and none of
/// AWS's formats.
pub(crate) fn is_foreign_code(response: &HttpResponse, numbered_in_body: bool) -> bool {
    const FORMS: [&str; 4] =
        ["text/xml", "application/xml", "application/x-amz-json-1.0", "application/x-amz-json-1.1"];
    let in_form = content_type(response).is_none_or(|kind| {
        FORMS.contains(&kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str())
    });
    !in_form && !numbered_in_body && !has_request_id(response)
}

/// AWS's error code and message in an XML refusal that has them in a place that the SDK does not
/// read (`<Response><Errors><Error>`, used by EC2, and by servers that imitate AWS for every
/// service).
pub(crate) fn stray_code(response: &HttpResponse) -> Option<(String, String)> {
    let body = response.body().bytes()?;
    if response.status().is_success() || is_foreign_body(Form::Xml, body) {
        return None;
    }
    let body = std::str::from_utf8(body).ok()?;
    let element = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(text, _)| text.trim().to_owned())
    };
    let code = element("Code")?;
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    is_code.then(|| (code, element("Message").unwrap_or_default()))
}

/// A success in JSON with neither a request id nor AWS's content type. `{"status": "blocked"}`
/// would read as an empty list.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not AWS's")]
pub(crate) struct NotAws;

/// Refuses a success in JSON that is not AWS's.
///
/// # Errors
/// If the answer has neither a request id nor AWS's content type.
pub fn check_is_aws(response: &HttpResponse) -> Result<(), BoxError> {
    if is_foreign_code(response, false) { Err(NotAws.into()) } else { Ok(()) }
}

pub(crate) fn is_not_aws(error: &(dyn Error + 'static)) -> bool {
    find::<NotAws>(error).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_other_forms_are_foreign_and_cut_answers_are_not() {
        for (body, xml, json) in [
            ("", false, false),
            ("  \n", false, false),
            ("<", false, true),
            ("<GetRoleRes", false, true),
            ("\u{feff}<?xml version=\"1.0\"?>\n<GetRoleResponse>", false, true),
            ("<html><body>blocked</body></html>", true, true),
            ("<!-- filter -->\n<!DOCTYPE HTML PUBLIC \"x\">", true, true),
            ("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">", true, true),
            ("{\"Accounts\":[", true, false),
            ("{", true, false),
            ("blocked by policy", true, true),
            ("[1]", true, true),
        ] {
            let found = [Form::Xml, Form::Json].map(|form| is_foreign_body(form, body.as_bytes()));
            assert_eq!(found, [xml, json], "{body}");
        }
    }

    #[test]
    fn an_answer_that_is_not_awss_is_told_by_its_status_and_its_content_type() {
        for (content_type, told) in [
            (Some("text/html; charset=utf-8"), "something other than AWS answered (403, text/html)"),
            (Some("TEXT/HTML"), "something other than AWS answered (403, text/html)"),
            (Some(" "), "something other than AWS answered (403, no content type)"),
            (None, "something other than AWS answered (403, no content type)"),
        ] {
            let error = error(403, content_type);
            assert_eq!((error.message.as_str(), error.kind), (told, ErrorKind::Foreign));
        }
    }
}
