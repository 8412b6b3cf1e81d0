//! The percent-encoding that IAM wraps policy documents in.

use std::borrow::Cow;

/// Why a text is neither a plain policy document nor a percent-encoded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Two hexadecimal digits do not follow a `%`.
    #[error("the policy document's percent-encoding is malformed at byte {at}")]
    Escape {
        /// The byte at which the `%` is.
        at: usize,
    },
    /// The decoded bytes are not text.
    #[error("the policy document is not UTF-8 once percent-decoded")]
    NotUtf8,
}

/// A policy document as JSON text, whether it comes percent-encoded or plain.
///
/// IAM sends documents encoded "compliant with RFC 3986" (API reference,
/// `GetAccountAuthorizationDetails`); other implementations of its API send them plain. A policy
/// document is a JSON object, so a plain one begins with `{`, possibly after white space. An
/// encoded one cannot: RFC 3986 has no bare `{`. So the first character tells them apart, and a
/// plain document that contains `%` is returned unchanged. `+` is a plus sign: this is not the
/// encoding of HTML forms.
///
/// # Errors
/// If an encoded document has a malformed escape, or bytes that are not UTF-8.
pub fn decode_document(text: &str) -> Result<Cow<'_, str>, DecodeError> {
    let is_plain = text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{');
    if is_plain {
        return Ok(Cow::Borrowed(text));
    }
    // The decoder below keeps a malformed escape unchanged; here it is a sign of damage.
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('%') {
        let digits = bytes.get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err(DecodeError::Escape { at });
        }
    }
    percent_encoding::percent_decode_str(text).decode_utf8().map_err(|_| DecodeError::NotUtf8)
}

#[cfg(test)]
mod tests {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    /// Everything but RFC 3986's unreserved characters.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

    #[test]
    fn encoded_documents_are_decoded() {
        assert_eq!(
            decode_document("%7B%22Sid%22%3A%20%22a+b%25%C3%A9%22%7d").unwrap(),
            "{\"Sid\": \"a+b%é\"}"
        );
        assert_eq!(decode_document("%0A%20%7B%7D").unwrap(), "\n {}");
        assert_eq!(decode_document("").unwrap(), "");
    }

    #[test]
    fn plain_documents_are_left_alone_whatever_they_hold() {
        for plain in
            ["{}", "{\"a\":\"%7B%7D\"}", "{\"a\":\"100%\"}", "{\"a\":\"%zz\"}", " \r\n\t{\"a\":\"%FF\"}"]
        {
            assert!(matches!(decode_document(plain), Ok(Cow::Borrowed(same)) if same == plain), "{plain}");
        }
    }

    #[test]
    fn damage_is_an_error() {
        for (damaged, why) in [
            ("%7B%", DecodeError::Escape { at: 3 }),
            ("%7B%2", DecodeError::Escape { at: 3 }),
            ("%7B%2g%7D", DecodeError::Escape { at: 3 }),
            ("%+7B", DecodeError::Escape { at: 0 }),
            ("%é", DecodeError::Escape { at: 0 }),
            ("%7B%22%FF%22%7D", DecodeError::NotUtf8),
            ("%7B%22%C3%22%7D", DecodeError::NotUtf8),
        ] {
            assert_eq!(decode_document(damaged).unwrap_err(), why, "{damaged}");
        }
    }

    proptest! {
        #[test]
        fn percent_encoding_survives_a_round_trip(text in any::<String>()) {
            let encoded = utf8_percent_encode(&text, RESERVED).to_string();
            prop_assert_eq!(decode_document(&encoded).unwrap(), text);
        }

        #[test]
        fn anything_after_a_brace_is_plain(space in "[ \t\r\n]{0,3}", rest in any::<String>()) {
            let text = format!("{space}{{{rest}");
            prop_assert_eq!(decode_document(&text).unwrap(), text.as_str());
        }

        #[test]
        fn no_text_makes_it_panic(text in "[%0-9A-Fa-f{}é ]{0,12}") {
            let _ = decode_document(&text);
        }
    }
}
