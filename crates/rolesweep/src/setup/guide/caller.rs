//! The steps for the caller's permissions: a role, a user, or a permission set of IAM Identity Center.

use super::blocks::Step;
use super::commands::{aws, identity_center, print};
use crate::setup::documents::Document;
use crate::setup::input::{CALLER_ROLE, SetupInput};
use crate::setup::principal::{CallerKind, CallerPrincipal};
use crate::shell::quote;

/// The caller's policy, by its name in IAM.
const POLICY_NAME: &str = "--policy-name Rolesweep";

const INSTANCE: &str = "--instance-arn INSTANCE-ARN";
const PERMISSION_SET: &str = "--permission-set-arn PERMISSION-SET-ARN";
const INLINE_POLICY: &str = "--inline-policy file://caller-policy.json";

/// Gives the caller its policy.
pub(super) fn permit(input: &SetupInput) -> Step {
    let step = Step::new("Give the caller its permissions")
        .text(
            "The caller is the identity that runs the scans. Its policy lets it list the accounts and assume the audit \
             role:",
        )
        .command(print(input, Document::CallerPolicy));
    match input.caller.as_ref().map(CallerPrincipal::kind) {
        Some(CallerKind::PermissionSet) => permit_a_permission_set(step),
        Some(CallerKind::User(name)) => {
            let user = format!("--user-name {}", quote(name));
            step.text("Run this in the caller's account:").command(put_policy(input, "put-user-policy", &user))
        }
        Some(CallerKind::Role(name)) => {
            let role = format!("--role-name {}", quote(name));
            step.text("Run this in the caller's account:").command(put_policy(input, "put-role-policy", &role))
        }
        None => create_a_permission_set(input, step)
            .text("Or, for scans on a schedule, give it to a role that exists in the account that runs them:")
            .command(put_policy(input, "put-role-policy", &format!("--role-name {CALLER_ROLE}")))
            .text(
                "The trust policy of the audit role has the ARN of the caller's role, with its path and without a session \
                 name. `rolesweep setup --caller ARN` takes what `aws sts get-caller-identity` prints, makes this ARN \
                 from it, and fills it in. Print this guide again with it, before you go on.",
            ),
    }
}

fn put_policy(input: &SetupInput, operation: &str, identity: &str) -> String {
    let document = "--policy-document file://caller-policy.json";
    aws(input, &format!("iam {operation}"), &[identity, POLICY_NAME, document])
}

/// Who may use the permission set where, for an assignment.
fn assignment(input: &SetupInput) -> [String; 5] {
    [
        INSTANCE.to_owned(),
        PERMISSION_SET.to_owned(),
        "--target-type AWS_ACCOUNT".to_owned(),
        format!("--target-id {}", input.account()),
        "--principal-type GROUP --principal-id GROUP-ID".to_owned(),
    ]
}

fn create_a_permission_set(input: &SetupInput, step: Step) -> Step {
    let assignment = assignment(input);
    step.text(
        "For people, create a permission set of IAM Identity Center, and assign it to a group. Run this in the \
         management account:",
    )
    .command(identity_center("sso-admin list-instances", &[]))
    .command(identity_center("identitystore list-groups", &["--identity-store-id IDENTITY-STORE-ID"]))
    .command(identity_center("sso-admin create-permission-set", &[INSTANCE, "--name RolesweepScanner"]))
    .command(identity_center(
        "sso-admin put-inline-policy-to-permission-set",
        &[INSTANCE, PERMISSION_SET, INLINE_POLICY],
    ))
    .command(identity_center(
        "sso-admin create-account-assignment",
        &assignment.each_ref().map(String::as_str),
    ))
}

/// The permission set exists, because the caller has its role.
fn permit_a_permission_set(step: Step) -> Step {
    step.text(
        "The caller's role comes from a permission set of IAM Identity Center, which has one inline policy. If the third \
         command prints a policy, add the statements of the file to it. Run this in the management account:",
    )
    .command(identity_center("sso-admin list-instances", &[]))
    .command(identity_center("sso-admin list-permission-sets", &[INSTANCE]))
    .command(identity_center(
        "sso-admin get-inline-policy-for-permission-set",
        &[INSTANCE, PERMISSION_SET],
    ))
    .command(identity_center(
        "sso-admin put-inline-policy-to-permission-set",
        &[INSTANCE, PERMISSION_SET, INLINE_POLICY],
    ))
    .command(provision())
}

/// Lets a change of the permission set reach its roles.
fn provision() -> String {
    identity_center(
        "sso-admin provision-permission-set",
        &[INSTANCE, PERMISSION_SET, "--target-type ALL_PROVISIONED_ACCOUNTS"],
    )
}

/// Takes the caller's policy away again.
pub(super) fn forbid(input: &SetupInput, step: Step) -> Step {
    let delete =
        |operation: &str, identity: &str| aws(input, &format!("iam {operation}"), &[identity, POLICY_NAME]);
    match input.caller.as_ref().map(CallerPrincipal::kind) {
        Some(CallerKind::PermissionSet) => step
            .text(
                "Last, the caller's permissions. Delete the permission set's inline policy only if it has no other \
                 statement:",
            )
            .command(identity_center(
                "sso-admin delete-inline-policy-from-permission-set",
                &[INSTANCE, PERMISSION_SET],
            ))
            .command(provision()),
        Some(CallerKind::User(name)) => {
            let user = format!("--user-name {}", quote(name));
            step.text("Last, the caller's permissions:").command(delete("delete-user-policy", &user))
        }
        Some(CallerKind::Role(name)) => {
            let role = format!("--role-name {}", quote(name));
            step.text("Last, the caller's permissions:").command(delete("delete-role-policy", &role))
        }
        None => step
            .text(
                "Last, the caller's permissions: those of the role or the permission set. A permission set can be deleted \
                 once its assignment is gone, which takes a moment:",
            )
            .command(delete("delete-role-policy", &format!("--role-name {CALLER_ROLE}")))
            .command(identity_center(
                "sso-admin delete-account-assignment",
                &assignment(input).each_ref().map(String::as_str),
            ))
            .command(identity_center("sso-admin delete-permission-set", &[INSTANCE, PERMISSION_SET])),
    }
}
