use jiff::Timestamp;
use rolesweep_assess::risk::Severity;
use rolesweep_assess::risk::privilege::PrivilegeLevel;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{
    Assessment, Change, Completeness, CoverageSummary, Disposition, Status, Threshold, Totals,
};
use rolesweep_model::{Coverage, ReasonKind, ScanEnd, Scope};
use rolesweep_report::{
    AccountFindings, AuditRoleUse, ChangeKind, ChangeTotals, Family, FileEntry, GapGroup, OuFindings,
    SettingKind, SettingsChange, SettingsChanges, Severities, Since, Summary, WorstFindings,
};

use std::path::Path;

use rolesweep_assess::Parameters;

use super::*;
use crate::store::fixture::{BEGAN, scan};

const LONG: &str = "a-very-long-name-that-somebody-gave-to-something-and-nobody-will-ever-shorten";

fn parameters() -> Parameters {
    Parameters::new(BEGAN.parse().unwrap())
}

fn totals(roles: &[(Status, Disposition, u64)]) -> Totals {
    let mut totals = Totals::default();
    for (status, disposition, number) in roles {
        for _ in 0..*number {
            totals.add(&Assessment {
                status: *status,
                disposition: *disposition,
                disposition_reason: "".into(),
                idle: None,
                age_seconds: 0,
                threshold: Threshold::DEFAULT,
                threshold_rule: "".into(),
                exemption: None,
            });
        }
    }
    totals
}

/// Many roles of each change.
fn since() -> Since {
    let mut changes = ChangeTotals::default();
    for change in Change::ALL {
        (0..1100).for_each(|_| changes.counts.add(change));
    }
    for severity in Severity::ALL {
        (0..220).for_each(|_| changes.newly_idle.add(severity));
    }
    Since { scan_id: scan().id, as_of: scan().started_at, changes }
}

/// Many exemptions, and a threshold that was raised.
fn settings_changes() -> SettingsChanges {
    let change = |kind, name: Option<String>, removed| SettingsChange {
        kind,
        name,
        change: ChangeKind::Changed,
        old: Some("90d".to_owned()),
        new: Some("365d".to_owned()),
        findings_added: Some(0),
        findings_removed: removed,
    };
    let exemption = |number| change(SettingKind::Exemption, Some(format!("{LONG}-{number}")), Some(number));
    SettingsChanges {
        scan_id: scan().id,
        findings_added: 0,
        findings_removed: 412,
        changes: (0..7)
            .map(exemption)
            .chain([
                change(SettingKind::Threshold, None, Some(400)),
                change(SettingKind::ToolVersion, None, None),
            ])
            .collect(),
    }
}

/// Something of everything, with long and hostile names.
fn report() -> Summary {
    let as_of: Timestamp = BEGAN.parse().unwrap();
    let mut coverage = CoverageSummary::default();
    for (number, kind) in [Coverage::Scanned, Coverage::Denied, Coverage::NotActive].into_iter().enumerate() {
        coverage.add(&format!("{number:012}").parse().unwrap(), kind, &[], as_of);
    }
    let gap = |number: usize| GapGroup {
        coverage: Coverage::Denied,
        kind: Some(ReasonKind::Denied),
        reason: format!("iam:GetAccountAuthorizationDetails: AccessDenied: reason {number} {LONG}"),
        remedy: Some(format!("allow iam:GetAccountAuthorizationDetails in the policy of {LONG}")),
        accounts: (0..5).map(|account| (format!("{account:012} ({LONG})"), None)).collect(),
    };
    Summary {
        as_of,
        as_of_set: true,
        scope: Scope::Organization,
        population_complete: true,
        completeness: Completeness::No,
        coverage,
        audit_role: AuditRoleUse::default(),
        clock_was_wrong: false,
        clock_is_unchecked: false,
        totals: totals(&[
            (Status::Active, Disposition::None, 1200),
            (Status::Unused, Disposition::Flagged, 40),
            (Status::Inactive, Disposition::Exempt, 3),
            (Status::Unknown, Disposition::Undetermined, 2),
        ]),
        severities: Severities::default(),
        since: Some(since()),
        worst: vec![
            WorstFindings {
                severity: Severity::Critical,
                name: format!("{LONG}\u{1b}[2J\n"),
                role_id: "AROA000000000000000AA".to_owned(),
                account: format!("123456789012 ({LONG})"),
                roles: 1,
                privilege: PrivilegeLevel::Admin,
                privilege_is_unknown: false,
                trust: TrustLevel::Public,
                trust_is_unknown: false,
                exemption: None,
            },
            WorstFindings {
                severity: Severity::Unknown,
                name: "cdk-*-*".to_owned(),
                role_id: "AROA000000000000000AB".to_owned(),
                account: String::new(),
                roles: 60,
                privilege: PrivilegeLevel::EscalateDependent,
                privilege_is_unknown: true,
                trust: TrustLevel::MembershipUnknown,
                trust_is_unknown: false,
                exemption: Some("bootstrap\n of CDK".to_owned()),
            },
        ],
        most_findings: vec![AccountFindings {
            flagged: 40,
            roles: 1245,
            account: format!("123456789012 ({LONG})"),
            ou_path: "/".to_owned(),
        }],
        by_ou: vec![OuFindings {
            ou_path: format!("/Workloads/{LONG}"),
            accounts: 12,
            roles: 1245,
            flagged: 40,
        }],
        families: vec![Family { name: "OrganizationAccountAccessRole".to_owned(), roles: 29, accounts: 29 }],
        gaps: (0..12).map(gap).collect(),
        notes: vec![format!("judged as of another instant, which {LONG} set by hand to see something else")],
        warnings: Vec::new(),
        settings_changes: Some(settings_changes()),
        manifest_sha256: None,
        files: vec![FileEntry {
            name: "roles.csv".to_owned(),
            rows: Some(1102),
            bytes: 1,
            sha256: String::new(),
        }],
    }
}

fn shown(report: &Summary, width: usize) -> String {
    let mut scan = scan();
    scan.end = Some(ScanEnd {
        finished_at: scan.started_at + jiff::SignedDuration::from_secs(125),
        population_complete: true,
        interrupted: None,
        organizational_units: Vec::new(),
        notes: Vec::new(),
        aws_policies: None,
        clock_difference_seconds: None,
    });
    let text = summary(
        report,
        &Context {
            scan: &scan,
            parameters: &parameters(),
            folder: Some(Path::new("rolesweep-report/2026-11-22-abcdef")),
            store: Path::new("store.db"),
            calls: None,
            next: Some("`rolesweep report --include all` reports all roles, without AWS".to_owned()),
            width,
        },
    );
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn no_line_is_wider_than_the_terminal_or_begins_with_a_separator() {
    use unicode_width::UnicodeWidthStr as _;
    for width in [60, 80, 100, 160] {
        let text = shown(&report(), width);
        for line in text.lines() {
            // A name that is longer than the line stays whole, so that it can be copied.
            assert!(
                line.width() <= width || line.contains(LONG) || line.contains(&scan().id.to_string()[..8]),
                "{width}: {line}"
            );
            let first = line.trim_start().chars().next().unwrap_or(' ');
            assert!(!"·+=,;:|".contains(first), "{width}: {line}");
            assert!(!line.contains('\u{1b}'), "{line:?}");
        }
    }
}

#[test]
fn a_command_that_fits_into_a_line_is_on_one_line() {
    for (width, expected) in [
        (60, "Next\n  `rolesweep report --include all --config rules.toml`\n  reports"),
        (100, "Next          `rolesweep report --include all --config rules.toml` reports"),
    ] {
        let mut out = Lines::new(width);
        out.labelled("Next", "`rolesweep report --include all --config rules.toml` reports");
        assert_eq!(anstream::adapter::strip_str(&out.finish()).to_string().trim_start(), expected);
    }
}

#[test]
fn what_changed_is_told_by_class_and_severity_and_without_those_that_are_empty() {
    let told = |since| {
        let text = shown(&Summary { since, settings_changes: None, ..report() }, 100);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let known = since();
    let start = format!("Since {} (scan {}): ", &BEGAN[..10], known.scan_id.short());
    let expected = format!(
        "{start}1,100 newly idle (220 critical, 220 unknown, 220 high), 1,100 severity raised, 1,100 exemption expired,"
    );
    let all = told(Some(known));
    assert!(all.contains(&expected), "{all}");
    let mut changes = ChangeTotals::default();
    changes.counts.add(Change::StillIdle);
    let one = told(Some(Since { changes, ..known }));
    assert!(one.contains(&format!("{start}1 still idle Look at these first")), "{one}");
    let none = told(Some(Since { changes: ChangeTotals::default(), ..known }));
    assert!(none.contains(&format!("{start}no role is flagged in either scan")), "{none}");
    assert!(!told(None).contains("Since"));
}

#[test]
fn every_reason_for_a_gap_is_shown_or_counted() {
    let text = shown(&report(), 100).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("reason 2 ") && !text.contains("reason 3 "), "{text}");
    assert!(text.contains("9 more reasons, in accounts.csv"), "{text}");
}

#[test]
fn the_changes_of_settings_are_shown_by_their_effect_and_the_others_counted() {
    let text = shown(&report(), 160);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let settings = format!(
        "Settings 9 changes since the report on scan {}: 412 fewer findings threshold 90d → 365d: 400 fewer findings \
         exemption `{LONG}-6` changed: 6 fewer findings exemption `{LONG}-5` changed: 5 fewer findings \
         exemption `{LONG}-4` changed: 4 fewer findings and 5 more, in manifest.json",
        scan().id
    );
    // Each test makes a scan with another id.
    let settings = settings.split("on scan ").last().and_then(|text| text.split_once(": ")).unwrap().1;
    assert!(text.contains(settings), "{text}");
    let none = Summary { settings_changes: None, ..report() };
    assert!(!shown(&none, 100).contains("Settings"));
}

#[test]
fn a_long_name_hides_neither_the_account_nor_how_many_roles_there_are() {
    let mut long = report();
    long.worst[0].account = "payments".to_owned();
    long.worst[1].name = format!("{LONG}-*");
    for width in [60, 80, 100] {
        let text = shown(&long, width);
        assert!(text.contains("critical  payments: a-very-long") && text.contains("…, 60 roles"), "{text}");
    }
}

#[test]
fn the_result_is_one_sentence_whatever_was_found() {
    let sentence = |totals: Totals| {
        let text = shown(&Summary { totals, ..report() }, 160);
        text.lines().find(|line| line.ends_with('.')).map(str::to_owned).unwrap_or(text)
    };
    for (roles, expected) in [
        (vec![], "There is no role in 1 account."),
        (vec![(Status::Active, Disposition::None, 1)], "The only role in 1 account is not flagged."),
        (vec![(Status::Active, Disposition::None, 12)], "None of 12 roles in 1 account is flagged."),
        (
            vec![(Status::Active, Disposition::None, 11), (Status::Unknown, Disposition::Undetermined, 1)],
            "None of 12 roles in 1 account is flagged; AWS did not say when 1 role was used.",
        ),
        (
            vec![(Status::Active, Disposition::None, 11), (Status::Unused, Disposition::Flagged, 1)],
            "1 of 12 roles (8 %) in 1 account is flagged: not used for 90 days.",
        ),
        (
            vec![(Status::Active, Disposition::None, 1000), (Status::Inactive, Disposition::Flagged, 500)],
            "500 of 1,500 roles (33 %) in 1 account are flagged: not used for 90 days.",
        ),
    ] {
        assert_eq!(sentence(totals(&roles)), expected);
    }
    let nothing = Summary { coverage: CoverageSummary::default(), ..report() };
    assert!(shown(&nothing, 100).contains("no account was listed"));
}
