//! Role ARNs and partitions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::AccountId;
use crate::names::is_name_byte;

/// An AWS partition: a set of Regions with accounts, endpoints and ARNs of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Partition(String);

impl Partition {
    /// The commercial partition.
    #[must_use]
    pub fn aws() -> Self {
        Self("aws".to_owned())
    }

    /// The partition's name as ARNs have it: `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc` …
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Partition {
    type Err = ArnError;

    fn from_str(s: &str) -> Result<Self, ArnError> {
        if is_partition(s) { Ok(Self(s.to_owned())) } else { Err(ArnError::Partition) }
    }
}

fn is_partition(s: &str) -> bool {
    (s == "aws" || s.starts_with("aws-"))
        && s.len() <= 32
        && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Partition {
    type Error = ArnError;

    fn try_from(value: String) -> Result<Self, ArnError> {
        value.parse()
    }
}

impl From<Partition> for String {
    fn from(partition: Partition) -> Self {
        partition.0
    }
}

/// Why a text is not the ARN of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    /// It does not have the six parts of an ARN, or it names something other than an IAM role.
    #[error("not the ARN of an IAM role (arn:PARTITION:iam::ACCOUNT:role/PATH/NAME)")]
    Shape,
    /// The partition is malformed.
    #[error("not an AWS partition (aws, aws-cn, aws-us-gov, aws-eusc …)")]
    Partition,
    /// The account part is not an account id.
    #[error("the ARN's account is not twelve digits")]
    Account,
    /// The role's name is empty, or the path or the name holds characters that IAM does not allow.
    #[error("the ARN's path or role name is malformed")]
    Name,
}

/// The ARN of an IAM role: partition, account, path and name in one.
///
/// IAM allows a path of printable ASCII that begins and ends with `/`, and a name of up to 64 of
/// `A-Za-z0-9_+=,.@-`. So a name may begin with a formula character and may hold a comma. `S` is
/// the text, as in [`Role`](crate::Role).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[serde(bound(
    serialize = "S: Clone, String: From<Self>",
    deserialize = "Self: TryFrom<String, Error = ArnError>"
))]
pub struct RoleArn<S = String> {
    text: S,
    /// Where the path and the name begin. Both follow from the text, whose length is limited. They
    /// are kept because every row of a report needs them.
    path: u16,
    name: u16,
}

/// The text between the account and the path.
const RESOURCE: &str = "role/";

impl<S: AsRef<str>> RoleArn<S> {
    /// Checks a text, and makes an ARN of it.
    pub(crate) fn checked(text: S) -> Result<Self, ArnError> {
        let (path, name) = parts(text.as_ref())?;
        Ok(Self { text, path, name })
    }

    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_ref()
    }

    /// The role's partition.
    #[must_use]
    pub fn partition(&self) -> &str {
        self.as_str().split(':').nth(1).unwrap_or_default()
    }

    /// The account that the role is in.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        // Checked when the ARN was parsed.
        self.as_str().split(':').nth(4).and_then(|id| id.parse().ok()).unwrap_or_else(|| unreachable!())
    }

    /// The beginning that the ARNs of all roles of its account share: everything before the path.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.as_str()[..usize::from(self.path)]
    }

    /// The role's path, `/` if it has none; it begins and ends with `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.as_str()[usize::from(self.path)..usize::from(self.name)]
    }

    /// The role's name, without its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.as_str()[usize::from(self.name)..]
    }
}

/// Checks a text, and returns where the path and the name begin in it.
fn parts(s: &str) -> Result<(u16, u16), ArnError> {
    let mut parts = s.splitn(6, ':');
    let mut next = || parts.next().ok_or(ArnError::Shape);
    if next()? != "arn" {
        return Err(ArnError::Shape);
    }
    if !is_partition(next()?) {
        return Err(ArnError::Partition);
    }
    if next()? != "iam" || !next()?.is_empty() {
        return Err(ArnError::Shape);
    }
    next()?.parse::<AccountId>().map_err(|_| ArnError::Account)?;
    let resource = next()?.strip_prefix(RESOURCE).ok_or(ArnError::Shape)?;
    // The path's first `/` is that of `role/`.
    let path = s.len() - resource.len() - 1;
    let resource = resource.as_bytes();
    let name = &resource[resource.iter().rposition(|&b| b == b'/').map_or(0, |at| at + 1)..];
    let name_ok = !name.is_empty() && name.len() <= 128 && name.iter().all(|&b| is_name_byte(b));
    // No early exit, so that the compiler can check many bytes at once.
    let path_ok =
        resource.len() <= 1024 && resource.iter().fold(true, |ok, b| ok & (0x21..=0x7e).contains(b));
    if !(name_ok && path_ok) {
        return Err(ArnError::Name);
    }
    let at = |place: usize| u16::try_from(place).map_err(|_| ArnError::Name);
    Ok((at(path)?, at(s.len() - name.len())?))
}

impl FromStr for RoleArn {
    type Err = ArnError;

    fn from_str(s: &str) -> Result<Self, ArnError> {
        Self::checked(s.to_owned())
    }
}

impl<S: AsRef<str>> fmt::Display for RoleArn<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<S: fmt::Debug> fmt::Debug for RoleArn<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl TryFrom<String> for RoleArn {
    type Error = ArnError;

    fn try_from(text: String) -> Result<Self, ArnError> {
        Self::checked(text)
    }
}

impl From<RoleArn> for String {
    fn from(arn: RoleArn) -> Self {
        arn.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_gives_its_parts() {
        let arn: RoleArn = "arn:aws-cn:iam::000000000123:role/aws-reserved/sso/=cmd,x".parse().unwrap();
        assert_eq!(arn.partition(), "aws-cn");
        assert_eq!(arn.account_id().as_str(), "000000000123");
        assert_eq!(arn.path(), "/aws-reserved/sso/");
        assert_eq!(arn.name(), "=cmd,x");
        let plain: RoleArn = "arn:aws:iam::123456789012:role/app".parse().unwrap();
        assert_eq!((plain.path(), plain.name()), ("/", "app"));
    }

    #[test]
    fn a_stored_partition_is_checked_like_any_other() {
        let stored = |text: &str| crate::decode::<Partition>(&crate::encode(text).unwrap());
        assert_eq!(stored("aws-cn").unwrap().as_str(), "aws-cn");
        for bad in ["", "azure", "aws-\n", "aws.evil.example"] {
            assert!(stored(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn other_arns_are_refused() {
        for (bad, why) in [
            ("", ArnError::Shape),
            ("arn:aws:iam::123456789012:user/app", ArnError::Shape),
            ("arn:aws:sts::123456789012:role/app", ArnError::Shape),
            ("arn:azure:iam::123456789012:role/app", ArnError::Partition),
            ("arn:aws:iam::12345:role/app", ArnError::Account),
            ("arn:aws:iam::123456789012:role/", ArnError::Name),
            ("arn:aws:iam::123456789012:role/a b", ArnError::Name),
            ("arn:aws:iam::123456789012:role/é", ArnError::Name),
        ] {
            assert_eq!(bad.parse::<RoleArn>().unwrap_err(), why, "{bad}");
        }
    }
}
