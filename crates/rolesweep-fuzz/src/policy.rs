//! Policy documents, as text and percent-encoded.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rolesweep_assess::risk::trust::{Home, Membership, Organization, judge};
use rolesweep_assess::{KnownAccounts, catalogue, trust_summary};
use rolesweep_model::text::is_hidden;
use rolesweep_policy::{Action, CompiledPolicy, Context, Policy, PolicySet, Resource, Verdict};
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
    trust(json);
    let answers = answers(json);
    let Ok(policy) = Policy::parse(json) else {
        assert_eq!(summary, "unreadable");
        assert_eq!(answers, [None; 3], "a document that cannot be read decides nothing");
        return;
    };
    assert_ne!(summary, "unreadable");

    // The layout and the order of the elements make no difference.
    let value: Value = serde_json::from_str(json).expect("a policy document is JSON");
    assert!(value.is_object());
    let again = Policy::parse(&value.to_string()).expect("the same document in another layout");
    assert_eq!(without_conditions(again), without_conditions(policy));
}

/// Who could take over a role that has the document as its trust policy.
fn trust(json: &str) {
    let account = "123456789012".parse().expect("twelve digits");
    let organization = Organization {
        id: None,
        management: None,
        membership: &|_| Membership::NotListed,
        is_whole: json.len().is_multiple_of(2),
        known: &KnownAccounts::default(),
        vendor: catalogue::known_account,
    };
    let home = Home { account: &account, partition: "aws", organization: &organization };
    let trust = judge(json, &home);
    assert!(trust.level <= trust.at_most);
    assert!(!trust.codes.is_empty() && !trust.evidence.is_empty() && trust.evidence.len() <= 13);
    for line in &trust.evidence {
        assert!(line.chars().count() <= 500 && !line.contains(is_hidden), "{line:?}");
    }
}

/// Whether the document alone allows an action, on any resource and on one.
fn answers(json: &str) -> [Option<Verdict>; 3] {
    let set = PolicySet::new().with("policy", Arc::new(CompiledPolicy::parse(json)));
    let action = Action::new("s3:GetObject");
    let object = Resource::named("arn:aws:s3:::bucket/key");
    let ask = |resource: &Resource, context: &Context| set.answer(&action, resource, context).verdict();
    let of_any = ask(&Resource::any(), &Context::unknown());
    let of_one = ask(&object, &Context::unknown());
    let of_a_request = ask(&object, &Context::complete());
    // What holds for every request holds for each.
    for (wide, narrow) in [(of_any, of_one), (of_one, of_a_request)] {
        assert!(!matches!(wide, Some(Verdict::Allowed | Verdict::Denied)) || wide == narrow, "{json}");
    }
    [of_any, of_one, of_a_request]
}

/// Numbers in conditions may lose their last digit when they are written.
fn without_conditions(mut policy: Policy) -> Policy {
    policy.statements.iter_mut().for_each(|statement| statement.condition = None);
    policy
}
