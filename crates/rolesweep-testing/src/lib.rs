//! What the tests of several crates share: facts, which are generated and the same in every run, and
//! the check of generated [`pages`], and tests that [need](needing) other programs. This crate is only a dev-dependency, so its functions panic on
//! mistakes.

#![expect(clippy::unwrap_used, reason = "in a test, a panic says what is wrong")]

pub mod needing;
pub mod npm;
pub mod pages;

use std::collections::BTreeMap;
use std::ops::Range;

use rolesweep_model::{
    Access, Account, AccountFilter, AccountId, AccountRecord, AccountState, AttachedPolicy, Boundary,
    CallerIdentity, CollectParameters, CollectedRole, Coverage, Evidence, InlinePolicy, LastUse,
    ManagedPolicy, Organization, OrganizationalUnit, ParentPath, Partition, PreviousLink, Publication,
    Reason, ReasonKind, Role, RolePage, Scan, ScanEnd, ScanId, Scope, Source, StoreKey, Tag,
};

/// The organization of every scan.
pub const ORGANIZATION: &str = "o-exampleorg1";

/// The key of a store for [`ORGANIZATION`].
#[must_use]
pub fn key() -> StoreKey {
    StoreKey::Organization(ORGANIZATION.parse().unwrap())
}

/// The account id with this number.
#[must_use]
pub fn account_id(number: u64) -> AccountId {
    format!("{number:012}").parse().unwrap()
}

/// An active account in the OU of [`end`], with this number as its id.
#[must_use]
pub fn account(number: u64) -> Account {
    Account {
        id: account_id(number),
        name: Some(format!("Team {number}, =1+1")),
        email: Some(format!("aws+{number}@example.com")),
        state: AccountState::Active,
        parents: Some(ParentPath(vec!["r-root".parse().unwrap(), "ou-root-workload".parse().unwrap()])),
        joined_at: Some("2021-03-04T05:06:07Z".parse().unwrap()),
    }
}

/// A scan that begins `number` seconds after a fixed instant.
#[must_use]
pub fn scan(number: u32) -> Scan {
    let id: ScanId = format!("019aa000-0000-7000-8000-{number:012x}").parse().unwrap();
    Scan {
        id,
        started_at: jiff::Timestamp::from_second(1_795_341_630 + i64::from(number)).unwrap(),
        tool_version: "0.1.0".to_owned(),
        source: Source::Demo,
        endpoints_overridden: vec!["iam".to_owned()],
        caller: CallerIdentity {
            account_id: account_id(111_111_111_111),
            arn: "arn:aws:sts::111111111111:assumed-role/Auditor/somebody".to_owned(),
            partition: Partition::aws(),
        },
        organization: Some(Organization {
            id: ORGANIZATION.parse().unwrap(),
            management_account_id: account_id(111_111_111_111),
        }),
        scope: Scope::Organization,
        parameters: CollectParameters {
            role_name: "RolesweepAudit".to_owned(),
            external_id: false,
            session_name: format!("rolesweep-{id}"),
            session_seconds: 3600,
            filter: AccountFilter::default(),
            named_accounts_only: false,
            managed_policies: true,
            cross_check: false,
        },
        clock_difference_seconds: None,
        end: None,
    }
}

/// The end of a scan that saw the whole organization.
#[must_use]
pub fn end() -> ScanEnd {
    ScanEnd {
        finished_at: "2026-11-22T10:25:30Z".parse().unwrap(),
        population_complete: true,
        interrupted: None,
        organizational_units: vec![OrganizationalUnit {
            id: "ou-root-workload".parse().unwrap(),
            name: "Workloads".to_owned(),
            parent: Some("r-root".parse().unwrap()),
        }],
        notes: vec![],
        aws_policies: None,
        clock_difference_seconds: None,
    }
}

/// What was published of a scan with so many findings.
#[must_use]
pub fn publication(findings: u64) -> Publication {
    Publication {
        published_at: "2026-11-22T10:26:00Z".parse().unwrap(),
        tool_version: "0.1.0".to_owned(),
        as_of: "2026-11-22T10:20:30Z".parse().unwrap(),
        manifest_sha256: Some(format!("{findings:064x}")),
        previous: PreviousLink {
            missing: Some("no earlier scan was on the same accounts".to_owned()),
            ..PreviousLink::default()
        },
        settings: "{}".to_owned(),
        completeness: "yes".to_owned(),
        accepted_gaps: 0,
        coverage: BTreeMap::from([(Coverage::Scanned, 2)]),
        findings,
        findings_by_severity: BTreeMap::from([("low".to_owned(), findings)]),
        changes: None,
    }
}

/// An account's record: its coverage, with a reason unless that is `scanned`, and its number of
/// roles.
#[must_use]
pub fn record(account_id: AccountId, coverage: Coverage, roles: u64) -> AccountRecord {
    let gap = !matches!(coverage, Coverage::Scanned);
    AccountRecord {
        account_id,
        coverage,
        reason: gap.then(|| Reason {
            kind: ReasonKind::Denied,
            action: Some("sts:AssumeRole".to_owned()),
            summary: "AccessDenied".to_owned(),
            detail: Some("not authorized to perform: sts:AssumeRole".to_owned()),
        }),
        access: Some(Access::AuditRole),
        roles,
        unknown_roles: 0,
        cross_check: None,
        calls: BTreeMap::from([("sts:AssumeRole".to_owned(), 1)]),
        started_at: "2026-11-22T10:20:31Z".parse().unwrap(),
        finished_at: "2026-11-22T10:20:32Z".parse().unwrap(),
    }
}

/// A role like those of real organizations. Its id and its differences follow from `number`.
#[must_use]
pub fn collected(account: &str, path: &str, name: &str, number: u64) -> CollectedRole {
    let used = 1_700_000_000 + i64::try_from(number * 7919 % 90_000_000).unwrap();
    let service = ["ec2", "lambda", "ecs-tasks", "states"][(number % 4) as usize];
    let id = scramble(number);
    CollectedRole {
        role: Role {
            last_use: if number.is_multiple_of(3) {
                LastUse::NoneRecorded
            } else {
                LastUse::Used {
                    at: jiff::Timestamp::from_second(used).unwrap(),
                    region: Some("eu-central-1".to_owned()),
                }
            },
            trust_policy: Some(format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}.amazonaws.com"}},"Action":"sts:AssumeRole"}}]}}"#
            )),
            attached_policies: Some(vec![AttachedPolicy {
                arn: format!("arn:aws:iam::aws:policy/service-role/{service}Execution"),
                name: format!("{service}Execution"),
            }]),
            inline_policy_names: Some(vec!["inline".to_owned()]),
            permissions_boundary: Boundary::Absent,
            tags: Some(vec![
                Tag { key: "owner".to_owned(), value: format!("team-{}@example.com", number % 97) },
                Tag {
                    key: "aws:cloudformation:stack-id".to_owned(),
                    value: format!(
                        "arn:aws:cloudformation:eu-central-1:{account}:stack/Service/{}",
                        scramble(number + 1)
                    ),
                },
                Tag { key: "stage".to_owned(), value: "生产".to_owned() },
            ]),
            instance_profiles: Some(vec![]),
            ..Role::new(
                format!("arn:aws:iam::{account}:role{path}{name}").parse().unwrap(),
                format!("AROA{id}{:04}", number % 10_000).parse().unwrap(),
                jiff::Timestamp::from_second(1_500_000_000 + used % 100_000_000).unwrap(),
                Evidence::AuthorizationDetails,
            )
        },
        inline_policies: Some(vec![InlinePolicy {
            name: "inline".to_owned(),
            document: format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::bucket-{}/*"}}]}}"#,
                scramble(number + 2)
            ),
        }]),
    }
}

/// A page of roles by number, with one managed policy.
#[must_use]
pub fn page(account: &str, numbers: Range<u64>) -> RolePage {
    RolePage {
        policies: vec![ManagedPolicy {
            arn: format!("arn:aws:iam::{account}:policy/p{:06}", numbers.start),
            name: format!("p{:06}", numbers.start),
            policy_id: "ANPAEXAMPLE".to_owned(),
            default_version: "v1".to_owned(),
            document: Some(r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned()),
        }],
        roles: numbers
            .map(|number| {
                // As CloudFormation creates them.
                let name = format!("Service{number:06}-ExecutionRole-{}", scramble(number + 3));
                collected(account, "/app/", &name, number)
            })
            .collect(),
    }
}

/// Thirteen characters that look random, like those of ids. A counter would compress too well.
fn scramble(number: u64) -> String {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (0..13)
        .map(|_| {
            mixed = mixed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(number);
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(mixed >> 59) as usize])
        })
        .collect()
}
