//! Documents that other tools judge wrongly, with the right answers.

use super::*;

#[test]
fn a_role_that_may_change_itself_may_do_so_by_its_full_arn() {
    let set = policy(&[allow("iam:PutRolePolicy", ME)]);
    assert_eq!(ask(&set, "iam:PutRolePolicy", ME), ALLOWED);
    assert_eq!(ask(&set, "iam:PutRolePolicy", "arn:aws:iam::111111111111:role/me"), DENIED);
    assert_eq!(ask(&set, "iam:PutRolePolicy", OTHER), DENIED);
}

#[test]
fn a_boundary_limits_what_the_policies_allow() {
    let set = policy(&[allow("iam:PutRolePolicy", ME), allow("s3:GetObject", "*")]);
    let narrow = set.clone().bounded_by("boundary", document(&[allow("s3:*", "*")]));
    assert_eq!(ask(&narrow, "iam:PutRolePolicy", ME), DENIED);
    assert_eq!(ask(&narrow, "s3:GetObject", BUCKET), ALLOWED);
    assert_eq!(ask(&narrow, "s3:PutObject", BUCKET), DENIED);
    let except = document(&[allow("*", "*"), deny("iam:Put*", "*")]);
    let set = set.bounded_by("boundary", except);
    assert_eq!(ask(&set, "iam:PutRolePolicy", ME), DENIED);
    let answer = set.answer(&Action::new("iam:PutRolePolicy"), &Resource::named(ME), &of_a_role());
    assert!(answer.is_limited_by_boundary());
    let ground = answer.decided_by().unwrap();
    assert_eq!((ground.policy, ground.statement.map(|(index, _)| index)), ("boundary", Some(1)));
}

#[test]
fn everything_but_iam_is_not_iam() {
    let set = policy(&[json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})]);
    assert_eq!(ask(&set, "iam:PassRole", ME), DENIED);
    assert_eq!(ask(&set, "lambda:CreateFunction", FUNCTION), ALLOWED);
    assert_eq!(ask_any(&set, "organizations:LeaveOrganization"), ALLOWED);
}

#[test]
fn everything_but_an_action_that_does_not_exist_is_everything() {
    let set = policy(&[json!({"Effect": "Allow", "NotAction": "prowler:action", "Resource": "*"})]);
    assert_eq!(ask_any(&set, "iam:CreateUser"), ALLOWED);
}

#[test]
fn a_deny_of_everything_but_one_service_leaves_that_service() {
    let set = policy(&[allow("*", "*"), json!({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"})]);
    assert_eq!(ask_any(&set, "s3:GetObject"), ALLOWED);
    assert_eq!(ask_any(&set, "iam:CreateUser"), DENIED);
}

#[test]
fn a_deny_without_mfa_leaves_a_condition() {
    let without_mfa = when(deny("*", "*"), "BoolIfExists", "aws:MultiFactorAuthPresent", "false");
    let set = policy(&[allow("*", "*"), without_mfa]);
    assert_eq!(ask_any(&set, "iam:CreateUser"), CONDITIONAL);
    let with_mfa = of_a_role().with("aws:MultiFactorAuthPresent", Fact::value("true"));
    assert_eq!(ask_in(&set, "iam:CreateUser", OTHER, &with_mfa), ALLOWED);
    let without = of_a_role().with("aws:MultiFactorAuthPresent", Fact::Absent);
    assert_eq!(ask_in(&set, "iam:CreateUser", OTHER, &without), DENIED);
    let answer = set.answer(&Action::new("iam:CreateUser"), &Resource::any(), &of_a_role());
    assert!(answer.identity.depends_on_context && !answer.identity.depends_on_resource);
    assert_eq!(answer.decided_by().unwrap().statement.unwrap().0, 1);
}

#[test]
fn a_deny_of_older_sessions_leaves_newer_ones() {
    let older = when(deny("*", "*"), "DateLessThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z");
    let set = policy(&[allow("*", "*"), older]);
    assert_eq!(ask_any(&set, "iam:CreateUser"), CONDITIONAL);
    let new = of_a_role().with("aws:TokenIssueTime", Fact::value("2026-11-30T00:00:00Z"));
    assert_eq!(ask_in(&set, "iam:CreateUser", OTHER, &new), ALLOWED);
    let old = of_a_role().with("aws:TokenIssueTime", Fact::value("2025-11-30T00:00:00Z"));
    assert_eq!(ask_in(&set, "iam:CreateUser", OTHER, &old), DENIED);
}

#[test]
fn a_deny_for_one_role_leaves_the_others() {
    let set = policy(&[allow("*", "*"), deny("iam:*", OTHER)]);
    assert_eq!(ask(&set, "iam:PutRolePolicy", ME), ALLOWED);
    assert_eq!(ask(&set, "iam:PutRolePolicy", OTHER), DENIED);
    assert_eq!(ask_any(&set, "iam:PutRolePolicy"), CONDITIONAL);
}

#[test]
fn permissions_in_two_policies_add_up() {
    let set = PolicySet::new()
        .with("ci", document(&[allow("iam:PassRole", "*")]))
        .with("app", document(&[allow("lambda:CreateFunction", "*"), allow("lambda:InvokeFunction", "*")]));
    for (action, policy, index) in
        [("iam:PassRole", "ci", 0), ("lambda:CreateFunction", "app", 0), ("lambda:InvokeFunction", "app", 1)]
    {
        let (action, context) = (Action::new(action), of_a_role());
        let answer = set.answer(&action, &Resource::any(), &context);
        let ground = answer.decided_by().unwrap();
        assert_eq!(answer.verdict(), ALLOWED);
        assert_eq!((ground.policy, ground.statement.unwrap().0), (policy, index));
    }
}

#[test]
fn a_role_that_may_be_passed_to_one_service_may_not_be_passed_to_another() {
    let to = |operator, service| {
        policy(&[when(allow("iam:PassRole", "*"), operator, "iam:PassedToService", service)])
    };
    let passing = |service: &str| of_a_role().with("iam:PassedToService", Fact::value(service));
    let lambda = to("StringEquals", "lambda.amazonaws.com");
    assert_eq!(ask_in(&lambda, "iam:PassRole", OTHER, &passing("ec2.amazonaws.com")), DENIED);
    assert_eq!(ask_in(&lambda, "iam:PassRole", OTHER, &passing("lambda.amazonaws.com")), ALLOWED);
    assert_eq!(ask(&lambda, "iam:PassRole", OTHER), CONDITIONAL);
    let every = to("StringLike", "*.amazonaws.com");
    assert_eq!(ask_in(&every, "iam:PassRole", OTHER, &passing("ec2.amazonaws.com")), ALLOWED);
}

#[test]
fn an_action_matches_in_any_case_and_by_question_marks() {
    let set = policy(&[allow("IAM:aTtAcHrOlEp?LiCy", "*")]);
    assert_eq!(ask(&set, "iam:AttachRolePolicy", ME), ALLOWED);
    assert_eq!(ask(&set, "iam:AttachRolePolicies", ME), DENIED);
}

#[test]
fn a_path_belongs_to_the_arn() {
    let any = policy(&[allow("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/*")]);
    let team = policy(&[allow("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/team/*")]);
    assert_eq!(
        (ask(&any, "iam:PutRolePolicy", ME), ask(&any, "iam:PutRolePolicy", OTHER)),
        (ALLOWED, ALLOWED)
    );
    assert_eq!(
        (ask(&team, "iam:PutRolePolicy", ME), ask(&team, "iam:PutRolePolicy", OTHER)),
        (ALLOWED, DENIED)
    );
}

#[test]
fn a_star_in_a_list_is_a_star() {
    let policy_arn = "arn:aws:iam::111111111111:policy/x";
    for resources in
        [json!(["arn:aws:iam::111111111111:policy/a", "*"]), json!("**"), json!(["arn:aws:iam::*:policy/*"])]
    {
        let set = policy(&[with(allow("iam:CreatePolicyVersion", ""), "Resource", resources)]);
        assert_eq!(ask(&set, "iam:CreatePolicyVersion", policy_arn), ALLOWED);
    }
}

#[test]
fn every_resource_but_one_is_all_the_others() {
    let set = policy(&[json!({"Effect": "Allow", "Action": "iam:*", "NotResource": OTHER})]);
    assert_eq!(
        (ask(&set, "iam:PutRolePolicy", ME), ask(&set, "iam:PutRolePolicy", OTHER)),
        (ALLOWED, DENIED)
    );
}

#[test]
fn variables_are_literal_in_a_document_without_version() {
    let text = |version: &str| {
        format!(
            r#"{{{version}"Statement":[{{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111111111111:role/${{aws:PrincipalTag/t}}"}}]}}"#
        )
    };
    let set = |version: &str| {
        PolicySet::new().with("policy", Arc::new(CompiledPolicy::new(Policy::parse(&text(version)).unwrap())))
    };
    for version in ["", r#""Version":"2008-10-17","#] {
        assert_eq!(ask(&set(version), "iam:PassRole", OTHER), DENIED);
    }
    let new = set(r#""Version":"2012-10-17","#);
    assert_eq!(ask(&new, "iam:PassRole", OTHER), CONDITIONAL);
    let tagged = of_a_role().with("aws:PrincipalTag/t", Fact::value("other"));
    assert_eq!(ask_in(&new, "iam:PassRole", OTHER, &tagged), ALLOWED);
    let star = of_a_role().with("aws:PrincipalTag/t", Fact::value("*"));
    assert_eq!(ask_in(&new, "iam:PassRole", OTHER, &star), DENIED);
}

#[test]
fn a_single_value_stands_for_a_list_and_an_empty_list_names_nothing() {
    let single =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":["*"]}}"#;
    let set = PolicySet::new().with("policy", Arc::new(CompiledPolicy::parse(single)));
    assert_eq!(ask(&set, "s3:GetObject", BUCKET), ALLOWED);
    for element in ["Action", "Resource"] {
        let set = policy(&[with(allow("s3:*", "*"), element, json!([]))]);
        assert_eq!(ask(&set, "s3:GetObject", BUCKET), DENIED, "{element}");
    }
    let set = policy(&[allow("s3:*", "*"), json!({"Effect": "Deny", "NotAction": [], "Resource": "*"})]);
    assert_eq!(ask(&set, "s3:GetObject", BUCKET), DENIED);
}

#[test]
fn a_key_that_comes_twice_makes_every_answer_unknown() {
    let twice = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"c"},"StringEquals":{"d:e":"f"}}}]}"#;
    let set = PolicySet::new().with("policy", Arc::new(CompiledPolicy::parse(twice)));
    assert_eq!(ask_any(&set, "iam:CreateUser"), UNKNOWN);
}

#[test]
fn an_empty_condition_is_none() {
    for condition in [json!({}), json!({"StringEquals": {}})] {
        let set = policy(&[with(allow("*", "*"), "Condition", condition)]);
        assert_eq!(ask_any(&set, "iam:CreateUser"), ALLOWED);
    }
}

#[test]
fn for_all_values_limits_nothing_if_the_key_is_absent() {
    let limited =
        when(allow("ec2:CreateTags", "*"), "ForAllValues:StringEquals", "aws:TagKeys", json!(["a", "b"]));
    let set = policy(&[limited]);
    let absent = of_a_role().with("aws:TagKeys", Fact::Absent);
    assert_eq!(ask_in(&set, "ec2:CreateTags", "*", &absent), ALLOWED);
    assert_eq!(ask(&set, "ec2:CreateTags", "*"), CONDITIONAL);
}

#[test]
fn a_star_is_true_only_for_a_key_that_is_there() {
    let like = |key| policy(&[when(allow("iam:*", "*"), "StringLike", key, "*")]);
    assert_eq!(ask_any(&like("aws:PrincipalArn"), "iam:CreateUser"), ALLOWED);
    assert_eq!(ask_any(&like("aws:PrincipalTag/x"), "iam:CreateUser"), CONDITIONAL);
    let present = of_a_role().with("aws:PrincipalTag/x", Fact::Present);
    assert_eq!(ask_in(&like("aws:PrincipalTag/x"), "iam:CreateUser", OTHER, &present), ALLOWED);
    let absent = of_a_role().with("aws:PrincipalTag/x", Fact::Absent);
    assert_eq!(ask_in(&like("aws:PrincipalTag/x"), "iam:CreateUser", OTHER, &absent), DENIED);
}

#[test]
fn a_quarantine_denies_what_an_administrator_may() {
    let set = PolicySet::new()
        .with("AdministratorAccess", document(&[allow("*", "*")]))
        .with("AWSDenyAll", document(&[deny("*", "*")]));
    let (action, context) = (Action::new("iam:CreateUser"), of_a_role());
    let answer = set.answer(&action, &Resource::any(), &context);
    assert_eq!(answer.verdict(), DENIED);
    assert_eq!(answer.decided_by().unwrap().policy, "AWSDenyAll");
}

#[test]
fn the_partition_is_a_part_like_any_other() {
    for partition in ["aws", "aws-cn", "aws-us-gov"] {
        let me = format!("arn:{partition}:iam::111111111111:role/me");
        let own = policy(&[allow("iam:PutRolePolicy", &format!("arn:{partition}:iam::*:role/*"))]);
        let every = policy(&[allow("iam:PutRolePolicy", "arn:*:iam::*:role/*")]);
        let another = policy(&[allow("iam:PutRolePolicy", "arn:aws-iso:iam::*:role/*")]);
        assert_eq!(ask(&own, "iam:PutRolePolicy", &me), ALLOWED);
        assert_eq!(ask(&every, "iam:PutRolePolicy", &me), ALLOWED);
        assert_eq!(ask(&another, "iam:PutRolePolicy", &me), DENIED);
    }
}

#[test]
fn an_action_that_does_not_exist_grants_nothing_else() {
    let set = policy(&[with(allow("", "*"), "Action", json!(["codestar:CreateProject", "s3:GetObject"]))]);
    assert_eq!(ask(&set, "s3:GetObject", BUCKET), ALLOWED);
    assert_eq!(ask(&set, "iam:PassRole", OTHER), DENIED);
}

#[test]
fn a_condition_that_is_always_true_is_none() {
    let set = policy(&[when(allow("iam:*", "*"), "StringLike", "aws:PrincipalArn", "arn:aws:iam::*")]);
    assert_eq!(ask_any(&set, "iam:CreateUser"), ALLOWED);
    let set = policy(&[when(allow("iam:*", "*"), "Bool", "aws:SecureTransport", "true")]);
    assert_eq!(ask_any(&set, "iam:CreateUser"), ALLOWED);
}

#[test]
fn a_condition_that_is_never_true_allows_nothing() {
    let set = policy(&[when(allow("iam:*", "*"), "StringEquals", "aws:PrincipalArn", "arn:aws:iam::*")]);
    assert_eq!(ask_any(&set, "iam:CreateUser"), DENIED);
}

#[test]
fn assuming_roles_by_name_in_every_account_is_seen() {
    let set = policy(&[allow("sts:AssumeRole", "arn:aws:iam::*:role/deploy")]);
    assert_eq!(ask(&set, "sts:AssumeRole", "arn:aws:iam::222222222222:role/deploy"), ALLOWED);
    assert_eq!(ask(&set, "sts:AssumeRole", "arn:aws:iam::222222222222:role/x/deploy"), DENIED);
    let short = policy(&[allow("sts:AssumeRole", "*:role/deploy")]);
    assert_eq!(ask(&short, "sts:AssumeRole", "arn:aws:iam::222222222222:role/deploy"), ALLOWED);
}

#[test]
fn an_odd_operator_hides_nothing() {
    let odd = |effect| when(statement(effect, "iam:*", "*"), "StringMatches", "aws:PrincipalArn", "x");
    let set = policy(&[odd("Allow"), allow("s3:*", "*")]);
    let answer = set.answer(&Action::new("iam:CreateUser"), &Resource::any(), &of_a_role());
    assert_eq!((answer.at_least(), answer.at_most()), (Verdict::Denied, Verdict::Allowed));
    assert_eq!(answer.decided_by().unwrap().statement.unwrap().0, 0);
    // What it is not about, it does not touch.
    assert_eq!(ask_any(&set, "s3:GetObject"), ALLOWED);
    assert_eq!(ask_any(&set, "ec2:RunInstances"), DENIED);
    let set = policy(&[allow("*", "*"), odd("Deny")]);
    let answer = set.answer(&Action::new("iam:CreateUser"), &Resource::any(), &of_a_role());
    assert_eq!((answer.at_least(), answer.at_most()), (Verdict::Denied, Verdict::Allowed));
    assert_eq!(ask_any(&set, "s3:GetObject"), ALLOWED);
    // A known lower bound stays, and so does a certain deny.
    let limited = when(allow("iam:*", "*"), "StringEquals", "aws:PrincipalTag/x", "y");
    let set = policy(&[odd("Allow"), limited]);
    let answer = set.answer(&Action::new("iam:CreateUser"), &Resource::any(), &of_a_role());
    assert_eq!((answer.at_least(), answer.at_most()), (Verdict::Conditional, Verdict::Allowed));
    assert_eq!(ask_any(&policy(&[odd("Allow"), odd("Deny"), deny("iam:*", "*")]), "iam:CreateUser"), DENIED);
}

#[test]
fn a_document_that_cannot_be_read_makes_answers_unknown_unless_a_deny_is_certain() {
    let unread = || Arc::new(CompiledPolicy::unread());
    let set = PolicySet::new().with("lost", unread()).with("admin", document(&[allow("*", "*")]));
    let answer = set.answer(&Action::new("iam:CreateUser"), &Resource::any(), &of_a_role());
    assert_eq!((answer.at_least(), answer.at_most()), (Verdict::Denied, Verdict::Allowed));
    assert_eq!(answer.decided_by().map(|ground| (ground.policy, ground.statement)), Some(("lost", None)));
    let set = set.with("quarantine", document(&[deny("*", "*")]));
    assert_eq!(ask_any(&set, "iam:CreateUser"), DENIED);
    let bounded = policy(&[allow("*", "*")]).bounded_by("boundary", unread());
    assert_eq!(ask_any(&bounded, "iam:CreateUser"), UNKNOWN);
    let nothing = PolicySet::new().bounded_by("boundary", unread());
    assert_eq!(ask_any(&nothing, "iam:CreateUser"), DENIED);
}

#[test]
fn grants_and_denies_name_their_resources() {
    let set = PolicySet::new().with("lost", Arc::new(CompiledPolicy::unread())).with(
        "reader",
        document(&[
            with(allow("s3:Get*", "arn:aws:s3:::a/*"), "Sid", json!("ReadA")),
            when(allow("s3:*", "arn:aws:s3:::b/*"), "Bool", "aws:MultiFactorAuthPresent", "true"),
            when(allow("s3:*", "*"), "Bool", "aws:SecureTransport", "false"),
            allow("ec2:*", "*"),
            deny("s3:*", "arn:aws:s3:::b/*"),
        ]),
    );
    let (action, context) = (Action::new("s3:GetObject"), of_a_role());
    let grants: Vec<_> = set.grants(&action, &context).collect();
    let [lost, first, second] = grants[..] else { panic!("{grants:?}") };
    assert_eq!((lost.ground.policy, lost.resources), ("lost", None));
    assert_eq!((first.ground.policy, first.ground.sid()), ("reader", Some("ReadA")));
    assert_eq!((first.under_conditions, second.under_conditions), (Verdict::Allowed, Verdict::Conditional));
    // What denies name, whatever their conditions are.
    let not = json!({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::c"});
    let when_mfa = when(deny("*", "arn:aws:s3:::d"), "Bool", "aws:MultiFactorAuthPresent", "true");
    let set = policy(&[deny("s3:Get*", "a"), deny("s3:Put*", "b"), not, when_mfa])
        .bounded_by("boundary", document(&[deny("s3:*", "e"), allow("s3:*", "f")]));
    assert_eq!(set.denied(&action).collect::<Vec<_>>(), ["a", "arn:aws:s3:::d", "e"]);
    // The question behind each: what does the whole set say of the resources of the grant?
    let set = policy(&[
        allow("s3:*", "arn:aws:s3:::a/*"),
        allow("s3:*", "arn:aws:s3:::b/*"),
        deny("s3:*", "arn:aws:s3:::b*"),
    ]);
    let like = |pattern| set.answer(&action, &Resource::like(pattern), &context);
    assert_eq!(like("arn:aws:s3:::a/*").verdict(), ALLOWED);
    assert_eq!(like("arn:aws:s3:::b/*").verdict(), DENIED);
    assert_eq!(like("arn:aws:s3:::c/*").verdict(), DENIED);
    assert_eq!(like("arn:aws:s3:::*").verdict(), CONDITIONAL);
    assert!(like("arn:aws:s3:::*").identity.depends_on_resource);
}
