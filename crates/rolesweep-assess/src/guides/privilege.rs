//! Guides on what a role may do.

use super::controls::LEAST_PRIVILEGE;
use super::guide::{Guide, Step};
use super::steps::{
    ASK, BOUNDARY, CHECK_BEFORE, CLI_POLICIES, CLI_SERVICES, CLI_SIMULATE, CLI_TRUST, CONSOLE_PERMISSIONS,
    DELETE, EXEMPT, OWNER_TAG, REDUCE, TAKE_OUT_OF_USE,
};

pub(crate) const ADMIN_FULL: Guide = Guide {
    why: "Whoever takes over the role owns the account. In the management account, that is the organization.",
    console: CONSOLE_PERMISSIONS,
    cli: &[CLI_POLICIES, CLI_SERVICES, CLI_SIMULATE],
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, REDUCE, EXEMPT],
    prevent: &[
        Step::words(
            "Let people be administrators by permission sets of IAM Identity Center with short sessions, and pipelines by one role in each account that the pipeline alone can assume.",
        ),
        BOUNDARY,
        OWNER_TAG,
    ],
    controls: LEAST_PRIVILEGE,
};

pub(crate) const ADMIN_SELF: Guide = Guide {
    why: "The role looks limited, and one call makes it an administrator: it changes its own policies, or creates a role that has more rights and assumes it.",
    cli: &[
        CLI_POLICIES,
        Step::commands(
            "What IAM answers for these calls on the role itself:",
            "aws iam simulate-principal-policy --policy-source-arn ROLE_ARN --resource-arns ROLE_ARN --action-names iam:PutRolePolicy iam:AttachRolePolicy",
        ),
    ],
    remedy: &[
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        Step::words(
            "If the role is still needed, name the roles in `Resource` that it may change, by a path such as `arn:aws:iam::ACCOUNT:role/app/*`, and keep the role itself out of that path. Or limit it by a permissions boundary, and allow it to create roles only with that boundary.",
        ),
        EXEMPT,
    ],
    prevent: &[BOUNDARY, CHECK_BEFORE, OWNER_TAG],
    ..ADMIN_FULL
};

pub(crate) const ESCALATE: Guide = Guide {
    why: "A few permissions together give more than each of them: who may pass a role to a function and run that function has the rights of the passed role. Some paths need something in the account, such as a function that exists; the evidence says whether the scan found it.",
    cli: &[
        CLI_POLICIES,
        CLI_SIMULATE,
        Step::commands(
            "The roles, and the services that they trust:",
            "aws iam list-roles --query 'Roles[].[RoleName,AssumeRolePolicyDocument.Statement[].Principal]'",
        ),
    ],
    remedy: &[
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        Step::document(
            "If the role is still needed, name the roles that it may pass, and the service that it may pass them to:",
            r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "PassOnlyTheFunctionsRole",
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": "arn:aws:iam::ACCOUNT:role/app/function",
      "Condition": { "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } }
    }
  ]
}"#,
        ),
        EXEMPT,
    ],
    prevent: &[CHECK_BEFORE, BOUNDARY, OWNER_TAG],
    ..ADMIN_FULL
};

pub(crate) const ROLE_CHAIN: Guide = Guide {
    why: "The role has few rights of its own, and assumes roles that have more, perhaps in many accounts. A role of a pipeline that may assume the deployment role of each account owns all of them.",
    cli: &[
        CLI_POLICIES,
        Step::commands(
            "Whom the target trusts, with the credentials of its account:",
            "aws iam get-role --role-name TARGET --query Role.AssumeRolePolicyDocument",
        ),
    ],
    remedy: &[
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        Step::words(
            "If the role is still needed, name the target roles in its policy instead of `*:role/NAME`, and the role itself in their trust policies instead of its whole account.",
        ),
        EXEMPT,
    ],
    prevent: &[
        Step::words(
            "Let the trust policies of deployment roles name one role with its full ARN, and check that in the template that creates them.",
        ),
        OWNER_TAG,
    ],
    ..ADMIN_FULL
};

pub(crate) const DATA: Guide = Guide {
    why: "Whoever takes over the role reads objects, secrets, parameters or tables of the whole account, also those that are created later.",
    remedy: &[
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        Step::document(
            "If the role is still needed, name what it reads:",
            r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReadOnlyTheReports",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::example-reports/*"
    }
  ]
}"#,
        ),
        EXEMPT,
    ],
    prevent: &[
        Step::commands(
            "Check policies in the pipeline that deploys them. This one fails for a policy that reads every secret or object:",
            "aws accessanalyzer check-access-not-granted --policy-type IDENTITY_POLICY --policy-document file://policy.json --access actions=secretsmanager:GetSecretValue,s3:GetObject",
        ),
        Step::words("Encrypt what matters with keys whose key policies name the roles that may decrypt it."),
        OWNER_TAG,
    ],
    ..ADMIN_FULL
};

pub(crate) const DESTROY: Guide = Guide {
    why: "Whoever takes over the role deletes what nobody can make again: keys with all data under them, backups, databases, the audit log. Or they take an account out of the organization, or give people access.",
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, REDUCE, EXEMPT],
    prevent: &[
        Step::document(
            "A service control policy that keeps everybody but one role from deleting keys and backups. `BreakGlass` stands for your own:",
            super::guardrails::NO_DESTRUCTION,
        ),
        Step::commands(
            "Lock backups, so that nobody deletes them before their time:",
            "aws backup put-backup-vault-lock-configuration --backup-vault-name VAULT --min-retention-days 30",
        ),
        OWNER_TAG,
    ],
    ..ADMIN_FULL
};

pub(crate) const DATA_SCOPED: Guide = Guide {
    why: "Whoever takes over the role reads the data that its policies name. How bad that is depends on what it is, so look at the names in the evidence. It is at least high if an outside account is let in without an external id.",
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, EXEMPT],
    prevent: &[
        Step::words(
            "Name in the key policy or the bucket policy who may read data that matters, so that another role needs more than its own policies.",
        ),
        OWNER_TAG,
    ],
    ..ADMIN_FULL
};

pub(crate) const CHANGE: Guide = Guide {
    why: "Whoever takes over the role changes or stops something, such as instances, queues or schedules.",
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, REDUCE, EXEMPT],
    prevent: &[OWNER_TAG],
    ..ADMIN_FULL
};

pub(crate) const READ_ONLY: Guide = Guide {
    why: "Whoever takes over the role sees what there is, and plans with that: names of buckets, roles, networks and users. It reads no contents of these.",
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, EXEMPT],
    prevent: &[OWNER_TAG],
    ..ADMIN_FULL
};

pub(crate) const NONE: Guide = Guide {
    why: "The role may do nothing by itself. A resource policy may still let it in, such as a bucket policy that names the role, and nobody looked at those.",
    remedy: &[ASK, DELETE, EXEMPT],
    prevent: &[OWNER_TAG],
    ..ADMIN_FULL
};

pub(crate) const UNKNOWN: Guide = Guide {
    why: "Whoever writes a policy must not be able to hide by an odd operator, so the role counts as high until somebody has looked. The evidence says what is known for certain, and which document or statement is not.",
    cli: &[CLI_POLICIES, CLI_SIMULATE, CLI_TRUST],
    remedy: &[
        Step::commands(
            "If a document was not collected, give the audit role its current policy, and scan again:",
            "rolesweep setup --print permission-policy\nrolesweep scan --check",
        ),
        Step::words(
            "If a statement is not understood, write it with the operators and keys of IAM's reference. A key that comes twice in a condition, or an unknown operator, does not do what its author meant.",
        ),
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        EXEMPT,
    ],
    prevent: &[
        Step::commands(
            "Let IAM Access Analyzer check documents in the pipeline that deploys them:",
            "aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY --policy-document file://policy.json",
        ),
        OWNER_TAG,
    ],
    ..ADMIN_FULL
};
