//! What a role's own policies deny.

use serde_json::{Value, json};

use super::fixture::{Scan, role};
use super::{ADMIN, assume};
use crate::risk::privilege::PrivilegeLevel;

#[test]
fn a_role_that_is_denied_for_sure_is_not_reached() {
    let deploy = "arn:aws:iam::000000000200:role/deploy";
    let deny = |resource: &Value| json!({"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": resource});
    let with = |mut deny: Value, element: &str, value: Value| {
        deny[element] = value;
        deny
    };
    let plain = deny(&json!(deploy));
    let many = |number: usize| {
        let others = (1..number).map(|other| format!("arn:aws:iam::000000000200:role/other-{other}"));
        json!(others.chain([deploy.to_owned()]).collect::<Vec<_>>())
    };
    let mfa = json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}});
    for (denied, is_reached) in [
        (plain.clone(), false),
        (deny(&json!("arn:aws:iam::*:role/deploy")), false),
        (deny(&json!("arn:aws:iam::000000000200:role/*")), false),
        (deny(&json!("arn:aws:iam::*:role/dep*")), false),
        (with(plain.clone(), "Action", json!("sts:Assume*")), false),
        (with(plain.clone(), "Action", json!("*")), false),
        (with(plain.clone(), "Condition", json!({})), false),
        (with(plain.clone(), "Condition", mfa), true),
        (with(plain.clone(), "Action", json!("sts:TagSession")), true),
        (deny(&json!("arn:aws:iam::000000000201:role/deploy")), true),
        (deny(&json!("arn:aws:iam::000000000200:role/deploy-*")), true),
        // Nobody says what this means.
        (deny(&json!("*:role/deploy")), true),
        (deny(&json!("arn:aws:iam::*:role/${aws:PrincipalTag/team}")), true),
        (deny(&many(32)), false),
        (deny(&many(33)), true),
    ] {
        let allow = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [allow, denied]}).to_string();
        let mut scan = Scan::default();
        scan.add(role(200, "deploy").with(ADMIN).trusting(&json!("000000000100")));
        scan.add(role(200, "unrelated").trusting(&json!("000000000100")));
        let ci = role(100, "ci").with(&document);
        assert_eq!(scan.judge(&ci).level == PrivilegeLevel::Escalate, is_reached, "{document}");
        // The same on the way to another role.
        scan.add(ci.trusting(&json!("000000000101")));
        let first = role(101, "first").with(&assume(json!("arn:aws:iam::000000000100:role/ci")));
        assert_eq!(scan.judge(&first).level == PrivilegeLevel::Escalate, is_reached, "{document}");
    }
}

#[test]
fn a_deny_for_one_account_leaves_the_same_role_of_others() {
    let mut scan = Scan::default();
    for account in 200..240 {
        scan.add(role(account, "deploy").with(ADMIN).trusting(&json!("000000000100")));
    }
    let deny = json!(["arn:aws:iam::000000000200:role/deploy", "arn:aws:iam::00000000021?:role/deploy"]);
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/deploy"},
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": deny}]});
    let found = scan.judge(&role(100, "ci").with(&document.to_string()));
    assert_eq!(
        found.evidence[0],
        "can assume 29 administrators in 29 accounts: sts:AssumeRole, such as arn:aws:iam::000000000201:role/deploy"
    );
}

#[test]
fn a_deny_also_takes_away_what_a_trust_of_the_same_account_gives() {
    let deny = |resource: &str| {
        json!({"Statement": {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": resource}}).to_string()
    };
    for (denied, is_reached) in
        [("arn:aws:iam::*:role/deploy", false), ("arn:aws:iam::000000000101:role/deploy", true)]
    {
        let mut scan = Scan::default();
        scan.add(role(100, "deploy").with(ADMIN).trusting(&json!("arn:aws:iam::000000000100:role/ci")));
        let ci = role(100, "ci").with(&deny(denied));
        assert_eq!(scan.judge(&ci).level == PrivilegeLevel::Escalate, is_reached, "{denied}");
    }
}
