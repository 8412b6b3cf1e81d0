//! Which of several ways counts.

use serde_json::json;

use super::fixture::{Scan, role};
use super::{IAM, assume};
use crate::risk::Confidence;
use crate::risk::privilege::Privilege;

#[test]
fn the_surest_way_to_a_role_counts_even_if_it_is_longer() {
    let arn = |name: &str| format!("arn:aws:iam::000000000100:role/{name}");
    let allow = |name: &str| json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn(name)});
    let mut with_mfa = allow("target");
    with_mfa["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    for (statements, confidence, through) in [
        // Two ways of the same length.
        (json!([allow("a-guarded"), allow("b-open")]), Confidence::High, Some("b-open")),
        (json!([allow("a-open"), allow("b-guarded")]), Confidence::High, Some("a-open")),
        (json!([allow("a-guarded"), allow("b-guarded")]), Confidence::Medium, Some("a-guarded")),
        // A shorter way.
        (json!([with_mfa, allow("b-open")]), Confidence::High, Some("b-open")),
        (json!([with_mfa, allow("b-guarded")]), Confidence::Medium, None),
        (json!([allow("target"), allow("b-open")]), Confidence::High, None),
    ] {
        let mut scan = Scan::default();
        let account = json!("000000000100");
        for name in ["a-open", "b-open"] {
            scan.add(role(100, name).with(&assume(json!(arn("target")))).trusting(&account));
        }
        for name in ["a-guarded", "b-guarded"] {
            let secret = json!({"StringEquals": {"sts:ExternalId": "x"}});
            scan.add(role(100, name).with(&assume(json!(arn("target")))).trusting_if(&account, &secret));
        }
        scan.add(role(100, "target").with(IAM).trusting(&account));
        let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let found = scan.judge(&role(100, "ci").with(&document));
        assert_eq!(found.confidence, confidence, "{document}");
        let through = through.map(|name| format!(", through {}", arn(name)));
        let end = format!("such as {}{}", arn("target"), through.unwrap_or_default());
        assert!(found.evidence[0].ends_with(&end), "{end} {:?}", found.evidence);
    }
}

#[test]
fn the_role_before_is_one_that_leads_there() {
    let from_any = assume(json!("arn:aws:iam::*:role/target"));
    let nothing = r#"{"Statement":[]}"#;
    for (document, trusted, account) in [
        // Only one of the accounts is trusted.
        (from_any.as_str(), json!("000000000202"), 202),
        (from_any.as_str(), json!("arn:aws:iam::000000000203:role/app/hop"), 203),
        (from_any.as_str(), json!("arn:aws:sts::000000000203:assumed-role/hop/me"), 203),
        // The same account comes first, or the one that needs no permission.
        (from_any.as_str(), json!(["000000000201", "000000000203", "000000000204"]), 204),
        (from_any.as_str(), json!("*"), 204),
        (
            nothing,
            json!(["arn:aws:iam::000000000203:role/app/hop", "arn:aws:iam::000000000204:role/app/hop"]),
            204,
        ),
    ] {
        let mut scan = Scan::default();
        for account in 201..210 {
            scan.add(role(account, "app/hop").with(document).trusting(&json!("000000000100")));
        }
        scan.add(role(204, "target").with(IAM).trusting(&trusted));
        let found = scan.judge(&role(100, "ci").with(&assume(json!("arn:aws:iam::*:role/app/hop"))));
        let end = format!(":role/target, through arn:aws:iam::000000000{account}:role/app/hop");
        assert!(found.evidence[0].contains(&end), "{trusted} {:?}", found.evidence);
        let is_open = found.evidence[0].ends_with(", which anyone may assume");
        assert_eq!(is_open, trusted == json!("*"));
    }
}

#[test]
fn roles_with_the_same_policies_have_answers_of_their_own_if_one_may_assume_the_other() {
    let unread = |name| role(100, name).with(&assume(json!("*"))).with("no policy");
    let (trusting, other) = (unread("trusting").trusting(&json!("000000000100")), unread("other"));
    let mut scan = Scan::default();
    scan.add(trusting.clone());
    scan.add(other.clone());
    for (roles, at) in [([&trusting, &other], 1), ([&other, &trusting], 0)] {
        let found = scan.judge_all(&roles);
        let names_it = |privilege: &Privilege| {
            privilege
                .evidence
                .iter()
                .any(|line| line.contains("it may assume") && line.contains("role/trusting"))
        };
        assert!(names_it(&found[at]), "{:?}", found[at].evidence);
        assert!(!names_it(&found[1 - at]), "{:?}", found[1 - at].evidence);
    }
}
