//! What is known of every request of a role's sessions.

use std::hash::{Hash as _, Hasher as _};

use rolesweep_policy::{Context, Fact};

use super::subject::Subject;
use crate::catalogue::Unnamed;

/// The parts of a role's ARN.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) partition: &'a str,
    pub(super) account: &'a str,
    /// Path and name.
    pub(super) resource: &'a str,
}

impl<'a> Place<'a> {
    pub(super) fn of(arn: &'a str) -> Self {
        let mut parts = arn.splitn(6, ':');
        let (_, partition, _, _, account) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        let resource = parts.next().and_then(|resource| resource.strip_prefix("role/"));
        Self {
            partition: partition.unwrap_or("aws"),
            account: account.unwrap_or_default(),
            resource: resource.unwrap_or_default(),
        }
    }

    /// Resources that nobody named, in the same account.
    pub(super) fn unnamed(self, name: &'a str) -> Unnamed<'a> {
        let region = match self.partition {
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            "aws-eusc" => "eusc-de-east-1",
            _ => "us-east-1",
        };
        Unnamed { partition: self.partition, region, account: self.account, name }
    }
}

/// A name that no policy has.
pub(super) fn probe(seed: &str) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut name = String::new();
    for round in 0..2_u8 {
        let mut hasher = std::hash::DefaultHasher::new();
        (round, seed).hash(&mut hasher);
        let mut rest = hasher.finish();
        for _ in 0..10 {
            name.push(char::from(LETTERS[(rest % 36) as usize]));
            rest /= 36;
        }
    }
    name
}

/// What is known of every request of any role: IAM user guide,
/// `reference_policies_condition-keys`. Everything else is unknown.
pub(super) fn of_any_role(organization: Option<&str>) -> Context {
    let mut context = Context::unknown()
        .with("aws:PrincipalType", Fact::value("AssumedRole"))
        .with("aws:PrincipalIsAWSService", Fact::value("false"))
        // Only users have one.
        .with("aws:username", Fact::Absent);
    const THERE: [&str; 7] = [
        "aws:userid",
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:TokenIssueTime",
        "aws:RequestedRegion",
        // Some services also listen without encryption, and some act for whoever asks them. So the
        // role chooses.
        "aws:SecureTransport",
        "aws:ViaAWSService",
    ];
    for key in THERE {
        context.set(key, Fact::Present);
    }
    if let Some(organization) = organization {
        context.set("aws:PrincipalOrgID", Fact::value(organization));
    }
    context
}

/// What is known of the requests of one role as well.
pub(super) fn of_role(mut context: Context, subject: &Subject<'_>) -> Context {
    context.set("aws:PrincipalArn", Fact::value(subject.arn));
    context.set("aws:PrincipalAccount", Fact::value(Place::of(subject.arn).account));
    // A session may add tags, and replace the value of one that the role has.
    for tag in subject.tags.unwrap_or_default() {
        context.set(&format!("aws:PrincipalTag/{}", tag.key), Fact::Present);
    }
    context
}
