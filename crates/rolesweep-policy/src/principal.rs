//! Who a statement is about.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::one_or_many::{OneOrMany, present};

/// One principal of a statement: IAM user guide, `reference_policies_elements_principal`.
///
/// Summaries use this order: the widest first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Principal {
    /// Everyone: `"*"` or `{"AWS": "*"}`.
    Anyone,
    /// A whole account, by its twelve digits. The digits and the ARN of the account's root mean the
    /// same.
    AwsAccount(String),
    /// An IAM user, a role or a session, by its ARN.
    AwsArn(String),
    /// An IAM unique id such as `AROA…` or `AIDA…`. AWS shows it instead of an ARN if the user or
    /// role in the policy was deleted. A user or role that is created again under the old name has
    /// another id.
    UniqueId(String),
    /// Something else under `AWS`. AWS itself would refuse it.
    AwsOther(String),
    /// An AWS service, such as `ec2.amazonaws.com`.
    Service(String),
    /// An identity provider: the ARN of a SAML or OIDC provider, or the domain of a web identity
    /// provider.
    Federated(String),
    /// An S3 canonical user id.
    CanonicalUser(String),
}

impl Principal {
    /// The principal that a value under `AWS` means.
    fn from_aws(value: String) -> Self {
        if value == "*" {
            return Self::Anyone;
        }
        if is_account_id(&value) {
            return Self::AwsAccount(value);
        }
        if value.starts_with("arn:") {
            return match account_of_root(&value) {
                Some(account) => Self::AwsAccount(account.to_owned()),
                None => Self::AwsArn(value),
            };
        }
        let is_unique_id = (16..=128).contains(&value.len())
            && value.starts_with('A')
            && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if is_unique_id { Self::UniqueId(value) } else { Self::AwsOther(value) }
    }
}

impl fmt::Display for Principal {
    /// The principal in short: its kind, a colon, and who.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => f.write_str("aws:*"),
            Self::AwsAccount(who) | Self::AwsArn(who) | Self::AwsOther(who) => write!(f, "aws:{who}"),
            Self::UniqueId(who) => write!(f, "deleted:{who}"),
            Self::Service(who) => write!(f, "service:{who}"),
            Self::Federated(who) => write!(f, "federated:{who}"),
            Self::CanonicalUser(who) => write!(f, "canonical_user:{who}"),
        }
    }
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The account whose root this ARN names, in any partition.
fn account_of_root(arn: &str) -> Option<&str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "iam", "", account, "root"] if is_account_id(account) => Some(account),
        _ => None,
    }
}

/// The value of `Principal` or `NotPrincipal`.
#[derive(Debug)]
pub(crate) struct PrincipalBlock(pub(crate) Vec<Principal>);

/// The kinds of principals in the grammar. A key with any other name is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrincipalMap {
    #[serde(rename = "AWS", default, deserialize_with = "present")]
    aws: Option<OneOrMany<String>>,
    #[serde(rename = "Service", default, deserialize_with = "present")]
    service: Option<OneOrMany<String>>,
    #[serde(rename = "Federated", default, deserialize_with = "present")]
    federated: Option<OneOrMany<String>>,
    #[serde(rename = "CanonicalUser", default, deserialize_with = "present")]
    canonical_user: Option<OneOrMany<String>>,
}

impl<'de> Deserialize<'de> for PrincipalBlock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PrincipalVisitor)
    }
}

struct PrincipalVisitor;

impl<'de> Visitor<'de> for PrincipalVisitor {
    type Value = PrincipalBlock;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"*\" or principals by kind")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        match value {
            "*" => Ok(PrincipalBlock(vec![Principal::Anyone])),
            _ => Err(E::custom("a principal without a kind can only be \"*\"")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let map = PrincipalMap::deserialize(MapAccessDeserializer::new(map))?;
        let each = |list: Option<OneOrMany<String>>, kind: fn(String) -> Principal| {
            list.into_iter().flat_map(|OneOrMany(values)| values).map(kind)
        };
        Ok(PrincipalBlock(
            each(map.aws, Principal::from_aws)
                .chain(each(map.service, Principal::Service))
                .chain(each(map.federated, Principal::Federated))
                .chain(each(map.canonical_user, Principal::CanonicalUser))
                .collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_under_aws_are_told_apart() {
        for (value, principal, shown) in [
            ("*", Principal::Anyone, "aws:*"),
            ("000000000123", Principal::AwsAccount("000000000123".to_owned()), "aws:000000000123"),
            (
                "arn:aws-cn:iam::123456789012:root",
                Principal::AwsAccount("123456789012".to_owned()),
                "aws:123456789012",
            ),
            (
                "arn:aws:iam::123456789012:role/root",
                Principal::AwsArn("arn:aws:iam::123456789012:role/root".to_owned()),
                "aws:arn:aws:iam::123456789012:role/root",
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/a/b",
                Principal::AwsArn("arn:aws:sts::123456789012:assumed-role/a/b".to_owned()),
                "aws:arn:aws:sts::123456789012:assumed-role/a/b",
            ),
            (
                "AROADBQP57FF2AEXAMPLE",
                Principal::UniqueId("AROADBQP57FF2AEXAMPLE".to_owned()),
                "deleted:AROADBQP57FF2AEXAMPLE",
            ),
            ("nobody", Principal::AwsOther("nobody".to_owned()), "aws:nobody"),
            ("12345678901", Principal::AwsOther("12345678901".to_owned()), "aws:12345678901"),
        ] {
            let parsed = Principal::from_aws(value.to_owned());
            assert_eq!(parsed.to_string(), shown);
            assert_eq!(parsed, principal);
        }
    }
}
