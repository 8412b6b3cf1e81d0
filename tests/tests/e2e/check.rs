//! `scan --check` finds out which accounts let a scan in. It reads one role of each, and leaves no
//! trace.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use rolesweep_sim::{AuditRole, DemoFacts, OrganizationSpec, RoleSpec, demo};
use rolesweep_tests::{Finished, Table};

use crate::fixture::{
    ACQUIRED, AS_OF, DEV, Fixture, PROD, SANDBOX, SUSPENDED, accepted_gap, as_of, assert_shown, days_ago,
    from, organization, with_a_denied_account,
};
use crate::signals::slow;

const FACTS: DemoFacts = DemoFacts::ALL;
const CALLS: [&str; 4] =
    ["sts:AssumeRole", "iam:GetAccountAuthorizationDetails", "iam:ListRoles", "iam:GetRole"];

/// The result and the reason of each account, from stdout.
fn results(finished: &Finished) -> BTreeMap<String, (String, String)> {
    let table = Table::parse(&finished.stdout);
    let cells = |row: rolesweep_tests::Row<'_>| (row.get("result").to_owned(), row.get("reason").to_owned());
    table.rows().map(|row| (row.get("account_id").to_owned(), cells(row))).collect()
}

/// How often each call was made in an account.
fn calls(fixture: &Fixture, account: &str) -> [u64; 4] {
    CALLS.map(|operation| fixture.server.counts().get(operation, account).total())
}

#[track_caller]
fn expect_nothing_written(fixture: &Fixture) {
    let contents = fixture.contents();
    assert!(contents.is_empty(), "written: {:?}", contents.keys());
}

/// The small organization with an account of each result: without the role, with one that may list
/// roles only, with one that may not read at once, and a suspended one.
fn mixed() -> OrganizationSpec {
    let mut spec = with_a_denied_account();
    let caller = "arn:aws:iam::222222222222:role/rolesweep-runner";
    for (id, allowed) in [
        (SANDBOX, &["iam:ListRoles", "iam:GetRole"] as &[_]),
        (DEV, &["iam:ListRoles"]),
        (OrganizationSpec::MANAGEMENT, &["iam:GetUser"]),
    ] {
        let account = spec.accounts.iter_mut().find(|account| account.id == id).unwrap();
        account.roles.retain(|role| role.name != "RolesweepAudit");
        account.role(AuditRole::new(caller).allowing(allowed).role(days_ago(300), as_of()));
    }
    spec
}

#[test]
fn each_account_says_whether_it_lets_a_scan_in_and_why_not_and_nothing_is_written() {
    let fixture = Fixture::new(mixed());
    // In the places where a scan would put its store and its report, and in the default places.
    for flags in [&["--store", "store.db", "-o", "report"] as &[_], &[]] {
        fixture.server.reset_counts();
        let run = fixture.bare_scan(&["--check", "--concurrency", "1"]).args(flags);
        let finished = run.run().expect_code(4);
        expect_nothing_written(&fixture);
        let results = results(&finished);
        let result = |id: &str| results[id].0.as_str();
        assert_eq!(results.len(), 7);
        assert_eq!([result(PROD), result(OrganizationSpec::SECURITY)], ["ok", "ok"]);
        assert_eq!([result(SANDBOX), result(DEV)], ["slower", "partial"]);
        assert_eq!([result(ACQUIRED), result(OrganizationSpec::MANAGEMENT)], ["denied", "denied"]);
        assert_eq!(result(SUSPENDED), "not_active");
        for (id, expected) in [
            (PROD, [1, 1, 0, 0]),
            (OrganizationSpec::SECURITY, [1, 1, 0, 0]),
            (SANDBOX, [1, 1, 1, 1]),
            (DEV, [1, 1, 1, 1]),
            (OrganizationSpec::MANAGEMENT, [1, 1, 1, 0]),
            (ACQUIRED, [1, 0, 0, 0]),
            (SUSPENDED, [0; 4]),
        ] {
            assert_eq!(calls(&fixture, id), expected, "{id}");
        }
        let shown = from(&finished.stderr, "\nOrganization");
        assert_shown!(fixture.filters(), "a_check", shown);
        assert_shown!(fixture.filters(), "a_checks_table", finished.stdout_text());
    }
}

#[test]
fn an_organization_that_lets_a_scan_in_everywhere_exits_with_0_whatever_it_holds() {
    let mut spec = organization();
    let account = spec.audited("100000000450", "large");
    for number in 0..450 {
        account.role(RoleSpec::new(format!("role-{number:03}"), days_ago(500)));
    }
    let fixture = Fixture::new(spec);
    let finished = fixture.scan(&["--check", "--fail-on", "findings"]).run().expect_code(0);
    let said = from(&finished.stderr, "\nOrganization");
    assert!(said.contains("All 6 accounts let the scan in."), "{finished}");
    assert!(!finished.stderr.contains("error:") && !finished.stderr.contains("help:"), "{finished}");
    assert_eq!(calls(&fixture, "100000000450"), [1, 1, 0, 0], "one page of many");
    assert_eq!(fixture.server.counts().total().refused, 0);
    expect_nothing_written(&fixture);
    // A scan keeps the promise.
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
}

#[test]
fn a_selection_counts_as_in_a_scan() {
    let fixture = Fixture::new(mixed());
    let flags = ["--check", "--ou", "/Workloads", "--exclude-accounts", DEV];
    let finished = fixture.bare_scan(&flags).run().expect_code(0);
    let results = results(&finished);
    assert_eq!(results[PROD].0, "ok");
    for id in [DEV, SANDBOX, ACQUIRED] {
        assert_eq!(results[id].0, "excluded", "{id}");
        assert_eq!(calls(&fixture, id), [0; 4], "{id}");
    }
    assert!(finished.stderr.contains("The account lets the scan in."), "{finished}");
    let nobody = fixture.bare_scan(&["--check", "--exclude-ou", "/"]).run().expect_code(1);
    assert!(nobody.stderr.contains("error: no account matched"), "{nobody}");
    let unknown = fixture.bare_scan(&["--check", "--ou", "/Nowhere"]).run().expect_code(2);
    assert!(unknown.stderr.contains("/Nowhere") && unknown.stdout.is_empty(), "{unknown}");
    for flag in ["--resume", "--dry-run"] {
        let refused = fixture.bare_scan(&["--check", flag]).run().expect_code(2);
        assert!(refused.stderr.contains("cannot be used with"), "{refused}");
    }
    expect_nothing_written(&fixture);
}

#[test]
fn a_role_that_is_missing_everywhere_is_exit_code_1() {
    let fixture = Fixture::new(organization());
    let finished = fixture.bare_scan(&["--check", "--role-name", "NoSuchRole"]).run().expect_code(1);
    assert_shown!(fixture.filters(), "a_check_that_finds_no_role", from(&finished.stderr, "\nOrganization"));
}

#[test]
fn accepted_gaps_and_allow_partial_count_as_in_a_scan() {
    let fixture = Fixture::new(with_a_denied_account());
    let _ = fixture.scan(&["--check"]).run().expect_code(4);
    let finished = fixture.scan(&["--check", "--allow-partial"]).run().expect_code(0);
    assert!(finished.stderr.contains("5 of 6 accounts let the scan in, 1 does not:"), "{finished}");
    for (until, code) in [("2026-11-22", 0), ("2026-11-21", 4)] {
        let config = fixture.write("config.toml", accepted_gap(until));
        let run = fixture.scan(&["--check", "--config", config.to_str().unwrap()]);
        let finished = run.run().expect_code(code);
        assert!(finished.stderr.contains("5 of 6 accounts let the scan in, 1 does not:"), "{finished}");
        assert_eq!(finished.stderr.contains("denied (accepted)"), code == 0, "{finished}");
    }
}

#[test]
fn the_callers_own_account_says_whose_credentials_read_it() {
    let mut spec = organization();
    let own = spec.accounts.iter_mut().find(|account| account.id == OrganizationSpec::SECURITY).unwrap();
    own.roles.retain(|role| role.name != "RolesweepAudit");
    spec.callers[0].policy =
        rolesweep_sim::Document::allowing(&["sts:AssumeRole", "organizations:*", "iam:Get*", "iam:List*"]);
    let fixture = Fixture::new(spec);
    let finished = fixture.bare_scan(&["--check"]).run().expect_code(0);
    let table = Table::parse(&finished.stdout);
    let own = table.rows().find(|row| row.get("account_id") == OrganizationSpec::SECURITY).unwrap();
    assert_eq!((own.get("result"), own.get("access")), ("ok", "caller"));
    assert!(own.get("reason").starts_with("read with the caller's credentials"), "{}", own.get("reason"));
    let said = finished.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("The caller's own account 222222222222"), "{finished}");
    assert!(said.contains("is read with the caller's credentials"), "{finished}");
    // It does not replace the accounts that need the role.
    let finished = fixture.bare_scan(&["--check", "--role-name", "NoSuchRole"]).run().expect_code(1);
    let why = "error: failed to assume the audit role NoSuchRole in any account";
    assert!(finished.stderr.contains(why), "{finished}");
}

#[test]
fn an_interrupted_check_says_how_many_accounts_were_checked() {
    let fixture = slow(Duration::from_millis(100));
    let mut running = fixture.bare_scan(&["--check", "--concurrency", "2"]).start();
    let deadline = Instant::now() + Duration::from_secs(60);
    while fixture.server.counts().operation(CALLS[1]).total() < 6 {
        assert!(Instant::now() < deadline && !running.has_ended(), "the check does not come so far");
        thread::sleep(Duration::from_millis(5));
    }
    running.signal("INT");
    let finished = running.finish().expect_code(130);
    let results = results(&finished);
    let count = |word: &str| results.values().filter(|(result, _)| result == word).count();
    let (ok, left) = (count("ok"), count("not_reached"));
    assert!(ok >= 4 && left > 0, "{finished}");
    assert_eq!(ok + left, results.len(), "{finished}");
    let said =
        format!("error: interrupted: {ok} of {} accounts were checked, and {ok} of them", results.len());
    assert!(finished.stderr.contains(&said), "{finished}");
    expect_nothing_written(&fixture);
}

#[test]
fn the_demo_can_be_checked() {
    let fixture = Fixture::of(demo(as_of(), 7));
    let run = fixture.sandbox.rolesweep(["scan", "--demo", "--check", "--as-of", AS_OF]);
    let finished = run.run().expect_code(0);
    expect_nothing_written(&fixture);
    let results = results(&finished);
    assert_eq!(results.len(), FACTS.accounts);
    for (id, (result, reason)) in &results {
        let expected = match id.as_str() {
            id if FACTS.denied.contains(&id) => "denied",
            id if id == FACTS.fallback => "slower",
            id if id == FACTS.list_only => "partial",
            id if FACTS.not_active.iter().any(|(known, _)| *known == id) => "not_active",
            _ => "ok",
        };
        assert_eq!(result, expected, "{id}: {reason}");
        assert_eq!(reason.is_empty(), result == "ok", "{id}: {reason}");
    }
    assert_shown!(fixture.filters(), "a_check_of_the_demo", from(&finished.stderr, "\nOrganization"));
}

#[test]
fn the_log_as_json_says_what_became_of_each_account_and_ends_with_the_counts() {
    let fixture = Fixture::new(mixed());
    let finished = fixture.bare_scan(&["--check", "-v", "--log-format", "json"]).run().expect_code(4);
    let records: Vec<serde_json::Value> = finished
        .stderr
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let fields: Vec<&serde_json::Value> = records.iter().map(|record| &record["fields"]).collect();
    assert_eq!(fields.iter().filter(|fields| fields["message"] == "account finished").count(), 7);
    let last = fields.last().unwrap();
    assert_eq!(last["message"], "check ended", "{finished}");
    let counts = ["accounts", "readable", "not_readable", "not_checked"].map(|name| last[name].as_u64());
    assert_eq!(counts, [Some(6), Some(3), Some(3), Some(0)], "{finished}");
}

#[test]
fn quiet_shows_only_the_error_and_what_to_do() {
    let fixture = Fixture::new(with_a_denied_account());
    let finished = fixture.scan(&["--check", "-q"]).run().expect_code(4);
    assert!(
        finished.stderr.starts_with("error: 1 of 6 accounts would not be fully read in a scan"),
        "{finished}"
    );
    assert_eq!(results(&finished)[ACQUIRED].0, "denied");
}

#[test]
fn hostile_names_do_not_reach_the_terminal() {
    let mut spec = organization();
    spec.account(ACQUIRED, "=evil\u{1b}[2J\u{202e}\nname");
    let fixture = Fixture::new(spec);
    let finished = fixture.bare_scan(&["--check", "--color", "never"]).run().expect_code(4);
    for text in [&finished.stderr, finished.stdout_text()] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{finished}");
    }
    let table = Table::parse(&finished.stdout);
    let row = table.rows().find(|row| row.get("account_id") == ACQUIRED).unwrap();
    assert!(row.get("account_name").starts_with("'=evil"), "{}", row.get("account_name"));
}
