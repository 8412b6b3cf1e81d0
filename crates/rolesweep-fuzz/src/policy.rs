//! Policy documents and their encoding.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rolesweep_assess::trust_summary;
use rolesweep_policy::{Policy, decode_document};
use serde_json::Value;

/// Everything except RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A policy document as it comes over the wire.
pub fn policy(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let encoded = utf8_percent_encode(text, RESERVED).to_string();
    assert_eq!(decode_document(&encoded).as_deref(), Ok(text), "what was encoded reads back");
    document(text);
    if let Ok(decoded) = decode_document(text)
        && decoded != text
    {
        assert!(decoded.len() < text.len(), "decoding only ever makes shorter");
        document(&decoded);
    }
}

/// A document as JSON text.
fn document(json: &str) {
    let summary = trust_summary(json);
    assert!(!summary.is_empty());
    let Ok(policy) = Policy::parse(json) else {
        assert_eq!(summary, "unreadable");
        return;
    };
    assert_ne!(summary, "unreadable");

    // The layout and the order of the elements make no difference.
    let value: Value = serde_json::from_str(json).expect("a policy document is JSON");
    assert!(value.is_object());
    let again = Policy::parse(&value.to_string()).expect("the same document in another layout");
    assert_eq!(without_conditions(again), without_conditions(policy));
}

/// Numbers in conditions may lose their last digit when they are written.
fn without_conditions(mut policy: Policy) -> Policy {
    policy.statements.iter_mut().for_each(|statement| statement.condition = None);
    policy
}
