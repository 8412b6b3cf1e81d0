//! What holds for every set of documents whose operators are known.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{Case, policy};

/// Actions that lead to every level.
const ACTIONS: [&str; 22] = [
    "*",
    "iam:*",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:PassRole",
    "iam:P*Role*",
    "iam:DeleteRolePermissionsBoundary",
    "lambda:*",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
    "ec2:RunInstances",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "kms:ScheduleKeyDeletion",
    "sqs:SendMessage",
    "ec2:Describe*",
    "sts:AssumeRole",
    "nosuch:Thing",
];

const RESOURCES: [&str; 9] = [
    "*",
    "arn:aws:iam::111111111111:role/*",
    "arn:aws:iam::111111111111:role/team/me",
    "arn:aws:iam::111111111111:role/admin",
    "arn:aws:iam::111111111111:policy/p",
    "arn:aws:s3:::*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:secretsmanager:eu-west-1:111111111111:secret:*",
    "arn:aws:iam::222222222222:role/${aws:PrincipalTag/team}",
];

fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(of), 1..4)
}

fn condition() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({}),
        json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}}),
        json!({"StringEquals": {"aws:PrincipalTag/team": "core"}}),
        json!({"StringNotEquals": {"aws:PrincipalTag/team": "core"}}),
        json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}),
        json!({"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/bound"}}),
        json!({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}),
        json!({"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}),
    ])
}

fn statement(effect: &'static str) -> impl Strategy<Value = Value> {
    (some(&ACTIONS), some(&RESOURCES), condition(), any::<[bool; 2]>()).prop_map(
        move |(actions, resources, condition, [all_but, everywhere])| {
            let action = if all_but && actions.len() == 3 { "NotAction" } else { "Action" };
            let resource = if everywhere && resources.len() == 3 { "NotResource" } else { "Resource" };
            json!({"Effect": effect, action: actions, resource: resources, "Condition": condition})
        },
    )
}

fn allows() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(statement("Allow"), 1..4)
}

fn denies() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(statement("Deny"), 0..2)
}

fn case(documents: &[Vec<Value>], boundary: Option<&[Value]>) -> Case {
    let mut case = Case::new();
    for statements in documents {
        case = case.document(&policy(&json!(statements)));
    }
    case.attached.push(("arn:aws:iam::111111111111:policy/p".to_owned(), Some(policy(&json!([])))));
    case.boundary = boundary.map(|statements| Some(policy(&json!(statements))));
    case
}

fn others() -> Vec<Case> {
    let function = Case::named("admin").trusting(&json!({"Service": "lambda.amazonaws.com"}));
    vec![function.allowing(super::fixture::allow("*", "*"))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_deny_never_raises_and_an_allow_never_lowers(
        allows in allows(), denies in denies(), more in statement("Allow"), less in statement("Deny"),
        boundary in prop::option::of(allows()),
    ) {
        let boundary = boundary.as_deref();
        let others = others();
        let before = case(&[allows.clone(), denies.clone()], boundary).among(&others);
        let raised = case(&[allows.clone(), denies.clone(), vec![more]], boundary).among(&others);
        prop_assert!(raised.level >= before.level, "{before:?} {raised:?}");
        let lowered = case(&[allows, denies, vec![less]], boundary).among(&others);
        prop_assert!(lowered.level <= before.level, "{before:?} {lowered:?}");
        prop_assert!(!before.is_unknown, "{before:?}");
    }

    #[test]
    fn a_boundary_never_raises(allows in allows(), denies in denies(), boundary in allows(), limits in denies()) {
        // A permission for roles with a boundary is one that a role gets by having one.
        let has_boundary = |statement: &Value| statement["Condition"].to_string().contains("iam:PermissionsBoundary");
        prop_assume!(!allows.iter().any(has_boundary));
        let others = others();
        let free = case(&[allows.clone(), denies.clone()], None).among(&others);
        let bounded = case(&[allows.clone(), denies.clone()], Some(&boundary)).among(&others);
        prop_assert!(bounded.level <= free.level, "{free:?} {bounded:?}");
        let both: Vec<Value> = boundary.iter().chain(&limits).cloned().collect();
        let tighter = case(&[allows, denies], Some(&both)).among(&others);
        prop_assert!(tighter.level <= bounded.level, "{bounded:?} {tighter:?}");
    }

    #[test]
    fn order_does_not_matter(allows in allows(), denies in denies(), boundary in prop::option::of(allows())) {
        let others = others();
        let boundary = boundary.as_deref();
        let one = case(&[allows.clone(), denies.clone()], boundary).among(&others);
        let reversed: Vec<Value> = allows.iter().rev().cloned().collect();
        for documents in [
            vec![denies.clone(), allows.clone()],
            vec![reversed, denies.clone()],
            vec![allows.iter().chain(&denies).cloned().collect()],
            allows.iter().rev().chain(&denies).map(|statement| vec![statement.clone()]).collect(),
        ] {
            let other = case(&documents, boundary).among(&others);
            prop_assert_eq!(
                (one.level, one.is_unknown, one.confidence, &one.codes),
                (other.level, other.is_unknown, other.confidence, &other.codes)
            );
        }
    }
}
