//! Policies that AWS manages. They are the same in every account of a partition.

use std::collections::BTreeMap;

/// What AWS answered about a policy that it manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsManagedPolicy {
    /// The policy's ARN.
    pub arn: String,
    /// The id of the version that is the default now, such as `v3`.
    pub version: String,
    /// The document of that version: JSON text, percent-decoded; `None` if it is known already. AWS
    /// never changes the document of a version.
    pub document: Option<String>,
    /// How many calls this took, by IAM action.
    pub calls: BTreeMap<String, u64>,
}

/// Whether AWS manages the policy with this ARN: its account is `aws`.
#[must_use]
pub fn is_aws_managed(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let head = [parts.next(), parts.nth(1), parts.next(), parts.next()];
    head == [Some("arn"), Some("iam"), Some(""), Some("aws")]
        && parts.next().is_some_and(|resource| resource.starts_with("policy/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_account_aws_makes_a_policy_aws_managed() {
        for (arn, expected) in [
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", true),
            ("arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", true),
            ("arn:aws:iam::000000000123:policy/ReadOnlyAccess", false),
            ("arn:aws:iam::000000000123:policy/aws:policy/x", false),
            ("arn:aws:iam::aws:role/ReadOnlyAccess", false),
            ("arn:aws:s3::aws:policy/x", false),
            ("arn:aws:iam:aws:policy/x", false),
            ("ReadOnlyAccess", false),
            ("", false),
        ] {
            assert_eq!(is_aws_managed(arn), expected, "{arn}");
        }
    }
}
