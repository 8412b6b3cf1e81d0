//! `scan --dry-run` shows what a scan would do. It only lists accounts, and leaves no trace.

use std::collections::{BTreeMap, BTreeSet};

use rolesweep_sim::OrganizationSpec;
use rolesweep_tests::{Finished, Table};

use crate::fixture::{Fixture, PROD, SANDBOX, SUSPENDED, assert_shown, organization, with_a_denied_account};

/// The accounts on stdout: what a scan would do with each, and the role that it would assume there.
fn accounts(finished: &Finished) -> BTreeMap<String, (String, String)> {
    let table = Table::parse(&finished.stdout);
    let cells =
        |row: rolesweep_tests::Row<'_>| (row.get("decision").to_owned(), row.get("role_arn").to_owned());
    table.rows().map(|row| (row.get("account_id").to_owned(), cells(row))).collect()
}

/// Checks that no account was called, by the simulator's counts, and that nothing was written.
#[track_caller]
fn expect_no_trace(fixture: &Fixture) {
    let counts = fixture.server.counts();
    let called: BTreeSet<&str> = counts.operations().into_keys().collect();
    let is_list =
        |operation: &&str| operation.starts_with("organizations:") || *operation == "sts:GetCallerIdentity";
    assert!(called.iter().all(is_list), "{called:?}");
    assert!(called.contains("organizations:ListAccounts"), "{called:?}");
    let contents = fixture.contents();
    assert!(contents.is_empty(), "written: {:?}", contents.keys());
}

#[test]
fn the_accounts_the_role_in_each_the_calls_and_an_estimate_are_named_and_nothing_is_assumed_or_written() {
    let fixture = Fixture::new(with_a_denied_account());
    // In the places where a scan would put its store and its report, and in the default places.
    for flags in [&["--store", "store.db", "-o", "report"] as &[_], &[]] {
        let finished = fixture.bare_scan(&["--dry-run"]).args(flags).run().expect_code(0);
        expect_no_trace(&fixture);
        let accounts = accounts(&finished);
        assert_eq!(accounts.len(), 7);
        assert_eq!(accounts[SUSPENDED], ("not_active".to_owned(), String::new()));
        for (id, cells) in accounts.iter().filter(|(id, _)| *id != SUSPENDED) {
            assert_eq!(*cells, ("scan".to_owned(), format!("arn:aws:iam::{id}:role/RolesweepAudit")));
        }
        assert_shown!(fixture.filters(), "a_dry_run", finished.stderr);
    }
}

#[test]
fn settings_show_in_what_would_be_done() {
    let fixture = Fixture::new(organization());
    let flags =
        ["--role-name", "Auditor", "--concurrency", "1", "--max-iam-rate", "2", "--exclude-ou", "/Sandbox"];
    let finished = fixture.bare_scan(&["--dry-run"]).args(flags).run().expect_code(0);
    expect_no_trace(&fixture);
    let accounts = accounts(&finished);
    assert_eq!(accounts[PROD], ("scan".to_owned(), format!("arn:aws:iam::{PROD}:role/Auditor")));
    assert_eq!(accounts[SANDBOX], ("excluded".to_owned(), String::new()));
    // Lines may break anywhere.
    let said = finished.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["Auditor in each", "1 account read at a time", "at most 2 per second", "8 calls"] {
        assert!(said.contains(words), "no `{words}`: {finished}");
    }
}

#[test]
fn a_selection_that_leaves_no_account_is_found_out_beforehand() {
    let fixture = Fixture::new(organization());
    let finished = fixture.bare_scan(&["--dry-run", "--exclude-ou", "/"]).run().expect_code(1);
    expect_no_trace(&fixture);
    assert!(finished.stderr.contains("error: no account matched"), "{finished}");
    assert!(!finished.stderr.contains("such as"), "there is no role to name: {finished}");
    assert_eq!(accounts(&finished).len(), 6);
    let unknown = fixture.bare_scan(&["--dry-run", "--ou", "/Nowhere"]).run().expect_code(2);
    assert!(unknown.stderr.contains("/Nowhere") && unknown.stdout.is_empty(), "{unknown}");
    expect_no_trace(&fixture);
}

#[test]
fn the_scan_that_follows_does_what_was_said() {
    let fixture = Fixture::new(organization());
    let said = accounts(&fixture.scan(&["--dry-run"]).run().expect_code(0));
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let called: BTreeSet<String> = fixture
        .server
        .counts()
        .iter()
        .filter(|(operation, _, _)| *operation == "iam:GetAccountAuthorizationDetails")
        .map(|(_, account, _)| account.to_owned())
        .collect();
    let wanted = said.into_iter().filter(|(_, (decision, _))| decision == "scan").map(|(id, _)| id).collect();
    assert_eq!(called, wanted);
    assert!(called.contains(OrganizationSpec::MANAGEMENT));
}
