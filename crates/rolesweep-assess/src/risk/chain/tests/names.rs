//! Whom ARNs mean in trust policies and in the role's own.

use serde_json::json;

use super::fixture::{Scan, role};
use super::{ADMIN, IAM, assume};
use crate::risk::Confidence;
use crate::risk::privilege::PrivilegeLevel;

#[test]
fn a_trust_in_sessions_of_a_role_finds_the_role_whatever_its_path() {
    let any = assume(json!("arn:aws:iam::*:role/deploy"));
    for (account, name, document, is_reached) in [
        (200, "ci", any.as_str(), true),
        (200, "app/ci", any.as_str(), true),
        (200, "app/team/ci", any.as_str(), true),
        (200, "app/other", any.as_str(), false),
        (201, "app/ci", any.as_str(), false),
        // A role of the same account needs no permission of its own.
        (200, "app/ci", r#"{"Statement":[]}"#, true),
        (200, "app/other", r#"{"Statement":[]}"#, false),
    ] {
        let mut scan = Scan::default();
        let session = json!("arn:aws:sts::000000000200:assumed-role/ci/build");
        scan.add(role(200, "deploy").with(ADMIN).trusting(&session));
        let found = scan.judge(&role(account, name).with(document));
        assert_eq!(found.level == PrivilegeLevel::Escalate, is_reached, "{account} {name} {document}");
        assert!(!is_reached || found.confidence == Confidence::Medium, "the session has to have this name");
    }
}

#[test]
fn the_variable_for_the_own_account_means_only_that_account() {
    for (resource, accounts) in [
        ("arn:aws:iam::${aws:PrincipalAccount}:role/deploy", 1),
        ("arn:aws:iam::${AWS:principalaccount}:role/dep*", 1),
        ("arn:aws:iam::*:role/deploy", 40),
        ("arn:aws:iam::*:role/${aws:PrincipalTag/team}", 40),
        ("arn:aws:iam::*:role/deploy-${aws:PrincipalAccount}", 0),
    ] {
        let ci = role(200, "ci").with(&assume(json!(resource)));
        let mut scan = Scan::default();
        for account in 200..240 {
            scan.add(role(account, "deploy").with(IAM).trusting(&json!("000000000200")));
        }
        let found = scan.judge(&ci);
        let said = format!("in {}: ", rolesweep_model::text::count(accounts, "account"));
        assert_eq!(found.level == PrivilegeLevel::Escalate, accounts > 0, "{resource}");
        assert!(accounts == 0 || found.evidence[0].contains(&said), "{resource} {:?}", found.evidence);
    }
    // Before the current version of the language, there were no variables.
    let old = json!({"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Resource": "arn:aws:iam::${aws:PrincipalAccount}:role/deploy"}});
    let mut scan = Scan::default();
    scan.add(role(200, "deploy").with(IAM).trusting(&json!("000000000200")));
    assert_ne!(scan.judge(&role(200, "ci").with(&old.to_string())).level, PrivilegeLevel::Escalate);
}
