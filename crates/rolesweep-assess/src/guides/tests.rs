use std::sync::Arc;

use rolesweep_policy::{Action, CompiledPolicy, Context, Fact, PolicySet, Resource, Verdict};

use super::*;

#[test]
fn only_one_role_deletes_what_cannot_be_made_again() {
    let me =
        |name: &str| [("aws:PrincipalArn", Fact::value(format!("arn:aws:iam::123456789012:role/{name}")))];
    for (action, name, verdict) in [
        ("kms:ScheduleKeyDeletion", "app", Verdict::Denied),
        ("backup:DeleteRecoveryPoint", "app", Verdict::Denied),
        ("kms:ScheduleKeyDeletion", "BreakGlass", Verdict::Allowed),
        ("kms:Decrypt", "app", Verdict::Allowed),
    ] {
        assert_eq!(
            under(guardrails::NO_DESTRUCTION, action, "*", &me(name)),
            Some(verdict),
            "{action} {name}"
        );
    }
}

/// What a role that may do everything may still do under a guardrail.
fn under(guardrail: &str, action: &str, resource: &str, facts: &[(&str, Fact)]) -> Option<Verdict> {
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let compiled = |document: &str| Arc::new(CompiledPolicy::parse(document));
    let set = PolicySet::new().with("all", compiled(all)).with("guardrail", compiled(guardrail));
    let context =
        facts.iter().fold(Context::complete(), |context, (key, fact)| context.with(key, fact.clone()));
    set.answer(&Action::new(action), &Resource::named(resource), &context).verdict()
}

#[test]
fn a_role_without_an_owner_cannot_be_created_and_keeps_its_owner() {
    let role = "arn:aws:iam::123456789012:role/app";
    let answer = |action, facts: &[(&str, Fact)]| under(guardrails::OWNER_TAG, action, role, facts);
    assert_eq!(answer("iam:CreateRole", &[]), Some(Verdict::Denied));
    assert_eq!(answer("iam:CreateRole", &[("aws:RequestTag/team", Fact::value("a"))]), Some(Verdict::Denied));
    assert_eq!(
        answer("iam:CreateRole", &[("aws:RequestTag/owner", Fact::value("a"))]),
        Some(Verdict::Allowed)
    );
    assert_eq!(answer("iam:CreateServiceLinkedRole", &[]), Some(Verdict::Allowed));
    assert_eq!(answer("iam:UntagRole", &[("aws:TagKeys", Fact::value("Owner"))]), Some(Verdict::Denied));
    assert_eq!(answer("iam:UntagRole", &[("aws:TagKeys", Fact::value("team"))]), Some(Verdict::Allowed));
}

#[test]
fn a_role_is_created_only_within_the_boundary_except_by_administrators() {
    let role = "arn:aws:iam::123456789012:role/app";
    let me = |name: &str| ("aws:PrincipalArn", Fact::value(format!("arn:aws:iam::123456789012:role/{name}")));
    let with = |name: &str| {
        ("iam:PermissionsBoundary", Fact::value(format!("arn:aws:iam::123456789012:policy/{name}")))
    };
    let answer = |action, facts: &[(&str, Fact)]| under(guardrails::BOUNDARY, action, role, facts);
    for (action, facts, verdict) in [
        ("iam:CreateRole", vec![me("dev")], Verdict::Denied),
        ("iam:CreateRole", vec![me("dev"), with("Other")], Verdict::Denied),
        ("iam:CreateRole", vec![me("dev"), with("DeveloperBoundary")], Verdict::Allowed),
        ("iam:CreateRole", vec![me("IamAdministration")], Verdict::Allowed),
        ("iam:DeleteRolePermissionsBoundary", vec![me("dev")], Verdict::Denied),
        ("iam:DeleteRolePermissionsBoundary", vec![me("IamAdministration")], Verdict::Allowed),
    ] {
        assert_eq!(answer(action, &facts), Some(verdict), "{action} {facts:?}");
    }
}

#[test]
fn only_the_organization_its_vendors_and_services_assume_roles() {
    let role = "arn:aws:iam::123456789012:role/app";
    let of = |organization| ("aws:PrincipalOrgID", Fact::value(organization));
    let from = |account| ("aws:PrincipalAccount", Fact::value(account));
    let is_service = |answer| ("aws:PrincipalIsAWSService", Fact::value(answer));
    for (facts, verdict) in [
        (vec![of("ORGANIZATION_ID"), from("ours"), is_service("false")], Verdict::Allowed),
        (vec![of("o-other"), from("VENDOR_ACCOUNT"), is_service("false")], Verdict::Allowed),
        (vec![of("o-other"), from("444455556666"), is_service("false")], Verdict::Denied),
        (vec![from("444455556666"), is_service("false")], Verdict::Denied),
        (vec![is_service("true")], Verdict::Allowed),
    ] {
        assert_eq!(
            under(guardrails::OURS_ASSUME, "sts:AssumeRole", role, &facts),
            Some(verdict),
            "{facts:?}"
        );
    }
}
