//! The exit codes, which are a public contract.

use crate::fixture::{
    ACQUIRED, Fixture, PROD, accepted_gap, assert_shown, coverage, days_ago, from, organization,
    with_a_denied_account,
};
use rolesweep_sim::{Document, OrganizationSpec, RoleSpec};

/// The exit code and message of a scan, and of `report` with the same flags.
#[track_caller]
fn ends_with(fixture: &Fixture, code: i32, name: &str, flags: &[&str]) -> String {
    let _ = fixture.scan(&["-o", name]).args(flags).run().expect_code(code);
    let again = format!("{name}-again");
    let report = fixture.report(&["--as-of", crate::fixture::AS_OF, "-o", &again]).args(flags).run();
    report.expect_code(code).stderr
}

#[test]
fn findings_have_an_exit_code_of_their_own_when_asked_for() {
    let fixture = Fixture::new(organization());
    let _ = ends_with(&fixture, 0, "never", &[]);
    let _ = ends_with(&fixture, 3, "findings", &["--fail-on", "findings"]);
    // 400 days: only roles without a recorded use are left, and those are excluded.
    let _ = fixture
        .scan(&[
            "--accounts",
            crate::fixture::SANDBOX,
            "--inactive-after",
            "400d",
            "--fail-on",
            "findings",
            "-o",
            "none",
        ])
        .run()
        .expect_code(0);
}

#[test]
fn a_denied_account_makes_the_report_incomplete() {
    let fixture = Fixture::new(with_a_denied_account());
    let said = ends_with(&fixture, 4, "incomplete", &[]);
    assert!(said.contains("error: the report is not complete"), "{said}");
    assert_eq!(fixture.manifest("incomplete")["complete"], false);
    let _ = ends_with(&fixture, 4, "incomplete-with-findings", &["--fail-on", "findings"]);
    let _ = ends_with(&fixture, 0, "allowed", &["--allow-partial"]);
    assert_eq!(fixture.manifest("allowed")["complete"], false, "allowed, and still what it is");
    let _ = ends_with(&fixture, 3, "allowed-with-findings", &["--allow-partial", "--fail-on", "findings"]);
}

#[test]
fn a_report_is_complete_with_an_accepted_gap_until_it_ends() {
    let fixture = Fixture::new(with_a_denied_account());
    for (name, until, code, complete) in
        [("in-force", "2026-11-22", 0, true), ("ended", "2026-11-21", 4, false)]
    {
        let config = fixture.write(&format!("{name}.toml"), accepted_gap(until));
        let said = ends_with(&fixture, code, name, &["--config", config.to_str().unwrap()]);
        let manifest = fixture.manifest(name);
        assert_eq!(manifest["complete"], false, "an account was not read");
        assert_eq!(manifest["completeness"], if complete { "with_accepted_gaps" } else { "no" });
        assert_eq!(manifest["counts"]["accounts"]["accepted_gaps"], u64::from(complete));
        let words = if complete { "; complete with 1 accepted gap\n" } else { "; not complete\n" };
        assert!(said.contains(words), "{said}");
        let gap =
            if complete { "1 account with accepted gaps (1 denied)" } else { "sts:AssumeRole: AccessDenied" };
        assert!(said.contains(gap), "accepted, and still shown: {said}");
        let accounts = fixture.table(&format!("{name}/accounts.csv"));
        assert_eq!(coverage(&accounts)[ACQUIRED].0, "denied");
        let row = accounts.rows().find(|row| row.get("account_id") == ACQUIRED).unwrap();
        for (column, accepted) in [
            ("accepted_gap", "joins in spring"),
            ("accepted_gap_owner", "m&a@example.com"),
            ("accepted_gap_approved_by", "ciso@example.com"),
            ("accepted_gap_expires", "2026-11-23T00:00:00Z"),
        ] {
            assert_eq!(row.get(column), if complete { accepted } else { "" }, "{column}");
        }
    }
}

#[test]
fn a_scan_of_nothing_but_accepted_gaps_is_complete_with_them() {
    let fixture = Fixture::new(with_a_denied_account());
    let config = fixture.write("gap.toml", accepted_gap("2026-12-31"));
    let only = ["--accounts", ACQUIRED, "--config", config.to_str().unwrap()];
    let finished = fixture.scan(&["-o", "accepted"]).args(only).run().expect_code(0);
    assert!(finished.stderr.contains("No account was read, and somebody accepted each gap."), "{finished}");
    assert!(finished.stderr.contains("; complete with 1 accepted gap\n"), "{finished}");
    let _ = fixture.report(&["-o", "again"]).args(&only[2..]).run().expect_code(0);
    let _ = fixture.scan(&["--check"]).args(only).run().expect_code(0);
    // Nobody accepted it.
    let finished = fixture.scan(&["-o", "open", "--accounts", ACQUIRED]).run().expect_code(1);
    assert!(finished.stderr.contains("; not complete\n"), "{finished}");
    let _ = fixture.scan(&["--check", "--accounts", ACQUIRED]).run().expect_code(1);
}

#[test]
fn an_accepted_gap_of_an_account_that_was_not_asked_for_is_no_note() {
    let fixture = Fixture::new(with_a_denied_account());
    let config = fixture.write("gaps.toml", accepted_gap("2026-12-31"));
    let config = config.to_str().unwrap();
    for (name, flags) in [("one", ["--accounts", PROD]), ("but-one", ["--exclude-accounts", ACQUIRED])] {
        let _ = fixture.scan(&["-o", name, "--config", config]).args(flags).run().expect_code(0);
        assert!(!fixture.manifest(name)["notes"].to_string().contains("accepted gap of"));
    }
    // A gap that the whole organization does not have is one.
    let gone = accepted_gap("2026-12-31").replace(ACQUIRED, "123456789012");
    let config = fixture.write("gone.toml", gone);
    let _ = ends_with(&fixture, 4, "gone", &["--config", config.to_str().unwrap()]);
    assert!(fixture.manifest("gone")["notes"].to_string().contains("accepted gap of account 123456789012"));
}

#[test]
fn an_audit_role_that_cannot_be_assumed_anywhere_is_said_once() {
    let mut spec = organization();
    for number in 0..30 {
        spec.account(&format!("1000000000{number:02}"), "team");
    }
    let fixture = Fixture::new(spec);
    let finished = fixture
        .scan(&["--role-name", "NoSuchRole", "--concurrency", "1", "-o", "report"])
        .run()
        .expect_code(1);
    assert_shown!(
        fixture.filters(),
        "the_audit_role_cannot_be_assumed",
        from(&finished.stderr, "\nOrganization")
    );
    // A few lines while it runs and one at the end, but not one for each of the 36.
    assert_eq!(finished.stderr.matches("failed to assume the audit role").count(), 1, "{finished}");
    assert!(finished.stderr.matches("AccessDenied").count() < 15, "{finished}");
    // Each account's outcome is still recorded.
    let denied = coverage(&fixture.table("report/accounts.csv"));
    assert_eq!(denied.values().filter(|(coverage, _)| coverage == "denied").count(), 30 + 5);
}

#[test]
fn a_selection_that_leaves_no_account_could_not_run() {
    let fixture = Fixture::new(organization());
    for (name, flags) in [
        ("an-empty-ou", vec!["--ou", "/Nobody here"]),
        ("all-excluded", vec!["--exclude-ou", "/"]),
        ("not-active", vec!["--accounts", crate::fixture::SUSPENDED]),
    ] {
        let finished = fixture.scan(&["-o", name]).args(&flags).run().expect_code(1);
        assert!(finished.stderr.contains("error: no account matched"), "{finished}");
        assert!(finished.stderr.contains("no account was to be read\n"), "{finished}");
        assert_eq!(fixture.server.counts().operation("sts:AssumeRole").total(), 0, "{flags:?}");
        let accounts = fixture.table(&format!("{name}/accounts.csv"));
        assert_eq!(accounts.rows().len(), 6, "the population is still accounted for");
    }
}

#[test]
fn the_callers_own_account_is_read_without_the_audit_role_and_says_so() {
    let mut spec = organization();
    let own = spec.accounts.iter_mut().find(|account| account.id == OrganizationSpec::SECURITY).unwrap();
    own.roles.retain(|role| role.name != "RolesweepAudit");
    let policy =
        rolesweep_sim::Document::allowing(&["sts:AssumeRole", "organizations:*", "iam:Get*", "iam:List*"]);
    spec.callers[0].policy = policy;
    let fixture = Fixture::new(spec);
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let accounts = fixture.table("report/accounts.csv");
    let own = accounts.rows().find(|row| row.get("account_id") == OrganizationSpec::SECURITY).unwrap();
    assert_eq!((own.get("coverage"), own.get("access")), ("scanned", "caller"));
    // Alone it needs no audit role. If other accounts need it, this one does not replace them.
    let own = OrganizationSpec::SECURITY;
    let _ = fixture.scan(&["--accounts", own, "-o", "alone"]).run().expect_code(0);
    let no_role = ["--role-name", "NoSuchRole", "--allow-partial"];
    let beside = format!("{own},{}", crate::fixture::PROD);
    let finished = fixture.scan(&["--accounts", &beside, "-o", "beside"]).args(no_role).run().expect_code(1);
    assert!(
        finished.stderr.contains("failed to assume the audit role NoSuchRole in any account"),
        "{finished}"
    );
}

#[test]
fn a_severity_asks_for_the_exit_code_of_findings() {
    let mut spec = organization();
    let role = RoleSpec::new("open", days_ago(900))
        .trusting(Document::trusting(&["*"]))
        .attach("arn:aws:iam::aws:policy/AdministratorAccess");
    spec.accounts.iter_mut().find(|account| account.id == PROD).unwrap().role(role);
    let fixture = Fixture::new(spec);
    let said = ends_with(&fixture, 3, "critical", &["--fail-on", "critical"]);
    assert!(said.contains("1 finding that counts as critical or worse (1 critical)"), "{said}");
    let said = ends_with(&fixture, 3, "low", &["--fail-on", "low"]);
    assert!(said.contains("(1 critical, 4 low)"), "{said}");
    let fixture = Fixture::new(organization());
    let _ = ends_with(&fixture, 0, "none", &["--fail-on", "high"]);
    let _ = ends_with(&fixture, 3, "some", &["--fail-on", "low"]);
}
