//! Small sets of policies that tools judge differently, with what a simulator of AWS says of them.

use super::*;

const ADMIN: [&str; 4] =
    ["iam:CreateUser", "s3:GetObject", "ec2:RunInstances", "organizations:LeaveOrganization"];

fn is_admin(set: &PolicySet, context: &Context) -> bool {
    ADMIN.iter().all(|action| ask_in(set, action, "arn:aws:iam::111111111111:user/x", context) == ALLOWED)
}

#[test]
fn everything_but_iam_without_mfa_is_an_administrator_with_mfa() {
    let set = policy(&[
        allow("*", "*"),
        when(deny("iam:*", "*"), "BoolIfExists", "aws:MultiFactorAuthPresent", "false"),
    ]);
    assert!(is_admin(&set, &of_a_role().with("aws:MultiFactorAuthPresent", Fact::value("true"))));
    assert!(!is_admin(&set, &of_a_role().with("aws:MultiFactorAuthPresent", Fact::value("false"))));
}

#[test]
fn a_deny_in_another_policy_counts() {
    let set = PolicySet::new()
        .with("a", document(&[allow("iam:AttachRolePolicy", "*")]))
        .with("b", document(&[deny("iam:*", "*")]));
    assert_eq!(ask(&set, "iam:AttachRolePolicy", ME), DENIED);
}

#[test]
fn an_administrator_with_a_boundary_of_one_service_has_one_service() {
    let set = policy(&[allow("*", "*")]).bounded_by("boundary", document(&[allow("s3:*", "*")]));
    assert_eq!((ask_any(&set, "s3:GetObject"), ask_any(&set, "iam:CreateUser")), (ALLOWED, DENIED));
    assert!(!is_admin(&set, &of_a_role()));
}

#[test]
fn every_colon_in_an_action_pattern_may_be_a_star() {
    assert!(is_admin(&policy(&[allow("*:*", "*")]), &of_a_role()));
}

#[test]
fn a_policy_about_some_roles_is_not_about_the_account() {
    let set =
        policy(&[with(allow("iam:*", ""), "Resource", json!([OTHER, "arn:aws:iam::111111111111:role/x"]))]);
    assert_eq!(ask(&set, "iam:PutRolePolicy", ME), DENIED);
    assert_eq!(ask_any(&set, "iam:PutRolePolicy"), CONDITIONAL);
    let set = policy(&[with(allow("*", ""), "Resource", json!([BUCKET, "arn:aws:s3:::bucket/*"]))]);
    assert!(!is_admin(&set, &of_a_role()));
    assert_eq!(ask(&set, "s3:PutObject", "arn:aws:s3:::bucket/key"), ALLOWED);
}

#[test]
fn changing_the_trust_of_any_role_is_allowed_on_ones_own() {
    let set = policy(&[allow("iam:UpdateAssumeRolePolicy", "*")]);
    assert_eq!(ask(&set, "iam:UpdateAssumeRolePolicy", ME), ALLOWED);
}

#[test]
fn a_boundary_alone_allows_nothing() {
    let set = PolicySet::new().bounded_by("boundary", document(&[allow("*", "*")]));
    assert_eq!(ask_any(&set, "s3:GetObject"), DENIED);
    assert_eq!(ask_any(&PolicySet::new(), "s3:GetObject"), DENIED);
}

#[test]
fn the_weaker_of_policies_and_boundary_counts() {
    let under = |key: &str| when(allow("s3:*", "*"), "StringEquals", key, "x");
    let set = policy(&[allow("s3:*", "*")]).bounded_by("boundary", document(&[under("aws:PrincipalTag/a")]));
    let answer = set.answer(&Action::new("s3:GetObject"), &Resource::any(), &of_a_role());
    assert_eq!(answer.verdict(), CONDITIONAL);
    assert_eq!(answer.decided_by().unwrap().policy, "boundary");
    let set = policy(&[under("aws:PrincipalTag/a")]).bounded_by("boundary", document(&[allow("s3:*", "*")]));
    assert_eq!(ask_any(&set, "s3:GetObject"), CONDITIONAL);
}

#[test]
fn a_resource_that_nobody_named_is_taken_away_only_with_all_of_its_kind() {
    let all = || allow("s3:*", "*");
    let but = |effect: &str, arn: &str| {
        let mut statement = with(all(), "NotResource", json!([arn]));
        statement["Effect"] = json!(effect);
        statement.as_object_mut().unwrap().remove("Resource");
        statement
    };
    let action = Action::new("s3:GetObject");
    let unnamed = Resource::unnamed("arn:aws:s3:::q7/q7", "arn:aws:s3:::*/*");
    for (statements, expected) in [
        (vec![all()], ALLOWED),
        (vec![allow("s3:*", "arn:aws:s3:::*")], ALLOWED),
        (vec![allow("s3:*", "arn:aws:s3:::a/*")], DENIED),
        (vec![all(), deny("s3:*", "arn:aws:s3:::??/*")], CONDITIONAL),
        (vec![all(), deny("s3:*", "arn:aws:s3:::a/*")], CONDITIONAL),
        (vec![all(), deny("s3:*", "arn:aws:s3:::*")], DENIED),
        (vec![but("Allow", "arn:aws:s3:::??/*")], CONDITIONAL),
        (vec![but("Allow", "arn:aws:s3:::*")], DENIED),
        (vec![all(), but("Deny", "arn:aws:s3:::a/*")], DENIED),
    ] {
        let verdict = policy(&statements).answer(&action, &unnamed, &of_a_role()).verdict();
        assert_eq!(verdict, expected, "{statements:?}");
    }
}
