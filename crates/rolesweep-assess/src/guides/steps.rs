//! Steps that several rules share.

use super::guardrails;
use super::guide::Step;

/// Where the console shows when a role was used.
pub(super) const CONSOLE_USE: &[&str] = &[
    "Sign in to the role's account, and open IAM > Access management > Roles.",
    "Search for the role's name, and read the column \"Last activity\". A hyphen means that AWS has no use on record.",
    "Open the role. \"Creation date\" is in its summary, and the tab \"Last Accessed\" shows which services it used, and when.",
];

/// Where the console shows what a role may do.
pub(super) const CONSOLE_PERMISSIONS: &[&str] = &[
    "Sign in to the role's account, and open IAM > Access management > Roles.",
    "Open the role, and read the policies in the tab \"Permissions\". \"Permissions boundary\" is below them.",
    "Open the statement that the column `privilege_evidence` names.",
];

/// Where the console shows who can assume a role.
pub(super) const CONSOLE_TRUST: &[&str] = &[
    "Sign in to the role's account, and open IAM > Access management > Roles.",
    "Open the role, and read the trust policy in the tab \"Trust relationships\".",
    "Look at the statement that the column `trust_evidence` names: its \"Principal\" and its \"Condition\".",
];

/// Asks AWS when a role was used.
pub(super) const CLI_USE: Step = Step::commands(
    "When the role was created and last used, with the credentials of its account. `RoleLastUsed` is empty if AWS has no use on record:",
    "aws iam get-role --role-name ROLE --query 'Role.[CreateDate,RoleLastUsed]'",
);

/// Asks AWS which services a role used.
pub(super) const CLI_SERVICES: Step = Step::commands(
    "Which services it used in the tracking period. The first command answers with the `JOB` of the second:",
    "aws iam generate-service-last-accessed-details --arn ROLE_ARN\n\
     aws iam get-service-last-accessed-details --job-id JOB",
);

/// Asks CloudTrail who assumed a role.
pub(super) const CLI_TRAIL: Step = Step::commands(
    "Who assumed it in the last 90 days, in each Region that you use:",
    "aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=ROLE_ARN --region REGION",
);

/// Asks AWS what a role's policies say.
pub(super) const CLI_POLICIES: Step = Step::commands(
    "The role's policies and its permissions boundary:",
    "aws iam get-role --role-name ROLE --query Role.PermissionsBoundary\n\
     aws iam list-role-policies --role-name ROLE\n\
     aws iam get-role-policy --role-name ROLE --policy-name POLICY\n\
     aws iam list-attached-role-policies --role-name ROLE\n\
     aws iam get-policy --policy-arn POLICY_ARN --query Policy.DefaultVersionId\n\
     aws iam get-policy-version --policy-arn POLICY_ARN --version-id VERSION",
);

/// Asks AWS who can assume a role.
pub(super) const CLI_TRUST: Step = Step::commands(
    "The trust policy:",
    "aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument",
);

/// Who decides.
pub(super) const ASK: Step = Step::words(
    "Ask whoever owns the role: the tag `owner`, the account's owner, or the pipeline that created it. Ask for a yearly use, such as a restore or an audit, because AWS's record ends after 400 days.",
);

/// Makes a role harmless, and can be undone.
pub(super) const TAKE_OUT_OF_USE: Step = Step::commands(
    "Take the role out of use in a way that can be undone, and wait for at least one business cycle. If something breaks, detach the policy again with `detach-role-policy` and the same arguments:",
    "aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AWSDenyAll",
);

/// Deletes a role by hand.
pub(super) const DELETE: Step = Step::commands(
    "Keep what is needed to create the role again, and delete it. If CloudFormation, Terraform or another tool created it, delete it there. Repeat the second to fourth command for each policy and instance profile of the role:",
    "aws iam get-account-authorization-details --filter Role LocalManagedPolicy > before.json\n\
     aws iam detach-role-policy --role-name ROLE --policy-arn POLICY_ARN\n\
     aws iam delete-role-policy --role-name ROLE --policy-name POLICY\n\
     aws iam remove-role-from-instance-profile --role-name ROLE --instance-profile-name PROFILE\n\
     aws iam delete-role --role-name ROLE",
);

/// Lets somebody accept a finding in writing.
pub(super) const EXEMPT: Step = Step::words(
    "If the role has to stay as it is, write an `[[exemption]]` with an owner, an approver, a reason and a date. `rolesweep explain ROLE_ARN` prints one to fill in.",
);

/// Makes every new role name its owner.
pub(super) const OWNER_TAG: Step = Step::document(
    "A service control policy that refuses a role without an owner. Try it in one OU first, and add an exception for tools that cannot set tags:",
    guardrails::OWNER_TAG,
);

/// Makes AWS report roles that are not used.
pub(super) const UNUSED_ANALYZER: Step = Step::commands(
    "Let IAM Access Analyzer report roles that are not used. It costs a fee for each role and month:",
    "aws accessanalyzer create-analyzer --analyzer-name unused-access --type ORGANIZATION_UNUSED_ACCESS --configuration unusedAccess={unusedAccessAge=90}",
);

/// Makes AWS report roles that outsiders can assume.
pub(super) const EXTERNAL_ANALYZER: Step = Step::commands(
    "Let IAM Access Analyzer report what outsiders can reach, without a fee:",
    "aws accessanalyzer create-analyzer --analyzer-name external-access --type ORGANIZATION",
);

/// Keeps roles within a boundary.
pub(super) const BOUNDARY: Step = Step::document(
    "A service control policy that lets teams create roles only within a permissions boundary. `DeveloperBoundary` and `IamAdministration` stand for your own:",
    guardrails::BOUNDARY,
);

/// Checks policies before they are deployed.
pub(super) const CHECK_BEFORE: Step = Step::commands(
    "Check policies in the pipeline that deploys them. This one fails for a policy that allows one of the actions:",
    "aws accessanalyzer check-access-not-granted --policy-type IDENTITY_POLICY --policy-document file://policy.json --access actions=iam:PassRole,iam:PutRolePolicy,iam:AttachRolePolicy",
);

/// Keeps outsiders out.
pub(super) const OURS_ASSUME: Step = Step::document(
    "A resource control policy that keeps outsiders from assuming any role by `sts:AssumeRole`. Name your vendors' accounts in it:",
    guardrails::OURS_ASSUME,
);

/// Asks AWS what a role may do.
pub(super) const CLI_SIMULATE: Step = Step::commands(
    "What IAM answers for some actions on any resource. It looks at the role's policies, its boundary and the SCPs above the account:",
    "aws iam simulate-principal-policy --policy-source-arn ROLE_ARN --action-names iam:CreateUser s3:GetObject secretsmanager:GetSecretValue",
);

/// Gives a role less.
pub(super) const REDUCE: Step = Step::commands(
    "If the role is still needed, replace what it has by a policy that allows only what it used, on the resources that it used:",
    "aws iam put-role-policy --role-name ROLE --policy-name POLICY --policy-document file://policy.json\n\
     aws iam detach-role-policy --role-name ROLE --policy-arn POLICY_ARN",
);

/// Changes who can assume a role.
pub(super) const RETRUST: Step = Step::commands(
    "Replace the trust policy. Who has a session already keeps it until it ends, so revoke the sessions in the console too (the tab \"Revoke sessions\"):",
    "aws iam update-assume-role-policy --role-name ROLE --policy-document file://trust.json",
);
