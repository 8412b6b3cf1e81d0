//! What evidence says, in whole sentences.

use serde_json::json;

use super::fixture::{Case, allow, deny};
use crate::risk::Confidence;
use crate::risk::privilege::PrivilegeLevel;

fn first(case: &Case) -> String {
    case.judge().evidence[0].clone()
}

#[test]
fn every_action_is_said_only_if_nothing_limits_it() {
    let everything = Case::new().allowing(allow("*", "*"));
    assert_eq!(
        first(&everything),
        "administrator: every action on every resource (inline policy \"p0\", statement 1)"
    );
    let tried = "administrator: every action that was tried (iam:CreateUser and 19 more, of 20 services) on any resource";
    for limited in [
        everything.clone().allowing(deny("s3:GetObjectAcl", "*")),
        everything.bounded(json!([allow("*", "*"), deny("s3:GetObjectAcl", "*")])),
    ] {
        assert!(first(&limited).starts_with(tried), "{}", first(&limited));
    }
}

#[test]
fn the_example_of_a_change_is_the_most_harmful_one() {
    let one = Case::new().allowing(allow("sqs:SendMessage", "*"));
    assert_eq!(first(&one), "changes things: sqs:SendMessage on * (inline policy \"p0\", statement 1)");
    let several = json!(["ec2:CreateTags", "sqs:SendMessage", "sqs:AddPermission"]);
    assert_eq!(
        first(&Case::new().allowing(allow(several.clone(), "*"))),
        "changes things: sqs:AddPermission on *, for example, of 3 actions of 2 services (inline policy \"p0\", statement 1)"
    );
    let denied = Case::new().allowing(json!([allow(several, "*"), deny("sqs:AddPermission", "*")]));
    assert!(
        first(&denied).starts_with(
            "changes things: sqs:SendMessage on *, for example, of up to 3 actions of 2 services"
        )
    );
}

#[test]
fn keys_decrypt_and_data_is_read() {
    assert!(
        first(&Case::new().allowing(allow("kms:Decrypt", "*")))
            .starts_with("decrypts with any key: kms:Decrypt on any resource")
    );
    let both = json!(["kms:Decrypt", "s3:GetObject"]);
    assert!(
        first(&Case::new().allowing(allow(both, "*")))
            .starts_with("reads objects, and decrypts with any key: s3:GetObject, kms:Decrypt on any")
    );
}

#[test]
fn a_role_without_policies_has_none_and_one_with_an_empty_policy_may_do_nothing() {
    assert_eq!(first(&Case::new()), "it has no policies");
    assert_eq!(first(&Case::new().allowing(json!([]))), "its policies allow nothing");
}

#[test]
fn evidence_says_what_a_boundary_takes_away() {
    let all = Case::new().allowing(allow("*", "*"));
    let says = |case: Case, words: &str| {
        let evidence = case.judge().evidence.clone();
        assert!(evidence.iter().any(|line| line == words), "{evidence:#?}");
    };
    says(all.clone().bounded(allow("s3:*", "*")), "boundary \"bound\" takes away admin-full");
    let queue = Case::new().allowing(allow("sqs:SendMessage", "*"));
    says(queue.clone().bounded(allow("sqs:*", "*")), "boundary \"bound\" takes nothing of this away");
    let several = Case::new().allowing(allow(json!(["sqs:SendMessage", "sqs:AddPermission"]), "*"));
    says(several.clone().bounded(allow("*", "*")), "boundary \"bound\" takes nothing of this away");
    says(several.bounded(allow("sqs:Send*", "*")), "boundary \"bound\" limits what its policies allow");
    let itself = Case::new().allowing(allow("iam:PutRolePolicy", "*"));
    says(itself.bounded(allow("iam:*", "*")), "boundary \"bound\" takes nothing of this away");
    let mut unread = queue;
    unread.boundary = Some(None);
    assert!(unread.judge().evidence.iter().all(|line| !line.contains("takes")));
}

#[test]
fn a_statement_of_actions_that_aws_did_not_document_is_not_sure_to_allow_nothing() {
    let unknown = json!({"Effect": "Allow", "Action": "nosuch:Thing", "Resource": "*"});
    let never = json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalType": "User"}}});
    // In one document, and in two.
    let together = Case::new().allowing(json!([unknown, never])).judge();
    let apart = Case::new().allowing(unknown).allowing(never).judge();
    for privilege in [together, apart] {
        assert_eq!((privilege.level, privilege.confidence), (PrivilegeLevel::None, Confidence::Low));
    }
}
