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
