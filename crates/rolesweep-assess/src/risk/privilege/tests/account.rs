//! Paths that end in another role of the account.

use serde_json::json;

use super::fixture::{Case, allow, codes};
use crate::risk::privilege::{PrivilegeJudge, PrivilegeLevel};

fn lambda() -> Case {
    Case::new()
        .allowing(allow(json!(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]), "*"))
}

fn function(name: &str) -> Case {
    Case::named(name).trusting(&json!({"Service": "lambda.amazonaws.com"}))
}

#[test]
fn a_path_is_certain_if_an_administrator_may_be_passed() {
    let admin = function("deployer").allowing(allow("*", "*"));
    let plain = function("worker").allowing(allow("logs:PutLogEvents", "*"));
    let found = lambda().among(&[plain.clone(), admin.clone()]);
    assert_eq!(found.level, PrivilegeLevel::Escalate);
    assert_eq!(codes(&found)[0], "escalate:lambda-001");
    assert!(
        found.evidence[0].contains("may pass deployer, an administrator that trusts lambda.amazonaws.com")
    );
    let dependent = lambda().among(&[plain]);
    assert_eq!(dependent.level, PrivilegeLevel::EscalateDependent);
    assert!(dependent.evidence[0].contains("1 role of the account trusts"), "{:?}", dependent.evidence);
}

#[test]
fn an_administrator_that_may_not_be_passed_or_trusts_another_service_does_not_count() {
    let narrow = Case::new().allowing(json!([
        allow("iam:PassRole", "arn:aws:iam::111111111111:role/worker"),
        allow(json!(["lambda:CreateFunction", "lambda:InvokeFunction"]), "*")
    ]));
    let admin = function("deployer").allowing(allow("*", "*"));
    let worker = function("worker");
    assert_eq!(narrow.among(&[admin.clone(), worker]).level, PrivilegeLevel::EscalateDependent);
    assert_eq!(narrow.among(&[admin]).level, PrivilegeLevel::Change);
    let elsewhere = Case::named("deployer").allowing(allow("*", "*"));
    assert_eq!(lambda().among(&[elsewhere]).level, PrivilegeLevel::EscalateDependent);
}

#[test]
fn a_role_that_was_not_seen_may_be_the_one_that_is_passed() {
    let narrow = Case::new().allowing(json!([
        allow("iam:PassRole", "arn:aws:iam::111111111111:role/worker"),
        allow(json!(["lambda:CreateFunction", "lambda:InvokeFunction"]), "*")
    ]));
    let mut judge = PrivilegeJudge::new(None, "test");
    assert_eq!(narrow.by(&mut judge, &[], false).level, PrivilegeLevel::EscalateDependent);
    assert_eq!(narrow.by(&mut judge, &[], true).level, PrivilegeLevel::Change);
}

#[test]
fn a_role_to_pass_that_nobody_can_judge_makes_the_answer_unknown() {
    let mut unread = function("deployer");
    unread.inline.push(("x".to_owned(), None));
    let privilege = lambda().among(&[unread]);
    assert_eq!((privilege.as_str(), privilege.level), ("unknown", PrivilegeLevel::EscalateDependent));
    assert!(
        privilege.evidence.iter().any(|line| line.contains("may pass deployer")),
        "{:?}",
        privilege.evidence
    );
}

#[test]
fn roles_that_can_be_changed_and_assumed_are_found() {
    let update = Case::new().allowing(allow("iam:UpdateAssumeRolePolicy", "*"));
    let admin = Case::named("boss").allowing(allow("*", "*"));
    let plain = Case::named("worker").allowing(allow("logs:PutLogEvents", "*"));
    assert_eq!(update.among(&[admin]).level, PrivilegeLevel::Escalate);
    assert_eq!(update.among(std::slice::from_ref(&plain)).level, PrivilegeLevel::EscalateDependent);

    let other = "arn:aws:iam::111111111111:role/worker";
    let put = Case::new().allowing(allow(json!(["iam:PutRolePolicy", "sts:AssumeRole"]), other));
    assert_eq!(
        put.among(std::slice::from_ref(&plain)).level,
        PrivilegeLevel::Change,
        "it does not trust the role"
    );
    let trusting = plain.clone().trusting(&json!({"AWS": "arn:aws:iam::111111111111:role/team/me"}));
    assert_eq!(codes(&put.among(&[trusting]))[0], "escalate:iam-017");
    let root = plain.clone().trusting(&json!({"AWS": "111111111111"}));
    assert_eq!(put.among(&[root]).level, PrivilegeLevel::Escalate);
    let both = Case::new().allowing(allow(json!(["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"]), other));
    assert_eq!(codes(&both.among(&[plain]))[0], "escalate:iam-021");
    let reserved = "arn:aws:iam::111111111111:role/aws-reserved/x";
    let both =
        Case::new().allowing(allow(json!(["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"]), reserved));
    assert_eq!(both.among(&[Case::named("aws-reserved/x")]).level, PrivilegeLevel::Change);
}

#[test]
fn roles_with_the_same_documents_share_the_judgement_unless_it_is_about_themselves() {
    let mut judge = PrivilegeJudge::new(None, "test");
    let one = Case::named("one").allowing(allow("s3:*", "*"));
    let two = Case::named("two").allowing(allow("s3:*", "*"));
    assert!(std::sync::Arc::ptr_eq(&one.by(&mut judge, &[], true), &two.by(&mut judge, &[], true)));
    let own = |name: &str| {
        Case::named(name).allowing(allow("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/one"))
    };
    assert_eq!(own("one").by(&mut judge, &[], true).level, PrivilegeLevel::Admin);
    assert_eq!(own("two").by(&mut judge, &[], true).level, PrivilegeLevel::Change);
    let tagged = |tag: &str| {
        let mut case = Case::new().allowing(super::fixture::only_if(
            allow("*", "*"),
            json!({"Null": {"aws:PrincipalTag/admin": "true"}}),
        ));
        case.tags.push((tag.to_owned(), "yes".to_owned()));
        case
    };
    assert_eq!(tagged("other").by(&mut judge, &[], true).level, PrivilegeLevel::Admin);
    assert_eq!(tagged("admin").by(&mut judge, &[], true).level, PrivilegeLevel::None);
    let mut elsewhere =
        Case::new().allowing(allow("iam:AttachRolePolicy", "arn:aws:iam::111111111111:role/*"));
    assert_eq!(elsewhere.by(&mut judge, &[], true).level, PrivilegeLevel::Admin);
    elsewhere.arn = "arn:aws:iam::222222222222:role/team/me".to_owned();
    assert_eq!(elsewhere.by(&mut judge, &[], true).level, PrivilegeLevel::Change);
}

#[test]
fn what_a_judge_remembers_is_bounded_and_what_it_forgot_is_judged_again() {
    let mut judge = PrivilegeJudge::new(None, "test");
    for number in 0..12 {
        let padding = " ".repeat(500_000);
        let case = Case::new().document(&format!(
            r#"{{"Version":"2012-10-17",{padding}"Statement":{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b{number}/*"}}}}"#
        ));
        let found = case.by(&mut judge, &[], true);
        assert!(found.evidence[0].contains(&format!("arn:aws:s3:::b{number}/*")), "{:?}", found.evidence);
        assert!(judge.remembered_bytes() <= 8 << 20, "{}", judge.remembered_bytes());
    }
}
