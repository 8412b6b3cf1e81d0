//! The steps, in their order. `config/iam/README.md` has the same steps with all placeholders left.

use super::blocks::Step;
use super::caller;
use super::commands::{self, aws, print, scan};
use crate::setup::documents::Document;
use crate::setup::input::SetupInput;
use crate::setup::policies::POLICY_VERSION;
use crate::setup::tags::VERSION_TAG;

/// A service whose delegated administrator can do little but read.
const SERVICE: &str = "--service-principal access-analyzer.amazonaws.com";

pub(super) fn steps(input: &SetupInput) -> Vec<Step> {
    vec![
        choose_the_account(input),
        caller::permit(input),
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
             `--with-planned-reads`. The role may then also make the reads that are planned, such as those of identity \
             providers and of the services that a role used. A session policy still limits each session to the reads of \
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
         `CallAs=DELEGATED_ADMIN` at the end. The stack and its StackSet are then in that account. Such an account may deploy anything in any account, so choose another one \
         for the scans.",
    )
}

fn management_account(input: &SetupInput) -> Step {
    Step::new("Deploy the audit role in the management account")
        .text("Service-managed StackSets omit the management account. Run this there:")
        .command(print(input, Document::StackTemplate))
        .command(commands::deploy_stack(input))
        .text(
            "Use the same commands in a single account, for a trial. Without CloudFormation, run this in each account, which \
             creates the same role:",
        )
        .command(print(input, Document::PermissionPolicy))
        .command(print(input, Document::TrustPolicy))
        .command(commands::create_role(input))
        .command(commands::put_role_policy(input))
}

fn verify(input: &SetupInput) -> Step {
    Step::new("Verify")
        .text(
            "In the management account: every account should be `SUCCEEDED`. If you deployed the StackSet from the account of \
             a delegated administrator, run it there, and add `--call-as DELEGATED_ADMIN`.",
        )
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
            "In the management account. The first two commands also delete the StackSet and with it the role in each member \
             account; run them where you deployed the StackSet:",
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
    caller::forbid(input, step)
}
