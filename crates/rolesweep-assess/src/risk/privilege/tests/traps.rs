//! The traps that concern privilege, by their numbers in the notes: a document, and the right answer.

use serde_json::{Value, json};

use super::fixture::{ACCOUNT, Case, allow, codes, deny, only_if, policy};
use crate::risk::Confidence;
use crate::risk::privilege::PrivilegeLevel::{self, *};

fn own() -> String {
    Case::new().arn
}

/// What is expected of a role: its level, codes among its codes, codes that it must not have.
type Row = (&'static str, Case, PrivilegeLevel, &'static [&'static str], &'static [&'static str]);

fn check(rows: Vec<Row>) {
    for (name, case, level, has, lacks) in rows {
        let privilege = case.judge();
        let codes = codes(&privilege);
        let context = format!("{name}: {privilege:#?}");
        assert_eq!(privilege.level, level, "{context}");
        assert!(!privilege.is_unknown, "{context}");
        has.iter().for_each(|code| assert!(codes.iter().any(|one| one == code), "{code} in {context}"));
        lacks.iter().for_each(|code| {
            assert!(
                !codes.iter().any(|one| one == code || one.starts_with(&format!("{code}:"))),
                "{code} in {context}"
            );
        });
    }
}

#[test]
fn changing_itself_is_an_administrator_unless_the_boundary_stops_it() {
    let put = || Case::new().allowing(allow("iam:PutRolePolicy", own()));
    let everything = || allow("*", "*");
    check(vec![
        ("1: own PutRolePolicy", put(), Admin, &["admin-self"], &["escalate"]),
        (
            "2: with a boundary s3:*",
            put().bounded(allow("s3:*", "*")),
            None,
            &["none"],
            &["admin-self", "escalate"],
        ),
        (
            "3: with a boundary that denies it",
            put().bounded(json!([everything(), deny("iam:Put*", "*")])),
            None,
            &[],
            &["admin-self", "escalate"],
        ),
        ("with a boundary that allows everything", put().bounded(everything()), Admin, &["admin-self"], &[]),
        (
            "with a boundary for iam only, which it can remove",
            put().bounded(allow("iam:*", "*")),
            Admin,
            &["admin-self"],
            &[],
        ),
        (
            "with a boundary that allows the change and little else",
            put().bounded(allow(json!(["iam:PutRolePolicy", "s3:*"]), "*")),
            Escalate,
            &["escalate:iam-005"],
            &["admin-self"],
        ),
        (
            "only for roles with a boundary",
            Case::new().allowing(only_if(
                allow("iam:PutRolePolicy", "*"),
                json!({"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/b"}}),
            )),
            Escalate,
            &["escalate:iam-005"],
            &["admin-self"],
        ),
        (
            "a policy of its own",
            Case::new().attached("arn:aws:iam::111111111111:policy/x", allow("iam:CreatePolicyVersion", "*")),
            Admin,
            &["admin-self"],
            &[],
        ),
        (
            "policies of others only",
            Case::new().allowing(allow("iam:CreatePolicyVersion", "*")),
            Change,
            &["change"],
            &["admin-self", "escalate"],
        ),
        (
            "a new role with any policy",
            Case::new().allowing(allow(
                json!(["iam:CreateRole", "iam:AttachRolePolicy"]),
                format!("arn:aws:iam::{ACCOUNT}:role/*"),
            )),
            Admin,
            &["admin-self"],
            &[],
        ),
        (
            "a new role of some names",
            Case::new().allowing(allow(
                json!(["iam:CreateRole", "iam:PutRolePolicy"]),
                format!("arn:aws:iam::{ACCOUNT}:role/app-*"),
            )),
            Admin,
            &["admin-self"],
            &[],
        ),
        (
            "a new role of some names, and policies for others",
            Case::new().allowing(json!([
                allow("iam:CreateRole", format!("arn:aws:iam::{ACCOUNT}:role/app-*")),
                allow("iam:PutRolePolicy", format!("arn:aws:iam::{ACCOUNT}:role/web-*"))
            ])),
            Change,
            &[],
            &["admin-self"],
        ),
        (
            "a new role with a boundary",
            Case::new().allowing(only_if(
                allow(
                    json!(["iam:CreateRole", "iam:PutRolePolicy"]),
                    format!("arn:aws:iam::{ACCOUNT}:role/app-*"),
                ),
                json!({"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/b"}}),
            )),
            Change,
            &[],
            &["admin-self"],
        ),
        (
            "any policy but AdministratorAccess",
            Case::new().allowing(only_if(
                allow("iam:AttachRolePolicy", "*"),
                json!({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}),
            )),
            Change,
            &[],
            &["admin-self", "escalate"],
        ),
    ]);
}

#[test]
fn everything_but_something_is_read_as_iam_reads_it() {
    check(vec![
        (
            "4: NotAction iam:*",
            Case::new().allowing(json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
            EscalateDependent,
            &["data", "destroy", "change", "escalate:ssm-002"],
            &["admin-full", "admin-self"],
        ),
        (
            "5: NotAction of an unknown service",
            Case::new().allowing(json!({"Effect": "Allow", "NotAction": "prowler:action", "Resource": "*"})),
            Admin,
            &["admin-full"],
            &[],
        ),
        (
            "6: everything, and a deny of all but s3",
            Case::new().allowing(json!([
                allow("*", "*"),
                {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}
            ])),
            Data,
            &["data", "destroy", "change"],
            &["admin-full", "admin-self", "escalate"],
        ),
        (
            "9: everything, and a deny of iam on one other role",
            Case::new()
                .allowing(json!([allow("*", "*"), deny("iam:*", "arn:aws:iam::111111111111:role/other")])),
            Admin,
            &["admin-full"],
            &[],
        ),
        (
            "17: iam:* on all but one role",
            Case::new().allowing(json!({
                "Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::111111111111:role/other"
            })),
            Admin,
            &["admin-self"],
            &["admin-full"],
        ),
    ]);
}

#[test]
fn a_conditional_deny_lowers_the_confidence_and_not_the_level() {
    for (name, deny, key) in [
        (
            "7: denied without MFA",
            json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
            "aws:MultiFactorAuthPresent",
        ),
        (
            "8: older sessions revoked",
            json!({"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}),
            "aws:TokenIssueTime",
        ),
    ] {
        let case =
            Case::new().allowing(json!([allow("*", "*"), only_if(super::fixture::deny("*", "*"), deny)]));
        let privilege = case.judge();
        assert_eq!((privilege.level, privilege.confidence), (Admin, Confidence::Medium), "{name}");
        assert!(!privilege.is_unknown);
        assert!(privilege.evidence[0].contains(key), "{:?}", privilege.evidence);
    }
}

#[test]
fn passing_a_role_is_asked_for_the_service_of_the_path() {
    let pass = |condition: Value| only_if(allow("iam:PassRole", "*"), condition);
    let to = |operator: &str, service: &str| json!({operator: {"iam:PassedToService": service}});
    let lambda = || allow(json!(["lambda:CreateFunction", "lambda:InvokeFunction"]), "*");
    check(vec![
        (
            "10: in two policies",
            Case::new().allowing(allow("iam:PassRole", "*")).allowing(lambda()),
            EscalateDependent,
            &["escalate:lambda-001"],
            &[],
        ),
        (
            "11: to lambda only, and ec2:RunInstances",
            Case::new().allowing(json!([
                pass(to("StringEquals", "lambda.amazonaws.com")),
                allow("ec2:RunInstances", "*")
            ])),
            Change,
            &[],
            &["escalate"],
        ),
        (
            "to lambda only, and what lambda takes",
            Case::new().allowing(json!([pass(to("StringEquals", "lambda.amazonaws.com")), lambda()])),
            EscalateDependent,
            &["escalate:lambda-001"],
            &[],
        ),
        (
            "12: to any service",
            Case::new()
                .allowing(json!([pass(to("StringLike", "*.amazonaws.com")), allow("ec2:RunInstances", "*")])),
            EscalateDependent,
            &["escalate:ec2-001"],
            &[],
        ),
        (
            "PassRole alone",
            Case::new().allowing(allow("iam:PassRole", "*")),
            Change,
            &["change"],
            &["escalate"],
        ),
    ]);
    let both = Case::new().allowing(allow("iam:PassRole", "*")).allowing(lambda()).judge();
    assert!(
        both.evidence[0].contains("\"p0\"") && both.evidence[0].contains("\"p1\""),
        "{:?}",
        both.evidence
    );
}

#[test]
fn a_role_that_trusts_another_service_is_not_passed() {
    let other = Case::named("task").trusting(&json!({"Service": "ecs-tasks.amazonaws.com"}));
    let case = Case::new().allowing(json!([
        allow("iam:PassRole", "arn:aws:iam::111111111111:role/task"),
        allow("ec2:RunInstances", "*")
    ]));
    let privilege = case.among(&[other]);
    assert_eq!(privilege.level, Change, "13: {:?}", codes(&privilege));
    let other = Case::named("task").trusting(&json!({"Service": "ec2.amazonaws.com"}));
    assert_eq!(codes(&case.among(&[other]))[0], "escalate:ec2-001");
}

#[test]
fn patterns_of_actions_and_resources_are_wide_or_not() {
    let attach = |resource: Value| Case::new().allowing(allow("iam:AttachRolePolicy", resource));
    let policy_version = |resources: Value| {
        Case::new()
            .attached("arn:aws:iam::111111111111:policy/p", allow("iam:CreatePolicyVersion", resources))
    };
    check(vec![
        (
            "14: any case",
            Case::new().allowing(allow("IAM:aTtAcHrOlEp?LiCy", "*")),
            Admin,
            &["admin-self"],
            &[],
        ),
        ("15: role/*", attach(json!("arn:aws:iam::111111111111:role/*")), Admin, &["admin-self"], &[]),
        ("15: own path", attach(json!("arn:aws:iam::111111111111:role/team/*")), Admin, &["admin-self"], &[]),
        (
            "15: without the path",
            attach(json!("arn:aws:iam::111111111111:role/me")),
            Change,
            &[],
            &["admin-self", "escalate"],
        ),
        (
            "15: another path",
            attach(json!("arn:aws:iam::111111111111:role/app/*")),
            Change,
            &[],
            &["admin-self", "escalate"],
        ),
        (
            "16: a list with *",
            policy_version(json!(["arn:aws:iam::111111111111:policy/a", "*"])),
            Admin,
            &["admin-self"],
            &[],
        ),
        ("16: **", policy_version(json!("**")), Admin, &["admin-self"], &[]),
        ("16: any account", policy_version(json!("arn:aws:iam::*:policy/*")), Admin, &["admin-self"], &[]),
    ]);
}

#[test]
fn variables_depend_on_the_version_of_the_document() {
    let statement = allow("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/team/${aws:PrincipalTag/t}");
    let tagged = |mut case: Case| {
        case.tags.push(("t".to_owned(), "me".to_owned()));
        case
    };
    // 18: the text is literal, and no role has that name.
    let old = Case::new().document(&json!({"Statement": statement}).to_string());
    assert_eq!(tagged(old).level(), Change);
    // 19: the tag is not known, and a session may add it.
    let new = Case::new().allowing(statement.clone()).judge();
    assert_eq!((new.level, new.confidence), (Admin, Confidence::Medium));
    // A session may also replace the value that the role has.
    let known = tagged(Case::new().allowing(statement)).judge();
    assert_eq!((known.level, known.confidence), (Admin, Confidence::Medium));
}

#[test]
fn documents_are_read_as_aws_reads_them() {
    check(vec![
        (
            "20: single values and empty lists",
            Case::new().document(
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#,
            ).document(r#"{"Statement":[]}"#).document(
                r#"{"Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]}"#,
            ),
            Data,
            &["data"],
            &[],
        ),
        (
            "22: an empty condition",
            Case::new().allowing(only_if(allow("*", "*"), json!({}))),
            Admin,
            &["admin-full"],
            &[],
        ),
        (
            "23: ForAllValues is no limit",
            Case::new().allowing(only_if(
                allow("*", "*"),
                json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}),
            )),
            Admin,
            &["admin-full"],
            &[],
        ),
        (
            "24: a key that is always there",
            Case::new().allowing(only_if(allow("*", "*"), json!({"StringLike": {"aws:PrincipalArn": "*"}}))),
            Admin,
            &["admin-full"],
            &[],
        ),
    ]);
    let sure =
        Case::new().allowing(only_if(allow("*", "*"), json!({"StringLike": {"aws:PrincipalArn": "*"}})));
    assert_eq!(sure.judge().confidence, Confidence::High);
    let tag =
        Case::new().allowing(only_if(allow("*", "*"), json!({"StringLike": {"aws:PrincipalTag/x": "*"}})));
    assert_eq!(tag.judge().confidence, Confidence::Medium, "24: it needs the tag");
}

#[test]
fn a_condition_that_comes_twice_makes_a_document_unknown() {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
        "Condition":{"StringEquals":{"aws:PrincipalTag/a":"b"},"StringEquals":{"aws:PrincipalTag/c":"d"}}}}"#;
    let privilege = Case::new().document(text).judge();
    assert_eq!((privilege.as_str(), privilege.level), ("unknown", None), "21");
}

#[test]
fn users_and_unknown_actions_give_a_role_nothing() {
    check(vec![
        (
            "35: AttachUserPolicy alone",
            Case::new().allowing(allow("iam:AttachUserPolicy", "*")),
            Change,
            &["change"],
            &["escalate", "admin-self"],
        ),
        (
            "35: with access keys",
            Case::new().allowing(allow(json!(["iam:AttachUserPolicy", "iam:CreateAccessKey"]), "*")),
            EscalateDependent,
            &["escalate:iam-002"],
            &[],
        ),
        (
            "39: an unknown action",
            Case::new().allowing(allow("nosuch:Thing", "*")),
            None,
            &["none"],
            &["change"],
        ),
        (
            "37: quarantine",
            Case::new()
                .attached("arn:aws:iam::aws:policy/AdministratorAccess", allow("*", "*"))
                .attached("arn:aws:iam::aws:policy/AWSDenyAll", deny("*", "*")),
            None,
            &["none"],
            &["change", "read-only"],
        ),
    ]);
}

#[test]
fn every_partition_has_the_same_answers() {
    for (partition, suffix) in [("aws", ""), ("aws-us-gov", ""), ("aws-cn", ".cn")] {
        let mut case = Case::new().allowing(json!([
            allow("iam:PutRolePolicy", format!("arn:{partition}:iam::{ACCOUNT}:role/*")),
            allow("s3:GetObject", format!("arn:{partition}:s3:::*")),
            allow("ec2:RunInstances", "*"),
            only_if(
                allow("iam:PassRole", "*"),
                json!({"StringEquals": {"iam:PassedToService": format!("ec2.amazonaws.com{suffix}")}})
            )
        ]));
        case.arn = format!("arn:{partition}:iam::{ACCOUNT}:role/team/me");
        let privilege = case.judge();
        assert_eq!(codes(&privilege), ["admin-self", "data"], "38: {partition}");
        case.inline[0].1 = Some(policy(&json!([
            allow("ec2:RunInstances", "*"),
            only_if(
                allow("iam:PassRole", "*"),
                json!({"StringEquals": {"iam:PassedToService": format!("ec2.amazonaws.com{suffix}")}})
            )
        ])));
        assert_eq!(codes(&case.judge()), ["escalate:ec2-001", "change"], "38: {partition}");
    }
}

#[test]
fn a_pattern_of_stars_takes_no_time() {
    let stars = format!("s3:{}a", "*a".repeat(5000));
    let begun = std::time::Instant::now();
    let case = Case::new()
        .allowing(allow(json!([stars, "*".repeat(10_000)]), format!("arn:aws:s3:::{}", "*?".repeat(5000))));
    let _ = case.judge();
    assert!(begun.elapsed().as_secs() < 5, "40: {:?}", begun.elapsed());
}
