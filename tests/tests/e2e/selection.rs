//! Which accounts a scan reads, and that each of the others has its reason.

use std::collections::BTreeMap;

use rolesweep_sim::{Document, OrganizationSpec};
use serde_json::json;

use crate::stage::{DEV, PROD, SANDBOX, SUSPENDED, Stage, assert_shown, coverage, from, organization};

const ALL: [&str; 6] =
    [SANDBOX, OrganizationSpec::MANAGEMENT, OrganizationSpec::SECURITY, PROD, DEV, SUSPENDED];

/// Scans with these flags, and says which accounts were read and why the others were not.
#[track_caller]
fn select(stage: &Stage, name: &str, flags: &[&str]) -> (Vec<String>, BTreeMap<String, String>) {
    let _ = stage.scan(&["-o", name]).args(flags).run().expect_code(0);
    let accounts = coverage(&stage.table(&format!("{name}/accounts.csv")));
    let mut read = Vec::new();
    let mut others = BTreeMap::new();
    for (id, (coverage, reason)) in accounts {
        if coverage == "scanned" {
            assert_eq!(reason, "", "{id}");
            read.push(id);
        } else {
            assert_eq!(coverage, if reason == "SUSPENDED" { "not_active" } else { "excluded" }, "{id}");
            others.insert(id, reason);
        }
    }
    (read, others)
}

#[test]
fn the_whole_organization_is_the_default() {
    let stage = Stage::new(organization());
    let (read, others) = select(&stage, "report", &[]);
    assert_eq!(read, [SANDBOX, OrganizationSpec::MANAGEMENT, OrganizationSpec::SECURITY, PROD, DEV]);
    assert_eq!(others, BTreeMap::from([(SUSPENDED.to_owned(), "SUSPENDED".to_owned())]));
    assert_eq!(stage.manifest("report")["scope"], "organization");
}

#[test]
fn a_part_of_the_organization_is_named_as_such_and_every_exclusion_has_its_rule() {
    let stage = Stage::new(organization());
    let workloads = stage.far_end.world().account_truth(PROD).unwrap().parents[1].clone();
    stage.write("plain.txt", format!("# ours\n{PROD}\n\n  {DEV}  # both\n"));
    stage.write(
        "table.csv",
        format!("name,account_id,note\r\ncheckout,\"{PROD}\",\"a, b\"\r\nsandbox,{SANDBOX},\r\n"),
    );
    let mut shown = String::new();
    let mut check = |name: &str, flags: &[&str], expected: &[&str]| {
        let (read, others) = select(&stage, name, flags);
        assert_eq!(read, expected, "{flags:?}");
        assert_eq!(read.len() + others.len(), ALL.len(), "{flags:?}");
        let manifest = stage.manifest(name);
        assert_eq!((&manifest["scope"], &manifest["complete"]), (&json!("part"), &json!(true)), "{flags:?}");
        shown.push_str(&format!("{}\n", flags.join(" ")));
        for (id, reason) in others {
            shown.push_str(&format!("  {id}  {reason}\n"));
        }
    };
    check("accounts", &["--accounts", &format!("{PROD},{SANDBOX}")], &[SANDBOX, PROD]);
    check("twice", &["--accounts", PROD, "--accounts", DEV], &[PROD, DEV]);
    check("plain-file", &["--accounts-file", "plain.txt"], &[PROD, DEV]);
    check("csv-file", &["--accounts-file", "table.csv"], &[SANDBOX, PROD]);
    check("flag-and-file", &["--accounts", SANDBOX, "--accounts-file", "plain.txt"], &[SANDBOX, PROD, DEV]);
    check(
        "excluded",
        &["--exclude-accounts", SANDBOX],
        &[OrganizationSpec::MANAGEMENT, OrganizationSpec::SECURITY, PROD, DEV],
    );
    check("ou-by-path", &["--ou", "/Workloads"], &[PROD, DEV]);
    check("ou-by-id", &["--ou", &workloads], &[PROD, DEV]);
    check("two-ous", &["--ou", "/Workloads/Dev", "--ou", "/Sandbox"], &[SANDBOX, DEV]);
    check("but-one", &["--ou", "/Workloads", "--exclude-ou", "/Workloads/Dev"], &[PROD]);
    check("but-one-account", &["--ou", &workloads, "--exclude-accounts", DEV], &[PROD]);
    check(
        "excluded-by-id",
        &["--exclude-ou", &workloads],
        &[SANDBOX, OrganizationSpec::MANAGEMENT, OrganizationSpec::SECURITY],
    );
    // `--ou` and `--accounts` both have to let an account in.
    check("both", &["--ou", "/Workloads", "--accounts", &format!("{PROD},{SANDBOX}")], &[PROD]);
    assert_shown!(
        [stage.filters(), vec![(r"ou-[0-9a-z]{4}-[0-9a-z]{8}".to_owned(), "[ou]".to_owned())]].concat(),
        "reasons_of_exclusion",
        shown
    );
}

#[test]
fn an_ou_is_found_where_accounts_come_without_their_paths() {
    let mut spec = organization();
    spec.wire.paths = false;
    let stage = Stage::new(spec);
    let (read, _) = select(&stage, "report", &["--ou", "/Workloads/Prod"]);
    assert_eq!(read, [PROD]);
    let row = |name: &str| {
        let accounts = stage.table("report/accounts.csv");
        let found = accounts.rows().find(|row| row.get("account_name") == name).unwrap();
        found.get("ou_path").to_owned()
    };
    assert_eq!((row("checkout-prod"), row("management")), ("/Workloads/Prod".to_owned(), "/".to_owned()));
}

/// The small organization with a caller who may assume roles and see no list.
fn without_a_list() -> OrganizationSpec {
    let mut spec = organization();
    spec.callers[0].policy = Document::allowing(&["sts:AssumeRole"]);
    spec
}

#[test]
fn a_caller_who_may_not_list_names_the_accounts_and_the_scope_says_so() {
    let stage = Stage::new(without_a_list());
    stage.write("accounts.txt", format!("{PROD}\n{SANDBOX}\n"));
    let finished = stage
        .scan(&["--accounts-file", "accounts.txt", "--concurrency", "1", "-o", "report"])
        .run()
        .expect_code(0);
    assert!(finished.stderr.starts_with("warning: the caller may not list the organization"), "{finished}");
    assert_shown!(stage.filters(), "named_accounts_only", from(&finished.stderr, "\naccounts named"));
    let accounts = coverage(&stage.table("report/accounts.csv"));
    assert_eq!(accounts.keys().collect::<Vec<_>>(), [SANDBOX, PROD]);
    assert!(accounts.values().all(|(coverage, _)| coverage == "scanned"), "{accounts:?}");
    let manifest = stage.manifest("report");
    assert_eq!((&manifest["scope"], &manifest["complete"]), (&json!("named"), &json!(true)));
}
