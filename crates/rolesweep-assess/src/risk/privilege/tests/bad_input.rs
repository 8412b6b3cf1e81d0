//! What cannot be read or is not understood never makes a role look harmless.

use rolesweep_model::{Boundary, RoleDocuments};
use serde_json::json;

use super::fixture::{Case, allow, codes, deny, only_if};
use crate::risk::AccountRoles;
use crate::risk::privilege::{AccountJudge, PrivilegeJudge, PrivilegeLevel, Subject};

fn admin() -> Case {
    Case::new().allowing(allow("*", "*"))
}

#[test]
fn a_document_that_is_missing_or_cannot_be_read_keeps_what_is_known() {
    for text in
        [None, Some(""), Some("{"), Some("null"), Some(r#"{"Statement":[{"Effect":"Allow","Action":"s3:G"#)]
    {
        let text = text.map(str::to_owned);
        let mut alone = Case::new();
        alone.inline.push(("x".to_owned(), text.clone()));
        let privilege = alone.judge();
        assert_eq!((privilege.as_str(), privilege.level), ("unknown", PrivilegeLevel::None), "{text:?}");
        assert_eq!(codes(&privilege), ["privilege-unknown"]);
        assert_eq!(privilege.evidence[0], "may be more: inline policy \"x\" could not be read");
        let mut beside = admin();
        beside.attached.push(("arn:aws:iam::aws:policy/Gone".to_owned(), text.clone()));
        let privilege = beside.judge();
        assert_eq!((privilege.as_str(), privilege.level), ("unknown", PrivilegeLevel::Admin), "{text:?}");
        let mut bounded = admin();
        bounded.boundary = Some(text);
        let privilege = bounded.judge();
        assert_eq!((privilege.as_str(), privilege.level), ("unknown", PrivilegeLevel::Admin));
    }
}

#[test]
fn an_operator_that_is_not_understood_neither_gives_nor_takes() {
    let odd = json!({"StringMatches": {"aws:PrincipalTag/a": "b"}});
    let allowed =
        Case::new().allowing(json!([only_if(allow("*", "*"), odd.clone()), allow("s3:GetObject", "*")]));
    let privilege = allowed.judge();
    assert_eq!((privilege.as_str(), privilege.level), ("unknown", PrivilegeLevel::Data));
    assert!(
        privilege
            .evidence
            .iter()
            .any(|line| line == "may be more: inline policy \"p0\", statement 1 is not understood")
    );
    let denied = Case::new().allowing(json!([allow("*", "*"), only_if(deny("*", "*"), odd.clone())]));
    let privilege = denied.judge();
    assert_eq!((privilege.as_str(), privilege.level), ("unknown", PrivilegeLevel::Admin));
    let immaterial = Case::new().allowing(json!([allow("*", "*"), only_if(allow("s3:*", "*"), odd)]));
    assert_eq!(immaterial.judge().as_str(), "admin");
}

#[test]
fn a_value_of_a_wrong_type_is_not_understood() {
    for value in [json!({"a": 1}), json!(null), json!([[]])] {
        let case =
            Case::new().allowing(only_if(allow("*", "*"), json!({"NumericLessThan": {"aws:x": value}})));
        let privilege = case.judge();
        assert_eq!(privilege.as_str(), "unknown", "{value} {privilege:?}");
    }
}

#[test]
fn five_hundred_statements_are_judged() {
    let statements: Vec<_> = (0..500)
        .map(|number| allow("sqs:SendMessage", format!("arn:aws:sqs:us-east-1:111111111111:q{number}")))
        .chain([allow("*", "*")])
        .collect();
    assert_eq!(Case::new().allowing(json!(statements)).level(), PrivilegeLevel::Admin);
}

#[test]
fn names_and_patterns_in_evidence_are_short_and_in_one_line() {
    let long = "x".repeat(3000);
    let statement = json!({"Sid": format!("a\n\u{202e}{long}"), "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": [format!("arn:aws:secretsmanager:us-east-1:111111111111:secret:\u{1b}{long}"), format!("arn:aws:secretsmanager:us-east-1:1:secret:{long}2")]});
    let mut case = Case::new().allowing(statement);
    case.inline[0].0 = format!("\r\n\u{7}{long}");
    let privilege = case.judge();
    assert_eq!(privilege.level, PrivilegeLevel::DataScoped);
    for line in &privilege.evidence {
        assert!(line.chars().count() <= 500, "{line}");
        assert!(!line.chars().any(rolesweep_model::text::is_hidden), "{line}");
    }
}

#[test]
fn a_denial_of_everything_but_by_many_statements_is_no_harm() {
    let denies: Vec<_> = rolesweep_services().map(|service| deny(format!("{service}:*"), "*")).collect();
    let mut statements = vec![allow("*", "*")];
    statements.extend(denies);
    let privilege = Case::new().allowing(json!(statements)).judge();
    assert_eq!(codes(&privilege), ["none"]);
}

fn rolesweep_services() -> impl Iterator<Item = &'static str> {
    let mut services: Vec<&str> = crate::catalogue::Action::all().map(|action| action.service()).collect();
    services.dedup();
    services.into_iter()
}

#[test]
fn many_conditional_statements_about_many_actions_end() {
    let actions: Vec<String> =
        crate::catalogue::Action::matching("ec2:*").map(|action| action.to_string()).collect();
    let tag = json!({"StringEquals": {"aws:ResourceTag/a": "b"}});
    let statements: Vec<_> = (1..120)
        .map(|number| {
            only_if(
                allow(json!(actions[..number]), format!("arn:aws:ec2:*:*:instance/i-{number}")),
                tag.clone(),
            )
        })
        .collect();
    let begun = std::time::Instant::now();
    let privilege = Case::new().allowing(json!(statements)).judge();
    assert_eq!(privilege.level, PrivilegeLevel::Change);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

#[test]
fn policies_that_were_not_collected_were_not_read() {
    let subject = Subject { arn: "arn:aws:iam::111111111111:role/me", tags: None };
    let documents = RoleDocuments { inline: None, attached: None, boundary: Boundary::NotCollected };
    let account = AccountRoles::new(true);
    let mut judge = PrivilegeJudge::new(None, "test");
    let privilege = AccountJudge::new(account).privilege(&mut judge, &subject, &documents);
    assert_eq!(
        privilege.evidence[0],
        "may be more: its policies were not read: the role was read with iam:ListRoles or iam:GetRole, which do not return them"
    );
}
