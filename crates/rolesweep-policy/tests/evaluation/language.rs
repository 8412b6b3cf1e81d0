//! The edges of the language, where tools differ.

use super::*;

#[test]
fn a_wildcard_in_the_service_of_an_action_has_the_higher_reading() {
    for pattern in ["*:*", "i*:PassRole", "ia?:PassRole", "*:PassRole", "*Role"] {
        assert_eq!(ask(&policy(&[allow(pattern, "*")]), "iam:PassRole", OTHER), ALLOWED, "{pattern}");
        // A deny that may mean nothing takes nothing away for certain.
        let set = policy(&[allow("*", "*"), deny(pattern, "*")]);
        assert_eq!(ask(&set, "iam:PassRole", OTHER), UNKNOWN, "{pattern}");
        let set = policy(&[json!({"Effect": "Allow", "NotAction": pattern, "Resource": "*"})]);
        assert_eq!(ask(&set, "iam:PassRole", OTHER), UNKNOWN, "{pattern}");
    }
}

#[test]
fn a_star_at_the_end_of_an_arn_goes_on_beyond_colons() {
    for pattern in ["arn:aws:iam::*", "arn:*", "arn:aws:*", "arn:aws:iam*"] {
        assert_eq!(ask(&policy(&[allow("iam:*", pattern)]), "iam:PassRole", ME), ALLOWED, "{pattern}");
        let set = policy(&[allow("*", "*"), deny("iam:*", pattern)]);
        assert_eq!(ask(&set, "iam:PassRole", ME), DENIED, "{pattern}");
    }
}

#[test]
fn a_star_inside_an_arn_stays_within_its_part() {
    for pattern in ["arn:aws:iam:*:role/team/me", "arn:*:role/team/me", "arn:aws:iam::*me", "arn:*me"] {
        assert_eq!(ask(&policy(&[allow("iam:*", pattern)]), "iam:PassRole", ME), DENIED, "{pattern}");
    }
    let all_but = json!({"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:*:role/team/me"});
    assert_eq!(ask(&policy(&[all_but]), "iam:PassRole", OTHER), UNKNOWN);
}

#[test]
fn a_resource_that_does_not_begin_with_arn_has_the_higher_reading() {
    for pattern in ["*:role/team/me", "*role/team/me", "*:*", "a*:role/team/me"] {
        assert_eq!(ask(&policy(&[allow("iam:*", pattern)]), "iam:PassRole", ME), ALLOWED, "{pattern}");
        let set = policy(&[allow("*", "*"), deny("iam:*", pattern)]);
        assert_eq!(ask(&set, "iam:PassRole", ME), UNKNOWN, "{pattern}");
        assert_eq!(ask(&set, "iam:PassRole", OTHER) == UNKNOWN, pattern == "*:*", "{pattern}");
    }
}

#[test]
fn a_wildcard_in_the_service_of_an_arn_has_the_higher_reading() {
    let odd = "arn:aws:i*::111111111111:role/team/me";
    assert_eq!(ask(&policy(&[allow("iam:*", odd)]), "iam:PassRole", ME), ALLOWED);
    assert_eq!(ask(&policy(&[allow("*", "*"), deny("iam:*", odd)]), "iam:PassRole", ME), UNKNOWN);
    assert_eq!(ask(&policy(&[allow("*", "*"), deny("iam:*", odd)]), "iam:PassRole", OTHER), ALLOWED);
    // In conditions, every part may have wildcards.
    let set = policy(&[when(allow("iam:*", "*"), "ArnLike", "aws:PrincipalArn", odd)]);
    assert_eq!(ask(&set, "iam:PassRole", OTHER), ALLOWED);
}

#[test]
fn arns_have_case_and_actions_do_not() {
    let set = policy(&[allow("IAM:passrole", "arn:aws:iam::111111111111:role/OTHER")]);
    assert_eq!(ask(&set, "iam:PassRole", OTHER), DENIED);
    assert_eq!(ask(&set, "iam:PASSROLE", "arn:aws:iam::111111111111:role/OTHER"), ALLOWED);
}

#[test]
fn an_action_without_resources_needs_a_star() {
    assert_eq!(ask(&policy(&[allow("iam:ListRoles", "*")]), "iam:ListRoles", "*"), ALLOWED);
    assert_eq!(ask(&policy(&[allow("iam:ListRoles", "arn:aws:iam::*")]), "iam:ListRoles", "*"), DENIED);
    assert_eq!(ask(&policy(&[allow("iam:ListRoles", "arn:*")]), "iam:ListRoles", "*"), DENIED);
}

#[test]
fn escaped_wildcards_are_literal_only_in_the_newer_language() {
    let pattern = "arn:aws:s3:::b/${*}";
    let text = |version| json!({"Version": version, "Statement": allow("s3:*", pattern)}).to_string();
    let set = |version| PolicySet::new().with("policy", Arc::new(CompiledPolicy::parse(&text(version))));
    assert_eq!(ask(&set("2012-10-17"), "s3:GetObject", "arn:aws:s3:::b/*"), ALLOWED);
    assert_eq!(ask(&set("2012-10-17"), "s3:GetObject", "arn:aws:s3:::b/x"), DENIED);
    assert_eq!(ask(&set("2008-10-17"), "s3:GetObject", "arn:aws:s3:::b/x"), DENIED);
    assert_eq!(ask(&set("2008-10-17"), "s3:GetObject", "arn:aws:s3:::b/${x}"), ALLOWED);
}

#[test]
fn a_default_value_stands_for_a_variable_without_value() {
    let set = policy(&[allow("s3:*", "arn:aws:s3:::b/${aws:PrincipalTag/home, 'guest'}/*")]);
    let guest = "arn:aws:s3:::b/guest/x";
    let with = |fact| of_a_role().with("aws:PrincipalTag/home", fact);
    assert_eq!(ask_in(&set, "s3:GetObject", guest, &with(Fact::Absent)), ALLOWED);
    assert_eq!(ask_in(&set, "s3:GetObject", guest, &with(Fact::value("jo"))), DENIED);
    assert_eq!(ask(&set, "s3:GetObject", guest), CONDITIONAL);
}

#[test]
fn a_variable_without_value_in_a_negation_is_not_understood() {
    let home = "arn:aws:s3:::b/${aws:PrincipalTag/home}";
    let absent = of_a_role().with("aws:PrincipalTag/home", Fact::Absent);
    let set = policy(&[json!({"Effect": "Allow", "Action": "s3:*", "NotResource": home})]);
    assert_eq!(ask_in(&set, "s3:GetObject", BUCKET, &absent), UNKNOWN);
    let set = policy(&[when(
        allow("s3:*", "*"),
        "StringNotEquals",
        "aws:PrincipalArn",
        "${aws:PrincipalTag/home}",
    )]);
    assert_eq!(ask_in(&set, "s3:GetObject", BUCKET, &absent), UNKNOWN);
}

#[test]
fn a_statement_that_iam_would_not_attach_is_not_understood() {
    let without_resource = json!({"Effect": "Allow", "Action": "s3:*"});
    assert_eq!(ask(&policy(&[without_resource]), "s3:GetObject", BUCKET), UNKNOWN);
    let with_principal = with(allow("s3:*", "arn:aws:s3:::x"), "Principal", json!("*"));
    assert_eq!(ask(&policy(&[with_principal]), "s3:GetObject", BUCKET), UNKNOWN);
}

#[test]
fn a_key_with_several_values_needs_a_set_operator() {
    let set = policy(&[when(allow("ec2:*", "*"), "StringEquals", "aws:TagKeys", "a")]);
    let two = of_a_role().with("aws:TagKeys", Fact::Values(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(ask_in(&set, "ec2:CreateTags", "*", &two), UNKNOWN);
    let one = of_a_role().with("aws:TagKeys", Fact::value("a"));
    assert_eq!(ask_in(&set, "ec2:CreateTags", "*", &one), ALLOWED);
}
