//! Policy documents as they come over the wire.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A policy document as JSON text.
///
/// IAM sends documents percent-encoded by RFC 3986 (IAM API reference, `AssumeRolePolicyDocument`),
/// and the SDK does not decode them. Simulators send some of them plain. A text that begins like
/// JSON is therefore taken as it is, because a `%` in it is part of the text. A text that does not
/// decode to UTF-8 is kept as it came.
pub(super) fn decode(document: &str) -> String {
    if document.trim_start().starts_with(['{', '[']) {
        return document.to_owned();
    }
    percent_decode_str(document).decode_utf8().map_or_else(|_| document.to_owned(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    /// The characters that RFC 3986 leaves unencoded.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

    #[test]
    fn encoded_documents_are_decoded_and_plain_ones_are_left_alone() {
        let plain = "{\"Resource\":\"arn:aws:s3:::b/100%25+é\",\"NotAction\":\"a b\"}";
        assert_eq!(decode(&utf8_percent_encode(plain, RESERVED).to_string()), plain);
        for text in [plain, "\n  {\"a\":\"%7B\"}", "[]", ""] {
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn a_plus_is_a_plus() {
        assert_eq!(decode("%7B%22a%22%3A%22b+c%22%7D"), "{\"a\":\"b+c\"}");
    }

    #[test]
    fn what_cannot_be_decoded_is_kept_as_it_came() {
        for text in ["%7B%FF%FE", "%"] {
            assert_eq!(decode(text), text);
        }
    }
}
