//! Makes sure that an XML answer is all there.
//!
//! The SDK's reader of IAM's and STS's answers does not mind an end tag of the wrong name, nor a document that stops in the
//! middle: roles behind the damage would be missing without a word. So each answer's tags are matched before it counts.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use memchr::{memchr, memchr3};

/// Refuses successful answers whose tags do not match.
#[derive(Debug)]
pub(crate) struct WellFormed;

impl Intercept for WellFormed {
    fn name(&self) -> &'static str {
        "WellFormed"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() || context.output_or_error().is_err() {
            return Ok(());
        }
        check(response.body().bytes().unwrap_or_default()).map_err(Into::into)
    }
}

/// Matches the tags of a document: one root, every element closed by its own name, nothing after the root.
fn check(document: &[u8]) -> Result<(), &'static str> {
    let mut open: Vec<&[u8]> = Vec::with_capacity(16);
    let mut roots = 0_usize;
    let mut rest = document;
    while let Some(at) = memchr(b'<', rest) {
        rest = &rest[at..];
        let end = markup_end(rest).ok_or("the XML stops inside a tag")?;
        let markup = &rest[1..end - 1];
        rest = &rest[end..];
        match markup {
            [b'?' | b'!', ..] => {}
            [b'/', name @ ..] => {
                if open.pop() != Some(name.trim_ascii_end()) {
                    return Err("the XML has an end tag without its start tag");
                }
            }
            _ => {
                roots += usize::from(open.is_empty());
                if markup.last() != Some(&b'/') {
                    open.push(name(markup));
                }
            }
        }
    }
    match (open.is_empty(), roots) {
        (false, _) => Err("the XML stops before its end"),
        (true, 1) => Ok(()),
        (true, _) => Err("the XML has no root, or more than one"),
    }
}

/// An element's name, from what stands between `<` and `>`.
fn name(markup: &[u8]) -> &[u8] {
    let end = markup.iter().position(u8::is_ascii_whitespace);
    &markup[..end.unwrap_or(markup.len())]
}

/// Where the markup that begins here ends, behind its `>`.
fn markup_end(text: &[u8]) -> Option<usize> {
    for (begin, end) in [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>")] {
        if text.starts_with(begin) {
            let found = text[begin.len()..].windows(end.len()).position(|window| window == end);
            return found.map(|at| begin.len() + at + end.len());
        }
    }
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'"', b'\'', &text[at..])? + 1;
        match text[at - 1] {
            b'>' => return Some(at),
            // A quoted value, in which `>` means nothing.
            quote => at += memchr(quote, &text[at..])? + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "<?xml version=\"1.0\"?>\n<a xmlns=\"x>y\"><!-- <b> --><b>it's &lt;</b ><c/><d e='\"'/><![CDATA[<x>]]></a>\n";

    #[test]
    fn a_whole_document_passes() {
        for text in [WHOLE, "<a/>", "<a></a>"] {
            assert_eq!(check(text.as_bytes()), Ok(()), "{text}");
        }
    }

    #[test]
    fn every_part_of_a_document_is_refused() {
        let end = WHOLE.trim_end().len();
        for cut in 0..end {
            assert!(check(&WHOLE.as_bytes()[..cut]).is_err(), "{}", &WHOLE[..cut]);
        }
    }

    #[test]
    fn tags_that_do_not_match_are_refused() {
        for text in
            ["", "text", "{}", "<a></b>", "<a><b></a></b>", "</a>", "<a/><a/>", "<a></a></a>", "<a><b></a>"]
        {
            assert!(check(text.as_bytes()).is_err(), "{text}");
        }
    }
}
