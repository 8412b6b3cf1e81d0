//! The steps, in their order. `config/iam/README.md` has the same steps with all placeholders left.

use super::blocks::Step;
use super::commands::{self, aws, identity_center, print, scan};
use crate::setup::documents::Document;
use crate::setup::input::{CALLER_ROLE, SetupInput};
use crate::setup::policies::POLICY_VERSION;
use crate::setup::principal::{CallerKind, CallerPrincipal};
use crate::setup::tags::VERSION_TAG;
use crate::shell::quote;

/// A service whose delegated administrator can do little but read.
const SERVICE: &str = "--service-principal access-analyzer.amazonaws.com";

/// The caller's policy, by its name in IAM.
const POLICY_NAME: &str = "--policy-name Rolesweep";

pub(super) fn steps(input: &SetupInput) -> Vec<Step> {
    vec![
        choose_the_account(input),
        permit_the_caller(input),
        trusted_access(input),
        member_accounts(input),
        management_account(input),
        verify(input),
        Step::new("Scan")
            .text("With the caller's credentials. `accounts.csv` names each account that refuses, and why:")
            .command(scan(input, None)),
        update(),
        remove(input),
    ]
}

fn choose_the_account(input: &SetupInput) -> Step {
    let account = format!("--account-id {}", input.account());
    Step::new("Choose the account that runs the scans")
        .text(
            "AWS lets the management account list the accounts, and each member account to which this is delegated. A \
             member account is better, such as the one for security. Skip this step if you scan from the management \
             account. Otherwise delegate in one of two ways, with commands in the management account.",
        )
        .text(
            "Either with the organization's delegation policy, which allows these reads and nothing else. An organization \
             has one such policy, and `put-resource-policy` replaces it. If the first command prints a policy, and not \
             `ResourcePolicyNotFoundException`, add the statement of the file to that policy.",
        )
        .command(aws(input, "organizations describe-resource-policy", &[]))
        .command(print(input, Document::DelegationPolicy))
        .command(aws(
            input,
            "organizations put-resource-policy",
            &["--content file://delegation-policy.json"],
        ))
        .text(
            "Or make the account the delegated administrator of an AWS service. It may then also administer that \
             service, so choose one that mostly reads, such as IAM Access Analyzer:",
        )
        .command(aws(input, "organizations enable-aws-service-access", &[SERVICE]))
        .command(aws(input, "organizations register-delegated-administrator", &[&account, SERVICE]))
}

fn permit_the_caller(input: &SetupInput) -> Step {
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

const INSTANCE: &str = "--instance-arn INSTANCE-ARN";
const PERMISSION_SET: &str = "--permission-set-arn PERMISSION-SET-ARN";
const INLINE_POLICY: &str = "--inline-policy file://caller-policy.json";

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

fn trusted_access(input: &SetupInput) -> Step {
    Step::new("Turn on trusted access for StackSets")
        .text(
            "Once, in the management account. If the first command prints `ENABLED`, it is on already, and the second one \
             is not needed:",
        )
        .command(aws(input, "cloudformation describe-organizations-access", &[]))
        .command(aws(input, "cloudformation activate-organizations-access", &[]))
}

fn member_accounts(input: &SetupInput) -> Step {
    let mut step = Step::new("Deploy the audit role in all member accounts")
        .text(if input.planned_reads {
            "The role may make the reads of a scan, and those that are planned for later versions, so that these need no \
             second roll-out. A session policy limits each session to the reads of the scan (`--print permission-policy`)."
        } else {
            "The role may make the reads of a scan, and nothing else (`--print permission-policy`). When a later version \
             reads more, you have to deploy the role again. To avoid a second roll-out, print this guide with \
             `--with-planned-reads`. The role may then also make the reads that are planned, such as those of managed \
             policies and of the services that a role used. A session policy still limits each session to the reads of \
             the scan."
        })
        .text(
            "The trust policy names the caller's account, so that it still works after the caller's role is deleted and \
             created again. Its conditions limit it to this caller in this organization (`--print trust-policy`). Keep \
             all of them.",
        );
    if let Some(caller) = input.caller.as_ref().filter(|caller| caller.path_assumed()) {
        step = step.text(format!(
            "An assumed role's ARN does not show the role's path. If `aws iam get-role` prints an ARN other than {caller} \
             for the caller's role, pass that ARN to `--caller`."
        ));
    }
    if let Some(boundary) = &input.permissions_boundary {
        let place = if boundary.is_by_aws() {
            format!("The permissions boundary {boundary}")
        } else {
            let policy = boundary.policy();
            format!(
                "The permissions boundary is the policy {policy} of each account. It has to exist in every account before \
                 you go on. It"
            )
        };
        step = step.text(format!("{place} has to allow the reads of the permission policy."));
    }
    step.text(
        "A service-managed StackSet creates the role in all member accounts, and in those that join later. Run this in the \
         management account, in a Region that is enabled in every account:",
    )
    .command(aws(input, "organizations list-roots", &["--query 'Roots[0].Id'", "--output text"]))
    .command(print(input, Document::StackSetTemplate))
    .command(commands::deploy_stackset(input))
    .text(
        "Or run it in the account of a delegated administrator of CloudFormation StackSets, and add \
         `CallAs=DELEGATED_ADMIN` at the end. Such an account may deploy anything in any account, so choose another one \
         for the scans.",
    )
}

fn management_account(input: &SetupInput) -> Step {
    Step::new("Deploy the audit role in the management account")
        .text("Service-managed StackSets omit the management account. Run this there:")
        .command(print(input, Document::StackTemplate))
        .command(commands::deploy_stack(input))
        .text(
            "Use the same commands in a single account, for a trial. Without CloudFormation, create the role from these \
             two documents, with the same name in each account:",
        )
        .command(print(input, Document::PermissionPolicy))
        .command(print(input, Document::TrustPolicy))
}

fn verify(input: &SetupInput) -> Step {
    Step::new("Verify")
        .text("In the management account: every account should be `SUCCEEDED`.")
        .command(aws(
            input,
            "cloudformation list-stack-instances",
            &[
                &format!("--stack-set-name {}", commands::STACKSET),
                "--query 'Summaries[].[Account, StackInstanceStatus.DetailedStatus]'",
                "--output text",
            ],
        ))
        .text(
            "With the caller's credentials: the first command lists the accounts and assumes no role. The second one assumes \
             the audit role in each account, reads one page, stores nothing, and names the accounts that refuse:",
        )
        .command(scan(input, Some("--dry-run")))
        .command(scan(input, Some("--check")))
}

fn update() -> Step {
    Step::new("Update").text(format!(
        "This is version {POLICY_VERSION} of the permission policy. A version of rolesweep that reads more has a higher one. \
         Then print and deploy both templates again. The tag `{VERSION_TAG}` of the role says which version an account has; \
         `{POLICY_VERSION}+planned` is the one with the planned reads."
    ))
}

fn remove(input: &SetupInput) -> Step {
    let delete = |stack: &str| aws(input, "cloudformation delete-stack", &[&format!("--stack-name {stack}")]);
    let account = format!("--account-id {}", input.account());
    let step = Step::new("Remove")
        .text(
            "In the management account. The first command also deletes the StackSet and with it the role in each member \
             account:",
        )
        .command(delete(commands::STACKSET_STACK))
        .command(aws(
            input,
            "cloudformation wait stack-delete-complete",
            &[&format!("--stack-name {}", commands::STACKSET_STACK)],
        ))
        .command(delete(commands::STACK))
        .text("Then the delegation. Delete the delegation policy only if it has no other statement:")
        .command(aws(input, "organizations delete-resource-policy", &[]))
        .command(aws(input, "organizations deregister-delegated-administrator", &[&account, SERVICE]))
        .text("If nobody else needs them, turn off the trusted access for StackSets and for the service of step 1:")
        .command(aws(input, "cloudformation deactivate-organizations-access", &[]))
        .command(aws(input, "organizations disable-aws-service-access", &[SERVICE]));
    forbid_the_caller(input, step)
}

fn forbid_the_caller(input: &SetupInput, step: Step) -> Step {
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
