//! Chains of roles over accounts.

mod denied;
mod fixture;
mod names;
mod ways;

use serde_json::json;

use fixture::{Scan, role};

use crate::risk::Confidence;
use crate::risk::privilege::{Code, PrivilegeLevel};

const ADMIN: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// An administrator that assumes no role.
const IAM: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;

fn assume(resources: serde_json::Value) -> String {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": resources}})
        .to_string()
}

#[test]
fn a_role_that_may_assume_administrators_of_other_accounts_escalates() {
    let mut scan = Scan::default();
    for account in 200..240 {
        scan.add(role(account, "deploy").with(ADMIN).trusting(&json!("arn:aws:iam::000000000100:root")));
    }
    let ci = role(100, "ci").with(&assume(json!("*:role/deploy")));
    scan.add(ci.clone());
    let found = scan.judge(&ci);
    assert_eq!(found.level, PrivilegeLevel::Escalate);
    assert_eq!(found.codes[0], Code::RoleChain);
    assert_eq!(
        found.evidence[0],
        "can assume 40 administrators in 40 accounts: sts:AssumeRole, such as arn:aws:iam::000000000200:role/deploy"
    );
}

#[test]
fn both_sides_have_to_allow_it() {
    let target = |principal: &str| role(200, "deploy").with(ADMIN).trusting(&json!(principal));
    let ci = |document: &str| role(100, "ci").with(document);
    let any = assume(json!("arn:aws:iam::*:role/deploy"));
    for (principal, document, is_reached) in [
        ("arn:aws:iam::000000000100:root", any.as_str(), true),
        ("000000000100", any.as_str(), true),
        ("arn:aws:iam::000000000100:role/ci", any.as_str(), true),
        ("arn:aws:iam::000000000100:role/other", any.as_str(), false),
        ("arn:aws:iam::000000000101:root", any.as_str(), false),
        ("*", any.as_str(), true),
        ("arn:aws:iam::000000000100:role/ci", r#"{"Statement":[]}"#, false),
        (
            "000000000100",
            r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::000000000200:role/x"}}"#,
            false,
        ),
        (
            "000000000100",
            r#"{"Statement":{"Effect":"Allow","Action":"sts:*","Resource":"arn:aws:iam::000000000200:role/deploy"}}"#,
            true,
        ),
        (
            "000000000100",
            r#"{"Statement":{"Effect":"Allow","Action":"sts:*","Resource":"arn:aws-cn:iam::*:role/deploy"}}"#,
            false,
        ),
    ] {
        let mut scan = Scan::default();
        scan.add(target(principal));
        let ci = ci(document);
        scan.add(ci.clone());
        assert_eq!(scan.judge(&ci).level == PrivilegeLevel::Escalate, is_reached, "{principal} {document}");
    }
}

#[test]
fn in_the_same_account_the_trust_is_enough_if_it_names_the_role() {
    let nothing = r#"{"Statement":[]}"#;
    let denied = r#"{"Statement":{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}}"#;
    for (principal, document, is_reached) in [
        ("arn:aws:iam::000000000100:role/ci", nothing, true),
        ("arn:aws:iam::000000000100:role/ci", denied, false),
        ("arn:aws:iam::000000000100:root", nothing, false),
    ] {
        let mut scan = Scan::default();
        scan.add(role(100, "deploy").with(ADMIN).trusting(&json!(principal)));
        let ci = role(100, "ci").with(document);
        scan.add(ci.clone());
        assert_eq!(scan.judge(&ci).level == PrivilegeLevel::Escalate, is_reached, "{principal} {document}");
    }
    let mut scan = Scan::default();
    scan.add(role(100, "deploy").with(ADMIN).trusting(&json!("arn:aws:iam::000000000100:role/ci")));
    let bounded =
        role(100, "ci").bounded(r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#);
    assert_eq!(scan.judge(&bounded).level, PrivilegeLevel::None);
}

#[test]
fn chains_go_through_roles_and_end_in_circles() {
    let mut scan = Scan::default();
    let hop = |account: u64, name: &str, next: &str, trusted: &str| {
        role(account, name).with(&assume(json!(next))).trusting(&json!(trusted))
    };
    let first = hop(100, "a", "arn:aws:iam::000000000200:role/b", "arn:aws:iam::000000000200:role/b");
    scan.add(first.clone());
    scan.add(hop(200, "b", "*", "arn:aws:iam::000000000100:role/a"));
    scan.add(hop(300, "c", "*", "arn:aws:iam::000000000200:role/b"));
    scan.add(role(400, "d").with(ADMIN).trusting(&json!("arn:aws:iam::000000000300:role/c")));
    let found = scan.judge(&first);
    assert_eq!(found.level, PrivilegeLevel::Escalate);
    assert_eq!(
        found.evidence[0],
        "can assume 1 administrator in 1 account: sts:AssumeRole, such as arn:aws:iam::000000000400:role/d, through arn:aws:iam::000000000300:role/c"
    );
}

#[test]
fn roles_that_assume_each_other_or_themselves_gain_nothing() {
    let mut scan = Scan::default();
    let any = assume(json!("arn:aws:iam::*:role/x*"));
    let one = role(100, "x1").with(&any).trusting(&json!(["000000000100", "000000000200"]));
    scan.add(one.clone());
    scan.add(role(200, "x2").with(&any).trusting(&json!(["000000000100", "000000000200"])));
    let found = scan.judge(&one);
    assert_eq!((found.level, found.is_unknown), (PrivilegeLevel::Change, false));
    assert!(!found.codes.contains(&Code::RoleChain));
}

#[test]
fn a_role_that_nobody_can_judge_makes_those_unknown_that_may_assume_it() {
    let mut scan = Scan::default();
    scan.add(role(200, "deploy").with("{").trusting(&json!("000000000100")));
    let ci = role(100, "ci").with(&assume(json!("arn:aws:iam::*:role/deploy")));
    let found = scan.judge(&ci);
    assert_eq!((found.as_str(), found.level), ("unknown", PrivilegeLevel::Change));
    assert_eq!(
        found.evidence[0],
        "may be more: it may assume arn:aws:iam::000000000200:role/deploy, and nobody can say what that role may do"
    );
}

#[test]
fn accounts_outside_the_scan_are_named() {
    let mut scan = Scan::default();
    let ci = role(100, "ci")
        .with(&assume(json!(["arn:aws:iam::999999999999:role/deploy", "arn:aws:iam::000000000100:role/x"])));
    scan.add(ci.clone());
    let found = scan.judge(&ci);
    assert_eq!(found.level, PrivilegeLevel::Change);
    assert_eq!(found.evidence[0], "may assume roles of accounts that are not in the scan: 999999999999");
}

#[test]
fn a_conditional_trust_makes_it_less_sure_and_one_for_others_ends_it() {
    let ours = json!({"StringEquals": {"aws:PrincipalOrgID": "o-ours"}});
    let theirs = json!({"StringEquals": {"aws:PrincipalOrgID": "o-theirs"}});
    let secret = json!({"StringEquals": {"sts:ExternalId": "hunter2"}});
    for (condition, expected) in
        [(ours, Some(Confidence::High)), (theirs, None), (secret, Some(Confidence::Medium))]
    {
        let mut scan = Scan::default();
        scan.add(role(200, "deploy").with(ADMIN).trusting_if(&json!("*"), &condition));
        let ci = role(100, "ci").with(&assume(json!("arn:aws:iam::*:role/deploy")));
        let found = scan.judge(&ci);
        let chained = (found.level == PrivilegeLevel::Escalate).then_some(found.confidence);
        assert_eq!(chained, expected, "{condition}");
        assert!(!format!("{found:?}").contains("hunter2"));
    }
}

#[test]
fn beyond_the_limit_roles_that_may_assume_others_are_unknown() {
    let mut scan = Scan::with_limit(20_000);
    for account in 200..300 {
        scan.add(role(account, &format!("deploy{account}")).with(ADMIN).trusting(&json!("000000000100")));
    }
    let ci = role(100, "ci").with(&assume(json!("*")));
    let found = scan.judge(&ci);
    assert!(found.is_unknown, "{found:?}");
    assert!(found.evidence.iter().any(|line| line.contains("too many roles")), "{found:?}");
    let plain = role(100, "app")
        .with(r#"{"Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}}"#);
    assert!(!scan.judge(&plain).is_unknown);
}

#[test]
fn the_answer_is_the_same_however_threads_share_the_accounts() {
    let roles: Vec<_> = (200..230)
        .map(|account| role(account, "deploy").with(ADMIN).trusting(&json!("000000000100")))
        .chain((300..310).map(|account| {
            role(account, &format!("d{account}")).with(ADMIN).trusting(&json!("000000000100"))
        }))
        .collect();
    let ci = role(100, "ci").with(&assume(json!("arn:aws:iam::*:role/d*")));
    let mut one = Scan::default();
    roles.iter().for_each(|role| one.add(role.clone()));
    let mut other = Scan::default();
    roles.iter().rev().for_each(|role| other.add_to(role.clone(), role.name().len() % 2));
    assert_eq!(one.judge(&ci), other.judge(&ci));
    assert!(one.judge(&ci).evidence[0].contains("40 administrators in 40 accounts"));
}

#[test]
fn a_role_of_a_kind_takes_as_much_memory_as_said() {
    let mut collector = super::ChainCollector::new();
    let mut judge = fixture::judge();
    for account in 0..1000 {
        collector.add(role(account, "deploy").with(ADMIN).trusting(&json!("000000000100")).link(&mut judge));
    }
    assert!(collector.size() < 1000 * 8 + 500, "{}", collector.size());
    let mut collector = super::ChainCollector::new();
    for account in 0..1000 {
        collector.add(
            role(account, &format!("deploy-{account}"))
                .with(ADMIN)
                .trusting(&json!("000000000100"))
                .link(&mut judge),
        );
    }
    assert!(collector.size() < 1000 * 400, "{}", collector.size());
}
