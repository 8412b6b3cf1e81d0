//! Guides on who can assume a role.

use super::controls::OUTSIDE_ACCESS;
use super::guide::{Guide, Step};
use super::steps::{
    ASK, CLI_TRAIL, CLI_TRUST, CONSOLE_TRUST, DELETE, EXEMPT, EXTERNAL_ANALYZER, OURS_ASSUME, OWNER_TAG,
    RETRUST, TAKE_OUT_OF_USE,
};

/// Shows what AWS says of outsiders.
const CLI_FINDINGS: Step = Step::commands(
    "What IAM Access Analyzer says of it, if an analyzer runs:",
    "aws accessanalyzer list-findings --analyzer-arn ANALYZER_ARN --filter resource={eq=ROLE_ARN}",
);

/// Limits a trust to one organization.
const ONLY_OURS: Step = Step::document(
    "If the organization has to assume it, say so in the trust policy. `StringEquals` without `IfExists` and without a wildcard is what limits it:",
    r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": "*" },
      "Action": "sts:AssumeRole",
      "Condition": { "StringEquals": { "aws:PrincipalOrgID": "ORGANIZATION_ID" } }
    }
  ]
}"#,
);

/// Limits a trust to one vendor.
const EXTERNAL_ID: Step = Step::document(
    "If a vendor has to assume it, name the vendor's account or role, and ask for the external id that the vendor made for you alone:",
    r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::VENDOR_ACCOUNT:role/VENDOR_ROLE" },
      "Action": "sts:AssumeRole",
      "Condition": { "StringEquals": { "sts:ExternalId": "EXTERNAL_ID" } }
    }
  ]
}"#,
);

/// Says whose an account is.
const KNOWN_ACCOUNT: Step = Step::words(
    "If the account is known, write a `[[known_account]]` with its name, whether it is ours or a vendor's, who says so, and until when.",
);

pub(crate) const PUBLIC: Guide = Guide {
    why: "Anyone with an AWS account, or with an account at the identity provider, takes over the role by one call. Whoever looks for such roles finds them.",
    console: CONSOLE_TRUST,
    cli: &[CLI_TRUST, CLI_TRAIL, CLI_FINDINGS],
    remedy: &[TAKE_OUT_OF_USE, RETRUST, ONLY_OURS, ASK, DELETE, EXEMPT],
    prevent: &[OURS_ASSUME, EXTERNAL_ANALYZER, OWNER_TAG],
    controls: OUTSIDE_ACCESS,
};

pub(crate) const OIDC_OPEN: Guide = Guide {
    why: "GitHub, GitLab, Terraform Cloud and others sign tokens for all of their customers with one key. Without a condition on the claim that names the customer, a repository of a stranger gets the role. AWS refuses to create such a trust policy since June 2025, and does not look at older ones.",
    remedy: &[
        TAKE_OUT_OF_USE,
        RETRUST,
        Step::document(
            "Name the repository and the branch or environment in `sub`, and the audience in `aud`:",
            r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Federated": "arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com" },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": "repo:OWNER/REPOSITORY:environment:production"
        }
      }
    }
  ]
}"#,
        ),
        ASK,
        DELETE,
        EXEMPT,
    ],
    prevent: &[
        Step::words(
            "Create these roles from one template that fills in `sub` and `aud`, and write both under one operator: of two equal keys in JSON, one is lost.",
        ),
        EXTERNAL_ANALYZER,
        OWNER_TAG,
    ],
    ..PUBLIC
};

pub(crate) const EXTERNAL_OPEN: Guide = Guide {
    why: "Whoever is in the outside account, or breaks into it, takes over the role. If it is a vendor's, another customer of that vendor may make the vendor use the role (the confused deputy), because no external id tells the customers apart.",
    remedy: &[ASK, TAKE_OUT_OF_USE, RETRUST, EXTERNAL_ID, KNOWN_ACCOUNT, DELETE, EXEMPT],
    ..PUBLIC
};

pub(crate) const EXTERNAL_BOUND: Guide = Guide {
    why: "Somebody outside takes over the role within the limits that the evidence names. For an idle role, the contract with that outsider has often ended, and the trust has not.",
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, KNOWN_ACCOUNT, EXEMPT],
    ..PUBLIC
};

pub(crate) const MEMBERSHIP_UNKNOWN: Guide = Guide {
    why: "The account may be ours or a stranger's. The scan did not list the whole organization, so nobody can say.",
    cli: &[
        CLI_TRUST,
        Step::commands(
            "Whether the account is in the organization, with the credentials of the management account or a delegated administrator. An error means that it is not:",
            "aws organizations describe-account --account-id ACCOUNT",
        ),
    ],
    remedy: &[
        Step::words(
            "Scan with a caller that may list the organization's accounts (organizations:ListAccounts). A selection by `--accounts` or `--ou` is no obstacle.",
        ),
        KNOWN_ACCOUNT,
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        EXEMPT,
    ],
    ..PUBLIC
};

pub(crate) const ORG: Guide = Guide {
    why: "Another account of the organization takes over the role. If the trust names a whole account, everybody there does who may call sts:AssumeRole.",
    cli: &[CLI_TRUST, CLI_TRAIL],
    remedy: &[
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        Step::words(
            "If the role is still needed, name the one role that assumes it in the trust policy, instead of its account or the organization.",
        ),
        EXEMPT,
    ],
    ..PUBLIC
};

pub(crate) const LOCAL: Guide = Guide {
    why: "Somebody of the role's own account takes it over, by a service or by sts:AssumeRole or iam:PassRole, or somebody of a project that the policy names.",
    cli: &[
        CLI_TRUST,
        CLI_TRAIL,
        Step::commands(
            "Where a service has the role, for the service that the trust policy names. Other services have calls of their own:",
            "aws iam list-instance-profiles-for-role --role-name ROLE\n\
             aws lambda list-functions --query 'Functions[?Role==`ROLE_ARN`].FunctionName'",
        ),
    ],
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, EXEMPT],
    prevent: &[OWNER_TAG],
    ..PUBLIC
};

pub(crate) const NOBODY: Guide = Guide {
    why: "Whoever assumed the role was deleted, or the policy denies everybody. A principal that is created again under its old name does not get the trust back. Whoever may change the trust policy can still open the role.",
    cli: &[CLI_TRUST],
    remedy: &[DELETE, EXEMPT],
    prevent: &[OWNER_TAG],
    ..PUBLIC
};

pub(crate) const UNKNOWN: Guide = Guide {
    why: "The trust policy is missing, is not valid, or has a condition that is not understood, so that the role may be open to anyone. It counts as high until somebody has looked.",
    remedy: &[
        Step::words(
            "Write the statement that the evidence names with the operators and keys of IAM's reference. A key that comes twice in a condition limits nothing that can be relied on.",
        ),
        RETRUST,
        ASK,
        TAKE_OUT_OF_USE,
        DELETE,
        EXEMPT,
    ],
    prevent: &[
        Step::commands(
            "Let IAM Access Analyzer check trust policies in the pipeline that deploys them:",
            "aws accessanalyzer validate-policy --policy-type RESOURCE_POLICY --validate-policy-resource-type AWS::IAM::AssumeRolePolicyDocument --policy-document file://trust.json",
        ),
        EXTERNAL_ANALYZER,
        OWNER_TAG,
    ],
    ..PUBLIC
};
