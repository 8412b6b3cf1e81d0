//! Facts for the tests, as hostile as possible.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use rolesweep_assess::ownership::{KnownOwner, OwnedPlace, OwnerPlace, OwnerRules};
use rolesweep_assess::risk::privilege::{Assumes, Code, Privilege, PrivilegeLevel};
use rolesweep_assess::risk::trust::{ExternalAccount, Trust, TrustLevel, WhatIsKnown};
use rolesweep_assess::risk::{Confidence, Risk};
use rolesweep_assess::{
    AcceptedGap, AccountKind, Assessment, Assessor, Change, CoverageSummary, Disposition, Exemption,
    ExemptionUse, Idle, KnownAccount, LastUseSource, Parameters, Status, TagMatch, Threshold, ThresholdRule,
    Totals,
};
use rolesweep_model::{
    Access, Account, AccountRecord, AttachedPolicy, AwsPolicyCount, Boundary, CallerIdentity,
    CollectParameters, Coverage, Evidence, InstanceProfile, LastUse, Organization, Partition, PreviousLink,
    Reason, ReasonKind, Role, RoleId, RoleReader, Scan, ScanEnd, Scope, Source, Tag, encode_page,
};

use crate::assessed::{AccountFacts, AssessedAccount, AssessedRole, Include, Ownership, Report};
use crate::manifest::{Counts, Manifest};
use crate::settings::{Alternatives, ChangeKind, SettingKind, SettingsChange, SettingsChanges};
use crate::sha256::sha256;
use crate::sinks::Sinks;
use crate::summary::{ChangeTotals, Since, Summary};

/// One role, with what else a row needs.
pub(crate) struct Fixture {
    pub(crate) role: Role,
    pub(crate) account: AccountFacts,
    pub(crate) assessment: Assessment,
    pub(crate) trust: String,
    pub(crate) risk: Option<Risk>,
    pub(crate) exemption: Option<Exemption>,
    pub(crate) change: Option<Change>,
}

/// The accepted gap of the account, with texts that must not run as formulas.
static ACCEPTED: LazyLock<AcceptedGap> = LazyLock::new(|| AcceptedGap {
    account_id: "000000000123".parse().unwrap(),
    owner: "=ops".to_owned(),
    approved_by: "@ciso".to_owned(),
    reason: "+being merged".to_owned(),
    expires: "2027-04-01T00:00:00Z".parse().unwrap(),
});

static PARAMETERS: LazyLock<Parameters> = LazyLock::new(parameters);
static ASSESSOR: LazyLock<Assessor<'static>> = LazyLock::new(|| Assessor::new(&PARAMETERS));

impl Default for Fixture {
    fn default() -> Self {
        let mut account = Account::named("000000000123".parse().unwrap());
        account.name = Some("payments".to_owned());
        account.state = rolesweep_model::AccountState::Active;
        Self {
            role: Role {
                last_use: LastUse::Used {
                    at: "2026-06-01T10:20:30Z".parse().unwrap(),
                    region: Some("eu-central-1".to_owned()),
                },
                attached_policies: Some(vec![
                    AttachedPolicy {
                        arn: "arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(),
                        name: "ReadOnlyAccess".to_owned(),
                    },
                    AttachedPolicy {
                        arn: "arn:aws:iam::000000000123:policy/own".to_owned(),
                        name: "own".to_owned(),
                    },
                ]),
                inline_policy_names: Some(vec!["inline".to_owned()]),
                permissions_boundary: Boundary::Absent,
                tags: Some(vec![tag("team", "core"), tag("env", "prod")]),
                instance_profiles: Some(vec![InstanceProfile {
                    arn: "arn:aws:iam::000000000123:instance-profile/web".to_owned(),
                    name: "web".to_owned(),
                }]),
                ..Role::new(
                    "arn:aws:iam::000000000123:role/app".parse().unwrap(),
                    "AROAEXAMPLE0000000001".parse().unwrap(),
                    "2024-01-31T08:00:00Z".parse().unwrap(),
                    Evidence::AuthorizationDetails,
                )
            },
            account: AccountFacts { account, ou_path: Some("/Workloads/Prod".to_owned()), record: None },
            assessment: Assessment {
                status: Status::Inactive,
                disposition: Disposition::Flagged,
                disposition_reason: "idle for 174 days, longer than 90 days".into(),
                idle: Some(Idle { seconds: 174 * 86_400 + 86_399, is_minimum: false }),
                age_seconds: 1026 * 86_400,
                threshold: Threshold::DEFAULT,
                threshold_rule: Assessment::DEFAULT_RULE.into(),
                exemption: None,
            },
            trust: "service:ec2.amazonaws.com; aws:111111111111".to_owned(),
            risk: Some(risk(PrivilegeLevel::Admin, TrustLevel::Org)),
            exemption: None,
            change: Some(Change::NewlyIdle),
        }
    }
}

impl Fixture {
    /// A role whose free texts all try to do harm.
    pub(crate) fn hostile() -> Self {
        let mut fixture = Self::default();
        fixture.role.arn = "arn:aws:iam::000000000123:role/a;=b/=cmd,x".parse().unwrap();
        fixture.role.last_use = LastUse::NoneRecorded;
        fixture.role.tags = Some(vec![
            tag("=key", "=cmd|' /C calc'!A0"),
            tag("note", "line one\r\nline two\ttabbed"),
            tag("名前", "支払い; \"quoted\""),
            tag("bidi", "\u{202e}nimda"),
            tag("empty", ""),
            tag("Owner", "=HYPERLINK(\"http://x\"); \u{202e}nimda"),
        ]);
        fixture.role.attached_policies = Some(Vec::new());
        fixture.role.inline_policy_names = Some(vec!["-x".to_owned(), "@y,z".to_owned()]);
        fixture.role.instance_profiles = Some(Vec::new());
        fixture.account.account.name = Some("  =HYPERLINK(\"http://x\")".to_owned());
        fixture.account.ou_path = Some("/＋Ünits/\u{200b}Prod".to_owned());
        fixture.assessment.disposition_reason = "-1 day; +more".into();
        fixture.assessment.threshold_rule = "'quoted\\rule".into();
        fixture.assessment.idle = Some(Idle { seconds: 400 * 86_400, is_minimum: true });
        fixture.trust = "@everyone".to_owned();
        let mut hostile = risk(PrivilegeLevel::Escalate, TrustLevel::ExternalOpen);
        Arc::make_mut(&mut hostile.privilege).codes =
            vec![Code::Escalate("lambda-001"), Code::Data, Code::Unknown];
        Arc::make_mut(&mut hostile.privilege).evidence =
            vec!["=cmd|' /C calc'!A0; \"quoted\", statement 1".to_owned(), "-x\u{202e}".to_owned()];
        Arc::make_mut(&mut hostile.trust).evidence = vec!["@trusts \r\n everyone".to_owned()];
        Arc::make_mut(&mut hostile.trust).external_accounts = vec![ExternalAccount {
            id: "000000000444".parse().unwrap(),
            what: WhatIsKnown::Vendor { name: "=1+1; x".to_owned(), owner: "core".to_owned() },
        }];
        fixture.risk = Some(hostile);
        fixture.exemption = parameters().exemptions.pop();
        fixture.exemption.as_mut().unwrap().id = "=1+1; \u{202e}x".to_owned();
        fixture
    }

    /// A role with nothing but what `ListRoles` tells.
    pub(crate) fn bare() -> Self {
        let mut fixture = Self::default();
        fixture.role.last_use = LastUse::NotCollected;
        fixture.role.evidence = Evidence::ListRoles;
        fixture.role.permissions_boundary = Boundary::NotCollected;
        fixture.role.tags = None;
        fixture.role.attached_policies = None;
        fixture.role.inline_policy_names = None;
        fixture.role.instance_profiles = None;
        fixture.account.account.name = None;
        fixture.account.ou_path = None;
        fixture.assessment.status = Status::Unknown;
        fixture.assessment.disposition = Disposition::Undetermined;
        fixture.assessment.disposition_reason = "last use was not collected".into();
        fixture.assessment.idle = None;
        fixture.trust = String::new();
        fixture.risk = None;
        fixture.change = None;
        fixture
    }

    pub(crate) fn row(&self) -> AssessedRole<'_> {
        // Leaks the few roles of a test, so that their texts stay in memory.
        let record = Box::leak(Box::new(encode_page([&self.role]).unwrap()));
        let role = RoleReader::new(&record.bytes, record.weight).unwrap().advance().unwrap().unwrap();
        let owners = ASSESSOR.owners().of_account(&self.account.place());
        AssessedRole {
            role: Box::leak(Box::new(role)),
            account: &self.account,
            assessment: self.assessment.clone(),
            trust: &self.trust,
            risk: self.risk.clone(),
            ownership: Ownership::new(Box::leak(Box::new(owners))),
            exemption: self.exemption.as_ref(),
            history: None,
            last_use_source: (self.role.last_use != LastUse::NotCollected).then_some(LastUseSource::Aws),
            change: self.change,
        }
    }

    pub(crate) fn account_row(&mut self, coverage: Coverage) -> AssessedAccount<'_> {
        let scanned = coverage == Coverage::Scanned;
        self.account.record = Some(AccountRecord {
            account_id: self.account.account.id,
            coverage,
            reason: denied().reason.filter(|_| !scanned),
            access: scanned.then_some(Access::AuditRole),
            ..denied()
        });
        let mut totals = Totals::default();
        totals.add(&self.assessment);
        totals.add(&Assessment { disposition: Disposition::Exempt, ..self.assessment.clone() });
        AssessedAccount {
            facts: &self.account,
            totals,
            policies_not_read: 0,
            accepted_gap: (!scanned).then_some(&*ACCEPTED),
            remedy: (!scanned).then(|| "=let it in".to_owned()),
            is_callers: false,
            is_unjudged: false,
        }
    }
}

/// The risk of a role with these levels.
pub(crate) fn risk(privilege: PrivilegeLevel, trust: TrustLevel) -> Risk {
    let code = match privilege {
        PrivilegeLevel::Admin => Code::AdminFull,
        PrivilegeLevel::Escalate | PrivilegeLevel::EscalateDependent => Code::Escalate("iam-009"),
        PrivilegeLevel::Data => Code::Data,
        PrivilegeLevel::DataScoped => Code::DataScoped,
        PrivilegeLevel::Change => Code::Change,
        PrivilegeLevel::ReadOnly => Code::ReadOnly,
        PrivilegeLevel::None => Code::None,
    };
    let privilege = Privilege {
        level: privilege,
        is_unknown: false,
        confidence: Confidence::High,
        codes: vec![code],
        evidence: vec![format!("{code}: all of it (inline policy \"app\", statement 1)")],
        assumes: Assumes::default(),
    };
    let trust = Trust {
        level: trust,
        at_most: trust,
        codes: vec!["trust-org"],
        evidence: vec![format!("trusts account 111111111111, {trust} (statement 1)")],
        external_accounts: Vec::new(),
        outside_without_external_id: false,
        confidence: Confidence::High,
    };
    Risk::new(Arc::new(privilege), Arc::new(trust), false, false)
}

fn tag(key: &str, value: &str) -> Tag {
    Tag { key: key.to_owned(), value: value.to_owned() }
}

/// A scan that came to its end.
pub(crate) fn scan() -> Scan {
    Scan {
        id: "019a0000-0000-7000-8000-0000cafe0001".parse().unwrap(),
        started_at: "2026-11-22T10:20:30Z".parse().unwrap(),
        tool_version: "0.1.0".to_owned(),
        source: Source::Aws,
        endpoints_overridden: vec!["iam=http://user:secret@localhost:4566/x".to_owned()],
        caller: CallerIdentity {
            account_id: "111111111111".parse().unwrap(),
            arn: "arn:aws:sts::111111111111:assumed-role/Audit/alice".to_owned(),
            partition: Partition::aws(),
        },
        organization: Some(Organization {
            id: "o-exampleorgid".parse().unwrap(),
            management_account_id: "111111111111".parse().unwrap(),
        }),
        scope: Scope::Organization,
        parameters: CollectParameters {
            role_name: "RolesweepAudit".to_owned(),
            external_id: true,
            session_name: "rolesweep-cafe0001".to_owned(),
            session_seconds: 3600,
            filter: rolesweep_model::AccountFilter::default(),
            named_accounts_only: false,
            managed_policies: true,
            cross_check: false,
        },
        clock_difference_seconds: Some(-1),
        end: Some(ScanEnd {
            finished_at: "2026-11-22T10:25:00.25Z".parse().unwrap(),
            population_complete: true,
            interrupted: None,
            organizational_units: Vec::new(),
            notes: vec!["the names of two OUs could not be read".to_owned()],
            aws_policies: Some(AwsPolicyCount {
                named: 3,
                read: 2,
                calls: [("iam:GetPolicy".to_owned(), 4)].into(),
            }),
            clock_difference_seconds: Some(2),
        }),
    }
}

/// Parameters with one of everything.
pub(crate) fn parameters() -> Parameters {
    Parameters {
        as_of: scan().started_at,
        inactive_after: Threshold::DEFAULT,
        unused_after: Threshold::from_seconds(0).unwrap(),
        rules: vec![ThresholdRule {
            name: "ci".to_owned(),
            reason: "yearly builds".to_owned(),
            paths: vec!["/ci/".to_owned()],
            tags: vec![TagMatch { key: "build".to_owned(), value: None }],
            inactive_after: Some(Threshold::from_seconds(400 * 86_400).unwrap()),
            ..ThresholdRule::default()
        }],
        exemptions: vec![Exemption {
            id: "core".to_owned(),
            roles: "AROAEXAMPLE0000000001".parse::<RoleId>().unwrap().into(),
            owner: "core".to_owned(),
            approved_by: "ciso".to_owned(),
            approved_on: jiff::civil::date(2026, 10, 1),
            ticket: None,
            reason: "break glass".to_owned(),
            expires: "2027-01-01T00:00:00Z".parse().unwrap(),
        }],
        known_accounts: vec![KnownAccount {
            account_id: "000000000777".parse().unwrap(),
            name: "old payer".to_owned(),
            kind: AccountKind::Ours,
            owner: "core".to_owned(),
            expires: "2027-01-01T00:00:00Z".parse().unwrap(),
        }],
        owners: OwnerRules {
            tags: vec!["owner".to_owned(), "team".to_owned()],
            ignored_values: vec!["n/a".to_owned()],
            owners: vec![KnownOwner {
                name: "Core".to_owned(),
                aliases: vec!["core".to_owned(), "core-team".to_owned()],
                email: Some("core@example.com".to_owned()),
                deputy: Some("ann".to_owned()),
                manager: Some("bob".to_owned()),
            }],
            places: vec![OwnedPlace {
                place: OwnerPlace::Ou("/Workloads".to_owned()),
                owner: "=work".to_owned(),
                line: 2,
            }],
        },
        audit_role: Some("RolesweepAudit".to_owned()),
    }
}

pub(crate) fn gaps() -> Vec<AcceptedGap> {
    vec![AcceptedGap {
        account_id: "000000000124".parse().unwrap(),
        owner: "core".to_owned(),
        approved_by: "ciso".to_owned(),
        reason: "being merged".to_owned(),
        expires: "2027-01-01T00:00:00Z".parse().unwrap(),
    }]
}

/// The link to a manifest.
pub(crate) fn previous_link() -> PreviousLink {
    PreviousLink {
        scan_id: Some("019a0000-0000-7000-8000-0000cafe0000".parse().unwrap()),
        as_of: Some("2026-08-22T10:20:30Z".parse().unwrap()),
        manifest_sha256: Some(sha256(b"y")),
        missing: None,
    }
}

/// A threshold that was raised.
pub(crate) fn settings_changes() -> SettingsChanges {
    SettingsChanges {
        scan_id: "019a0000-0000-7000-8000-0000cafe0000".parse().unwrap(),
        findings_added: 1,
        findings_removed: 412,
        changes: vec![SettingsChange {
            kind: SettingKind::Threshold,
            name: Some("any".to_owned()),
            change: ChangeKind::Changed,
            old: Some("90d".to_owned()),
            new: Some("365d".to_owned()),
            findings_added: Some(1),
            findings_removed: Some(412),
        }],
    }
}

/// The record of an account that refused.
pub(crate) fn denied() -> AccountRecord {
    AccountRecord {
        account_id: "000000000124".parse().unwrap(),
        coverage: Coverage::Denied,
        reason: Some(Reason {
            kind: ReasonKind::Denied,
            action: Some("sts:AssumeRole".to_owned()),
            summary: "AccessDenied".to_owned(),
            detail: Some("User: alice is not authorized to perform: sts:AssumeRole".to_owned()),
        }),
        access: None,
        roles: 0,
        unknown_roles: 0,
        cross_check: None,
        calls: [("sts:AssumeRole".to_owned(), 1)].into(),
        started_at: "2026-11-22T10:20:31Z".parse().unwrap(),
        finished_at: "2026-11-22T10:20:32Z".parse().unwrap(),
    }
}

/// The manifest of a report, with nothing counted.
pub(crate) fn manifest(
    scan: &Scan,
    parameters: &Parameters,
    gaps: &[AcceptedGap],
    include: Include,
) -> Manifest {
    let report = Report {
        scan,
        parameters,
        gaps,
        include,
        with_risk: true,
        previous: None,
        published_before: None,
        stop: &AtomicBool::new(false),
    };
    let mut manifest = Manifest::new(&report);
    let used = ExemptionUse { since: Some(scan.started_at), ..ExemptionUse::default() };
    let unused = vec![used; parameters.exemptions.len()];
    let exemptions = (parameters.exemptions.as_slice(), unused.as_slice());
    manifest.counts = Counts::new(&CoverageSummary::default(), &[], &Totals::default(), 0, exemptions);
    manifest
}

/// The summary of a report on no account.
pub(crate) fn summary() -> Summary {
    let (scan, parameters) = (scan(), parameters());
    let stop = AtomicBool::new(false);
    let report = Report {
        scan: &scan,
        parameters: &parameters,
        gaps: &[],
        include: Include::All,
        with_risk: true,
        previous: None,
        published_before: None,
        stop: &stop,
    };
    let assessor = Assessor::new(&parameters);
    let alternatives = Alternatives::default();
    Sinks::new(&report, &[], &assessor, &[]).finish(&report, Vec::new(), &alternatives).unwrap().0
}

/// The account that refused.
pub(crate) fn denied_account() -> AccountFacts {
    let record = denied();
    AccountFacts { account: Account::named(record.account_id), ou_path: None, record: Some(record) }
}

/// What changed since an earlier scan, with nothing counted.
pub(crate) fn since() -> Since {
    let scan = scan();
    Since { scan_id: scan.id, as_of: scan.started_at, changes: ChangeTotals::default() }
}
