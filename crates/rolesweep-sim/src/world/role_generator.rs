//! Generates roles by number, when they are read, from a few shared documents.

use jiff::{SignedDuration, Timestamp};

use super::document::{Document, json_list};
use super::managed::managed_arn;
use super::names::{role_name, role_number};
use super::spec::{InlinePolicySpec, LastUseIn, ListedIn, PolicySpec, RoleSpec};
use crate::hash::Hash;

const DAY: i64 = 86_400;
const TEAMS: [&str; 8] =
    ["storefront", "payments", "logistics", "data-platform", "identity", "mobile", "platform", "growth"];
const REGIONS: [&str; 5] = ["eu-central-1", "eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-2"];
/// The service that assumes a role of each kind, in the order of the kinds of [`super::names`].
const SERVICES: [&str; 12] = [
    "ecs-tasks.amazonaws.com",
    "lambda.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "codebuild.amazonaws.com",
    "",
    "",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "scheduler.amazonaws.com",
    "backup.amazonaws.com",
    "states.amazonaws.com",
    "glue.amazonaws.com",
];
/// The policy that is usually attached to a role of each kind.
const ATTACHED: [&str; 12] = [
    "AmazonECSTaskExecutionRolePolicy",
    "AWSLambdaBasicExecutionRole",
    "AmazonECSTaskExecutionRolePolicy",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonDynamoDBReadOnlyAccess",
    "AWSLambdaVPCAccessExecutionRole",
    "AmazonS3ReadOnlyAccess",
    "AWSLambdaBasicExecutionRole",
    "AWSGlueServiceRole",
];
const PIPELINE: usize = 5;
const INSTANCE: usize = 6;

/// Makes roles of any number for any account.
#[derive(Debug, Clone)]
pub(crate) struct RoleGenerator {
    now: Timestamp,
    partition: String,
    trusts: Vec<Document>,
    attached: Vec<String>,
    inline: Vec<Document>,
    padding: Option<Document>,
    baseline: Document,
    boundary: Document,
}

impl RoleGenerator {
    /// Roles as of `now`. With `role_bytes`, inline policies are lengthened until a role takes
    /// about that many bytes in an answer of `GetAccountAuthorizationDetails`.
    pub(crate) fn new(
        seed: u64,
        now: Timestamp,
        partition: &str,
        management: &str,
        role_bytes: Option<u32>,
    ) -> Self {
        let trusts = SERVICES
            .iter()
            .enumerate()
            .map(|(kind, service)| match (service.is_empty(), kind) {
                (false, _) => Document::trusting_service(service),
                (true, 4) => Document::trusting(&[&format!("arn:{partition}:iam::{management}:root")]),
                // Each account has its own: see `federated`.
                (true, _) => Document::statements(&[]),
            })
            .collect();
        let hash = Hash::new(seed, "inline policies");
        let inline = (0..8).map(|number| inline_document(partition, hash.number(number), 3)).collect();
        let padding = role_bytes.and_then(|bytes| padding(partition, hash.text("padding"), bytes as usize));
        Self {
            now,
            partition: partition.to_owned(),
            trusts,
            attached: ATTACHED.iter().map(|name| managed_arn(partition, name)).collect(),
            inline,
            padding,
            baseline: Document::allowing(&["logs:PutLogEvents", "xray:PutTraceSegments", "kms:Decrypt"]),
            boundary: Document::statements(&[
                r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#.to_owned(),
                r#"{"Effect":"Deny","Action":["iam:*User*","organizations:*"],"Resource":"*"}"#.to_owned(),
            ]),
        }
    }

    /// The customer-managed policies that generated roles refer to.
    pub(crate) fn policies(&self) -> [PolicySpec; 2] {
        let created = self.now - SignedDuration::from_hours(24 * 1500);
        let policy = |name: &str, document: &Document, version| PolicySpec {
            name: name.to_owned(),
            path: "/".to_owned(),
            document: document.clone(),
            version,
            created,
        };
        [policy("workload-baseline", &self.baseline, 3), policy("workload-boundary", &self.boundary, 1)]
    }

    pub(crate) fn named(&self, account: &str, hash: Hash, count: u32, name: &str) -> Option<RoleSpec> {
        let number = role_number(name).filter(|&number| number < count)?;
        Some(self.role(account, hash, number))
    }

    /// A role of this kind, with what all of its kind share. It is written out, because benchmarks
    /// generate millions of them.
    fn blank(&self, account: &str, name: String, created: Timestamp, kind: usize) -> RoleSpec {
        let mut attached = Vec::with_capacity(2);
        attached.push(self.attached[kind].clone());
        RoleSpec {
            name,
            path: "/".to_owned(),
            incarnation: 0,
            created,
            trust: match kind {
                PIPELINE => federated(&self.partition, account),
                _ => self.trusts[kind].clone(),
            },
            last_use: None,
            last_use_in: LastUseIn::Both,
            listed_in: ListedIn::Both,
            description: None,
            max_session_seconds: 3600,
            inline: Vec::new(),
            attached,
            boundary: None,
            tags: Vec::with_capacity(2),
            instance_profiles: Vec::new(),
        }
    }

    /// The generated role with this number in this account, whose hash is given.
    pub(crate) fn role(&self, account: &str, hash: Hash, number: u32) -> RoleSpec {
        let (name, kind) = role_name(number);
        let hash = hash.number(u64::from(number));
        let choice = |purpose: u64, of: u64| hash.number(purpose).below(of);
        let age = i64::try_from(30 * DAY as u64 + choice(1, 2900 * DAY as u64)).unwrap_or_default();
        let created = self.now - SignedDuration::from_secs(age);
        let mut role = self.blank(account, name, created, kind);
        let idle_days = match choice(2, 100) {
            0..58 => Some((0, 60)),
            58..68 => Some((60, 35)),
            68..82 => Some((95, 300)),
            _ => None,
        };
        if let Some((from, span)) = idle_days {
            let idle = from * DAY + i64::try_from(choice(3, span * DAY as u64)).unwrap_or_default();
            // Nothing is used before it exists.
            let at = self.now - SignedDuration::from_secs(idle.min(age - 60));
            role = role.used_in(at, REGIONS[hash.number(4).index(REGIONS.len())]);
        }
        if choice(5, 3) == 0 {
            role = role.attach(format!("arn:{}:iam::{account}:policy/workload-baseline", self.partition));
        }
        if choice(6, 8) == 0 {
            role.boundary = Some(format!("arn:{}:iam::{account}:policy/workload-boundary", self.partition));
        }
        if choice(7, 2) == 0 {
            let document = self.inline[hash.number(8).index(self.inline.len())].clone();
            role = role.inline("service-access", document);
        }
        if let Some(padding) = &self.padding {
            role.inline.push(InlinePolicySpec { name: "data-access".to_owned(), document: padding.clone() });
        }
        if kind == INSTANCE {
            role.instance_profiles.push(role.name.clone());
        }
        if choice(9, 4) == 0 {
            role.max_session_seconds = 43_200;
        }
        role.tag("team", TEAMS[hash.number(10).index(TEAMS.len())])
            .tag("managed-by", if choice(11, 3) == 0 { "console" } else { "terraform" })
    }
}

/// A trust policy for a pipeline outside AWS. AWS looks for the provider in the account of the role.
fn federated(partition: &str, account: &str) -> Document {
    const HOST: &str = "token.actions.githubusercontent.com";
    Document::statement(&format!(
        r#""Principal":{{"Federated":"arn:{partition}:iam::{account}:oidc-provider/{HOST}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringLike":{{"{HOST}:sub":"repo:larkfield/*:ref:refs/heads/main"}}}}"#
    ))
}

fn inline_document(partition: &str, hash: Hash, resources: u64) -> Document {
    let resources: Vec<String> = (0..resources)
        .map(|number| format!("arn:{partition}:s3:::larkfield-{}/*", hash.number(number).hex(12)))
        .collect();
    Document::statement(&format!(
        r#""Action":["s3:GetObject","s3:PutObject"],"Resource":{}"#,
        json_list(&resources)
    ))
}

/// The size of an average role without padding, in bytes of an answer.
const PLAIN_ROLE: usize = 1_500;
/// The size of one more resource in a policy, percent-encoded.
const RESOURCE: usize = 60;

fn padding(partition: &str, hash: Hash, role_bytes: usize) -> Option<Document> {
    let resources = role_bytes.checked_sub(PLAIN_ROLE)? / RESOURCE;
    Some(inline_document(partition, hash, resources as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generator(role_bytes: Option<u32>) -> RoleGenerator {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        RoleGenerator::new(7, now, "aws", "111111111111", role_bytes)
    }

    #[test]
    fn a_role_is_the_same_whenever_and_however_it_is_asked_for() {
        let hash = Hash::new(7, "account");
        for number in [0, 1, 767, 768, 4999] {
            let role = generator(None).role("222222222222", hash, number);
            assert_eq!(generator(None).named("222222222222", hash, 5000, &role.name), Some(role.clone()));
            assert_eq!(generator(None).named("222222222222", hash, number, &role.name), None);
        }
    }

    #[test]
    fn roles_are_used_after_they_are_created_and_before_now() {
        let generator = generator(None);
        let hash = Hash::new(7, "account");
        let mut unused = 0;
        for number in 0..2000 {
            let role = generator.role("222222222222", hash, number);
            assert!(role.created < generator.now);
            match &role.last_use {
                Some(last_use) => assert!(role.created < last_use.at && last_use.at <= generator.now),
                None => unused += 1,
            }
        }
        assert!((200..600).contains(&unused), "{unused}");
    }
}
