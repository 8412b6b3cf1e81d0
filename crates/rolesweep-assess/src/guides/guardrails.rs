//! Policies of an organization that keep a finding from coming back. Tests evaluate them.

/// A service control policy: who creates a role names its owner, and nobody takes the tag off.
pub(super) const OWNER_TAG: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "NewRolesNeedAnOwner",
      "Effect": "Deny",
      "Action": "iam:CreateRole",
      "Resource": "*",
      "Condition": { "Null": { "aws:RequestTag/owner": "true" } }
    },
    {
      "Sid": "RolesKeepTheirOwner",
      "Effect": "Deny",
      "Action": "iam:UntagRole",
      "Resource": "*",
      "Condition": { "ForAnyValue:StringEqualsIgnoreCase": { "aws:TagKeys": "owner" } }
    }
  ]
}"#;

/// A service control policy: only one role creates roles without a permissions boundary.
pub(super) const BOUNDARY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "NewRolesNeedABoundary",
      "Effect": "Deny",
      "Action": ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
      "Resource": "*",
      "Condition": {
        "ArnNotLike": {
          "iam:PermissionsBoundary": "arn:aws:iam::*:policy/DeveloperBoundary",
          "aws:PrincipalArn": "arn:aws:iam::*:role/IamAdministration"
        }
      }
    },
    {
      "Sid": "RolesKeepTheirBoundary",
      "Effect": "Deny",
      "Action": "iam:DeleteRolePermissionsBoundary",
      "Resource": "*",
      "Condition": { "ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/IamAdministration" } }
    }
  ]
}"#;

/// A resource control policy: only the organization and AWS's own services assume its roles, and
/// vendors by their accounts.
pub(super) const OURS_ASSUME: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "OnlyWeAndOurVendorsAssumeRoles",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "sts:AssumeRole",
      "Resource": "*",
      "Condition": {
        "StringNotEqualsIfExists": {
          "aws:PrincipalOrgID": "ORGANIZATION_ID",
          "aws:PrincipalAccount": ["VENDOR_ACCOUNT"]
        },
        "BoolIfExists": { "aws:PrincipalIsAWSService": "false" }
      }
    }
  ]
}"#;

/// A service control policy: only one role deletes what cannot be made again.
pub(super) const NO_DESTRUCTION: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "KeysBackupsAndTrailsStay",
      "Effect": "Deny",
      "Action": [
        "kms:ScheduleKeyDeletion",
        "backup:DeleteRecoveryPoint",
        "backup:DeleteBackupVault",
        "cloudtrail:DeleteTrail",
        "cloudtrail:StopLogging",
        "organizations:LeaveOrganization"
      ],
      "Resource": "*",
      "Condition": { "ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/BreakGlass" } }
    }
  ]
}"#;
