//! The permissions boundary of the audit role: one policy, or the policy of this name in each
//! account.

use std::fmt;
use std::str::FromStr;

use rolesweep_model::{AccountId, Partition, is_name_byte};

/// The owner of a policy that every account has because AWS provides it.
const AWS: &str = "aws";

/// The account in the ARN of a policy that each account has itself.
const EACH_ACCOUNT: &str = "*";

/// The default of the templates' parameter: each account's own policy.
pub(super) const DEFAULT_OWNER: &str = "account";

/// The ARN of a permissions boundary.
///
/// A role's boundary is a policy of AWS or of the role's own account (IAM user guide, permissions
/// boundaries). So the account id of a policy's ARN says nothing about the other accounts, and is
/// replaced with `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PermissionsBoundary {
    partition: Partition,
    by_aws: bool,
    /// The path and the name.
    policy: String,
}

/// The text is not the ARN of a managed policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the ARN of a managed policy (arn:PARTITION:iam::ACCOUNT:policy/NAME)")]
pub(crate) struct NotAPolicy;

impl PermissionsBoundary {
    pub(crate) fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The policy's name, with its path.
    pub(super) fn policy(&self) -> &str {
        &self.policy
    }

    /// Its ARN in an account.
    pub(super) fn in_account(&self, account: &str) -> String {
        let owner = if self.by_aws { AWS } else { account };
        format!("arn:{}:iam::{owner}:policy/{}", self.partition, self.policy)
    }

    /// Whether AWS provides the policy. Otherwise it has to exist in each account.
    pub(super) fn is_by_aws(&self) -> bool {
        self.by_aws
    }

    /// The same as the templates' parameter says it.
    pub(super) fn owner(&self) -> &'static str {
        if self.by_aws { AWS } else { DEFAULT_OWNER }
    }
}

impl FromStr for PermissionsBoundary {
    type Err = NotAPolicy;

    fn from_str(s: &str) -> Result<Self, NotAPolicy> {
        let parts: Vec<&str> = s.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", owner, resource] = parts[..] else { return Err(NotAPolicy) };
        let policy = resource.strip_prefix("policy/").ok_or(NotAPolicy)?;
        let well_formed = policy.split('/').all(|part| !part.is_empty() && part.bytes().all(is_name_byte));
        let owned = owner == AWS || owner == EACH_ACCOUNT || owner.parse::<AccountId>().is_ok();
        if !well_formed || !owned {
            return Err(NotAPolicy);
        }
        let partition = partition.parse().map_err(|_| NotAPolicy)?;
        Ok(Self { partition, by_aws: owner == AWS, policy: policy.to_owned() })
    }
}

impl fmt::Display for PermissionsBoundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_account(EACH_ACCOUNT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_of_one_account_stands_for_that_of_each_account() {
        for (arn, shown, policy, owner) in [
            (
                "arn:aws:iam::123456789012:policy/sec/Limit",
                "arn:aws:iam::*:policy/sec/Limit",
                "sec/Limit",
                "account",
            ),
            ("arn:aws-cn:iam::*:policy/Limit", "arn:aws-cn:iam::*:policy/Limit", "Limit", "account"),
            ("arn:aws:iam::aws:policy/job/Read", "arn:aws:iam::aws:policy/job/Read", "job/Read", "aws"),
        ] {
            let boundary: PermissionsBoundary = arn.parse().unwrap();
            assert_eq!(boundary.to_string(), shown);
            assert_eq!((boundary.policy(), boundary.owner()), (policy, owner), "{arn}");
        }
    }

    #[test]
    fn what_is_not_the_arn_of_a_policy_is_refused() {
        for arn in [
            "",
            "Limit",
            "arn:aws:iam::123456789012:role/Limit",
            "arn:aws:iam::12345:policy/Limit",
            "arn:aws:iam::123456789012:policy/",
            "arn:aws:iam::123456789012:policy//Limit",
            "arn:aws:iam::123456789012:policy/Lim*",
            "arn:aws:iam::123456789012:policy/a\"b\n",
            "arn:aws:iam:us-east-1:123456789012:policy/Limit",
            "arn:azure:iam::123456789012:policy/Limit",
            "arn:aws:s3::123456789012:policy/Limit",
        ] {
            assert_eq!(arn.parse::<PermissionsBoundary>(), Err(NotAPolicy), "{arn}");
        }
    }
}
