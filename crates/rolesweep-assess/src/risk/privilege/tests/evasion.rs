//! What somebody who writes a policy may try to make a role look harmless.

use serde_json::{Value, json};

use super::fixture::{Case, allow, codes, deny, only_if};
use crate::risk::privilege::PrivilegeLevel::{self, Admin, Data, Escalate};

const OWN: &str = "arn:aws:iam::111111111111:role/team/me";

fn all(statements: Value) -> Case {
    Case::new().allowing(statements)
}

fn at_least(case: &Case, level: PrivilegeLevel) {
    let privilege = case.judge();
    assert!(privilege.level >= level, "{:?}\n{privilege:#?}", case.inline);
}

#[test]
fn a_deny_of_names_by_their_length_is_no_deny_of_all() {
    for length in [1, 6, 12, 16, 20, 24, 32, 41] {
        let any = "?".repeat(length);
        let names = [
            format!("arn:aws:iam::*:role/{any}"),
            format!("arn:aws:iam::*:user/{any}"),
            format!("arn:aws:s3:::{any}/*"),
            format!("arn:aws:secretsmanager:*:*:secret:{any}"),
            format!("arn:aws:secretsmanager:*:*:secret:{any}-??????"),
        ];
        let itself = deny("iam:*", OWN);
        at_least(&all(json!([allow("*", "*"), deny("*", json!(names)), itself])), Admin);
        at_least(&all(json!([allow("secretsmanager:*", "*"), deny("*", json!(names))])), Data);
        let but = json!({"Effect": "Allow", "Action": "secretsmanager:*", "NotResource": names});
        at_least(&all(but), Data);
    }
}

#[test]
fn a_deny_in_one_region_is_no_deny_of_all() {
    let arn = |service: &str, region: &str| format!("arn:aws:{service}:{region}:*:*");
    let region = deny(
        "*",
        json!([
            arn("dynamodb", "us-east-1"),
            arn("dynamodb", "us-west-2"),
            arn("secretsmanager", "us-east-1"),
            arn("secretsmanager", "us-*"),
        ]),
    );
    at_least(&all(json!([allow(["secretsmanager:*", "dynamodb:*"], "*"), region.clone()])), Data);
    let mut bounded = all(allow("dynamodb:*", "*"));
    bounded = bounded.bounded(json!([allow("*", "*"), region]));
    at_least(&bounded, Data);
}

#[test]
fn any_resource_of_one_region_is_found_behind_named_ones_of_others() {
    let secret =
        |region: &str, name: &str| format!("arn:aws:secretsmanager:{region}:111111111111:secret:{name}");
    let mut names: Vec<String> = ["us-west-1", "us-west-2", "eu-north-1", "eu-central-1", "ap-east-1"]
        .map(|region| secret(region, "a"))
        .into();
    names.push(secret("eu-west-1", "*"));
    at_least(&all(allow("secretsmanager:GetSecretValue", json!(names))), Data);
    let bounded = all(allow("secretsmanager:GetSecretValue", "*"));
    at_least(&bounded.bounded(allow("secretsmanager:*", secret("eu-west-1", "*"))), Data);
}

#[test]
fn a_deny_of_all_but_named_resources_leaves_only_those() {
    let but =
        json!({"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"]});
    assert_eq!(codes(&all(json!([allow("s3:*", "*"), but])).judge())[0], "data-scoped");
}

#[test]
fn a_deny_that_some_values_pass_is_no_deny_of_all() {
    let under = |condition: Value| only_if(deny("*", "*"), condition);
    for denies in [
        json!([under(json!({"BoolIfExists": {"aws:PrincipalTag/x": ["true", "false"]}}))]),
        json!([
            under(json!({"BoolIfExists": {"aws:PrincipalTag/x": "true"}})),
            under(json!({"BoolIfExists": {"aws:PrincipalTag/x": "false"}})),
        ]),
        json!([
            under(json!({"NumericLessThanIfExists": {"aws:PrincipalTag/x": "5"}})),
            under(json!({"NumericGreaterThanEqualsIfExists": {"aws:PrincipalTag/x": "5"}})),
        ]),
        json!([
            under(json!({"DateLessThanIfExists": {"aws:PrincipalTag/x": "2020-01-01"}})),
            under(json!({"DateGreaterThanEqualsIfExists": {"aws:PrincipalTag/x": "2020-01-01"}})),
        ]),
        json!([under(json!({"IpAddress": {"aws:userid": ["0.0.0.0/0", "::/0"]}}))]),
    ] {
        let statements: Vec<Value> =
            [allow("*", "*")].into_iter().chain(denies.as_array().unwrap().clone()).collect();
        at_least(&all(json!(statements)), Admin);
    }
    // A key that is always one of the two.
    let mfa = |value: &str| under(json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": value}}));
    assert_eq!(codes(&all(json!([allow("*", "*"), mfa("true"), mfa("false")])).judge()), ["none"]);
}

#[test]
fn a_session_may_change_a_tag_of_its_role() {
    let tagged = |statements: Value| {
        let mut case = all(statements);
        case.tags.push(("team".to_owned(), "web".to_owned()));
        case
    };
    at_least(
        &tagged(only_if(allow("*", "*"), json!({"StringEquals": {"aws:PrincipalTag/team": "ops"}}))),
        Admin,
    );
    let web = only_if(deny("*", "*"), json!({"StringEquals": {"aws:PrincipalTag/team": "web"}}));
    at_least(&tagged(json!([allow("*", "*"), web])), Admin);
    // But a session cannot remove it.
    let without = only_if(allow("*", "*"), json!({"Null": {"aws:PrincipalTag/team": "true"}}));
    assert_eq!(codes(&tagged(without).judge()), ["none"]);
}

#[test]
fn a_role_chooses_whether_it_asks_a_service_or_sends_in_clear() {
    for (key, value) in [("aws:ViaAWSService", "true"), ("aws:SecureTransport", "false")] {
        at_least(&all(only_if(allow("s3:*", "*"), json!({"Bool": {key: value}}))), Data);
    }
    for (key, value) in [("aws:ViaAWSService", "false"), ("aws:SecureTransport", "true")] {
        at_least(
            &all(json!([allow("s3:*", "*"), only_if(deny("*", "*"), json!({"Bool": {key: value}}))])),
            Data,
        );
    }
}

#[test]
fn another_policy_makes_an_administrator_as_well() {
    let attach = |condition: Value| only_if(allow("iam:AttachRolePolicy", OWN), condition);
    let full =
        |name: &str| json!({"ArnEquals": {"iam:PolicyARN": format!("arn:aws:iam::aws:policy/{name}")}});
    for name in ["AdministratorAccess", "IAMFullAccess", "*Full*"] {
        at_least(&all(attach(full(name))), Admin);
    }
    let not = only_if(deny("iam:AttachRolePolicy", "*"), full("AdministratorAccess"));
    at_least(&all(json!([allow("iam:AttachRolePolicy", "*"), not])), Admin);
    assert_eq!(all(attach(full("ReadOnlyAccess"))).level(), PrivilegeLevel::Change);
}

#[test]
fn a_role_with_a_boundary_may_change_roles_with_a_boundary() {
    let bounded = json!({"StringLike": {"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/*"}});
    let case = all(only_if(allow("iam:PutRolePolicy", OWN), bounded.clone()));
    at_least(&case.clone().bounded(json!([allow("*", "*")])), Admin);
    let unbounded =
        only_if(deny("iam:PutRolePolicy", "*"), json!({"Null": {"iam:PermissionsBoundary": "true"}}));
    let case = all(json!([allow("iam:PutRolePolicy", OWN), unbounded]));
    at_least(&case.bounded(json!([allow("*", "*")])), Admin);
    // A role without a boundary cannot.
    assert!(all(only_if(allow("iam:PutRolePolicy", OWN), bounded)).level() < Admin);
}

#[test]
fn a_role_can_be_passed_though_its_trust_denies_another_way_or_names_a_region() {
    let lambda = |case: Case| case.allowing(allow("*", "*"));
    let passing = |service: &str, action: [&str; 2]| {
        Case::new()
            .allowing(json!([allow("iam:PassRole", "*"), allow(json!(action), "*")]))
            .trusting(&json!({"Service": service}))
    };
    let mut denied = lambda(Case::named("admin"));
    denied.trust = Some(
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
            {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity"},
            {"Effect": "Deny", "Principal": "*", "Action": "s*:AssumeRole"},
        ]})
        .to_string(),
    );
    let me = passing("ec2.amazonaws.com", ["lambda:CreateFunction", "lambda:InvokeFunction"]);
    let privilege = me.among(&[denied]);
    assert_eq!(privilege.level, Escalate, "{privilege:#?}");
    let regional =
        lambda(Case::named("admin")).trusting(&json!({"Service": "states.eu-west-1.amazonaws.com"}));
    let me = passing("ec2.amazonaws.com", ["states:CreateStateMachine", "states:StartExecution"]);
    let privilege = me.among(&[regional]);
    assert_eq!(privilege.level, Escalate, "{privilege:#?}");
}

#[test]
fn a_new_role_of_some_names_is_found_behind_a_deny_of_others_but_not_in_another_account() {
    let fill = |account: &str| {
        allow(json!(["iam:CreateRole", "iam:PutRolePolicy"]), format!("arn:aws:iam::{account}:role/app-*"))
    };
    let some = deny("iam:*", format!("arn:aws:iam::*:role/app-{}", "?".repeat(20)));
    at_least(&all(json!([fill("111111111111"), some])), Admin);
    at_least(&all(fill("${aws:PrincipalAccount}")), Admin);
    let every = deny("iam:CreateRole", "arn:aws:iam::*:role/app-*");
    assert!(all(json!([fill("111111111111"), every])).level() < Admin);
    assert!(all(fill("222222222222")).level() < Admin);
}

#[test]
fn a_named_resource_is_found_behind_hundreds_that_are_denied() {
    let secret = |number: usize| format!("arn:aws:secretsmanager:eu-west-1:111111111111:secret:s{number}");
    let named: Vec<String> = (0..300).map(secret).collect();
    let denied = deny("*", json!(named[..299]));
    let privilege = all(json!([allow("secretsmanager:GetSecretValue", json!(named)), denied])).judge();
    assert_eq!(privilege.level, PrivilegeLevel::DataScoped, "{privilege:#?}");
}

#[test]
fn all_but_patterns_that_nobody_understands_is_not_nothing() {
    for odd in ["*:*", "?*:*", "i*:*", "*Role", "s3*"] {
        let but = json!({"Effect": "Allow", "NotAction": odd, "Resource": "*"});
        let privilege = all(but).judge();
        assert!(privilege.is_unknown || privilege.level == Admin, "{odd}: {privilege:#?}");
    }
    let but = json!({"Effect": "Allow", "NotAction": "**", "Resource": "*"});
    assert_eq!(codes(&all(but).judge()), ["none"]);
}
