//! Policy documents, as text and percent-encoded.

use percent_encoding::percent_decode_str;
use rolesweep_assess::trust_summary;
use rolesweep_policy::Policy;
use serde_json::Value;

/// A policy document, as JSON text or percent-encoded.
pub fn policy(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    document(text);
    if let Ok(decoded) = percent_decode_str(text).decode_utf8()
        && decoded != text
    {
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
