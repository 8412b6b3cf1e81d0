//! Which accounts a scan reads, and the reason for each of the others.

use std::collections::BTreeMap;

use rolesweep_sim::{Document, OrganizationSpec, RoleSpec, UnitSpec};
use serde_json::json;

use crate::fixture::{
    DEV, Fixture, PROD, SANDBOX, SUSPENDED, assert_shown, coverage, days_ago, from, organization,
};

const ALL: [&str; 6] =
    [SANDBOX, OrganizationSpec::MANAGEMENT, OrganizationSpec::SECURITY, PROD, DEV, SUSPENDED];

/// Scans with these flags. Gives the accounts that were read, and why the others were not.
#[track_caller]
fn select(fixture: &Fixture, name: &str, flags: &[&str]) -> (Vec<String>, BTreeMap<String, String>) {
    let _ = fixture.scan(&["-o", name]).args(flags).run().expect_code(0);
    let accounts = coverage(&fixture.table(&format!("{name}/accounts.csv")));
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
    let fixture = Fixture::new(organization());
    let (read, others) = select(&fixture, "report", &[]);
    assert_eq!(read, [SANDBOX, OrganizationSpec::MANAGEMENT, OrganizationSpec::SECURITY, PROD, DEV]);
    assert_eq!(others, BTreeMap::from([(SUSPENDED.to_owned(), "SUSPENDED".to_owned())]));
    assert_eq!(fixture.manifest("report")["scope"], "organization");
}

#[test]
fn a_part_of_the_organization_is_named_as_such_and_every_exclusion_has_its_rule() {
    let fixture = Fixture::new(organization());
    let workloads = fixture.server.world().account_truth(PROD).unwrap().parents[1].clone();
    fixture.write("plain.txt", format!("# ours\n{PROD}\n\n  {DEV}  # both\n"));
    fixture.write(
        "table.csv",
        format!("name,account_id,note\r\ncheckout,\"{PROD}\",\"a, b\"\r\nsandbox,{SANDBOX},\r\n"),
    );
    let mut shown = String::new();
    let mut check = |name: &str, flags: &[&str], expected: &[&str]| {
        let (read, others) = select(&fixture, name, flags);
        assert_eq!(read, expected, "{flags:?}");
        assert_eq!(read.len() + others.len(), ALL.len(), "{flags:?}");
        let manifest = fixture.manifest(name);
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
    fixture.write("names.csv", format!("name,account_id\n#prod,{PROD}\n# nobody,\ndev,{DEV}\n"));
    check("a-name-like-a-comment", &["--accounts-file", "names.csv"], &[PROD, DEV]);
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
    // Both `--ou` and `--accounts` have to select an account.
    check("both", &["--ou", "/Workloads", "--accounts", &format!("{PROD},{SANDBOX}")], &[PROD]);
    assert_shown!(
        [fixture.filters(), vec![(r"ou-[0-9a-z]{4}-[0-9a-z]{8}".to_owned(), "[ou]".to_owned())]].concat(),
        "reasons_of_exclusion",
        shown
    );
}

#[test]
fn accounts_are_read_from_stdin_and_as_the_aws_cli_prints_them() {
    let fixture = Fixture::new(organization());
    for (name, text) in [
        ("rows", format!("{PROD}\tcheckout #1\n{DEV}\tNone\n")),
        ("one-line", format!("{PROD}\t{DEV}\n")),
        ("lines", format!("# ours\n{PROD}\n{DEV}\n")),
    ] {
        fixture.write(name, text);
        for (source, report) in [("-", format!("{name}-stdin")), (name, format!("{name}-file"))] {
            let run = fixture.scan(&["--accounts-file", source, "-o", &report]);
            let _ = run.after(&format!("exec < {name}")).run().expect_code(0);
            let accounts = coverage(&fixture.table(&format!("{report}/accounts.csv")));
            let read: Vec<_> = accounts
                .iter()
                .filter(|(_, (coverage, _))| coverage == "scanned")
                .map(|(id, _)| id)
                .collect();
            assert_eq!(read, [PROD, DEV], "{report}");
        }
    }
    fixture.write("wrong", format!("{PROD}\n12\n"));
    let run = fixture.scan(&["--accounts-file", "-", "-o", "wrong-stdin"]).after("exec < wrong");
    let finished = run.run().expect_code(2);
    assert!(finished.stderr.contains("\nstdin:2:1: `12` is not an AWS account id"), "{finished}");
    let finished = fixture.scan(&["--accounts-file", "-", "-o", "empty"]).run().expect_code(2);
    assert!(finished.stderr.contains("\nstdin: it names no account"), "{finished}");
}

#[test]
fn an_ou_is_found_if_accounts_come_without_their_paths() {
    let mut spec = organization();
    spec.wire.paths = false;
    let fixture = Fixture::new(spec);
    let (read, _) = select(&fixture, "report", &["--ou", "/Workloads/Prod"]);
    assert_eq!(read, [PROD]);
    let row = |name: &str| {
        let accounts = fixture.table("report/accounts.csv");
        let found = accounts.rows().find(|row| row.get("account_name") == name).unwrap();
        found.get("ou_path").to_owned()
    };
    assert_eq!((row("checkout-prod"), row("management")), ("/Workloads/Prod".to_owned(), "/".to_owned()));
}

/// An OU below the root for each of these names, each with an account whose role was used 121 days
/// ago. There is also an OU `CD` below `CI`.
fn with_ous(names: &[&str]) -> (OrganizationSpec, Vec<String>) {
    let mut spec = organization();
    let mut ids = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let unit = spec.unit(name, None);
        let id = format!("9000000000{number:02}");
        spec.audited(&id, "team")
            .in_unit(&unit)
            .role(RoleSpec::new("rare", days_ago(900)).used(days_ago(121)));
        ids.push(id);
    }
    let ci = spec.unit("CI", None);
    let cd = spec.unit("CD", Some(&ci));
    spec.audited("800000000000", "other")
        .in_unit(&cd)
        .role(RoleSpec::new("rare", days_ago(900)).used(days_ago(121)));
    ids.push("800000000000".to_owned());
    (spec, ids)
}

#[test]
fn an_ou_whose_name_holds_a_slash_is_another_one_than_the_path_that_looks_like_it() {
    let (spec, _) = with_ous(&["CI/CD"]);
    let fixture = Fixture::new(spec);
    let (read, _) = select(&fixture, "two", &["--ou", "/CI/CD"]);
    assert_eq!(read, ["800000000000"]);
    let (read, _) = select(&fixture, "one", &["--ou", "/CI%2FCD"]);
    assert_eq!(read, ["900000000000"]);
    let (read, others) = select(&fixture, "but-one", &["--exclude-ou", "/CI%2FCD"]);
    assert!(read.iter().any(|id| id == "800000000000"), "{read:?}");
    assert_eq!(others["900000000000"], "below --exclude-ou /CI%2FCD");

    fixture.write(
        "rule.toml",
        "[[threshold]]\nname = \"pipelines\"\nreason = \"rarely run\"\nou = \"/CI/CD\"\ninactive_after = \"365d\"\n",
    );
    let _ = fixture.scan(&["--config", "rule.toml", "--include", "all", "-o", "rule"]).run().expect_code(0);
    let roles = fixture.table("rule/roles.csv");
    let rare = |account: &str| {
        let row = roles.rows().find(|row| row.get("account_id") == account && row.get("role_name") == "rare");
        row.map(|row| (row.get("ou_path").to_owned(), row.get("status").to_owned())).unwrap()
    };
    assert_eq!(rare("800000000000"), ("/CI/CD".to_owned(), "active".to_owned()));
    assert_eq!(rare("900000000000"), ("/CI%2FCD".to_owned(), "inactive".to_owned()));
}

#[test]
fn a_path_that_is_copied_from_a_report_names_the_same_ou_whatever_its_name_is() {
    let names = [
        "CI/CD",
        "Dev, Test",
        " Sandbox ",
        "..",
        "\\",
        "Z\u{fc}rich \u{1f3d4}\u{fe0f}",
        "=cmd",
        "Uat",
        "uat",
        "100%",
        "%2F",
        "a;=1",
        "\u{202e}evil",
        "say \"hi\"",
        "ou-abcd-12345678",
        "x, ou-abcd-12345678",
    ];
    let (spec, ids) = with_ous(&names);
    let fixture = Fixture::new(spec);
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let accounts = fixture.table("report/accounts.csv");
    for id in ids {
        let row = accounts.rows().find(|row| row.get("account_id") == id).unwrap();
        let path = row.get("ou_path").to_owned();
        // Two in one flag. Neither counts as a part of the other.
        let both = format!("{path},/Sandbox");
        let finished = fixture.scan(&["--dry-run", "--ou", &both]).run().expect_code(0);
        let table = fixture.write("dry-run.csv", finished.stdout);
        let dry = rolesweep_tests::Table::read(&table);
        let read: Vec<String> = dry
            .rows()
            .filter(|row| row.get("decision") == "scan")
            .map(|row| row.get("account_id").to_owned())
            .collect();
        assert_eq!(read, [SANDBOX, &id], "{path}");
    }
}

#[test]
fn a_path_that_fits_two_ous_is_refused_with_their_ids() {
    let mut spec = organization();
    let first = spec.unit("Twin", None);
    let second = format!("{}zz", &first[..first.len() - 2]);
    spec.units.push(UnitSpec { id: second.clone(), name: "Twin".to_owned(), parent: None });
    spec.audited("900000000000", "team").in_unit(&second);
    let fixture = Fixture::new(spec);
    for flag in ["--ou", "--exclude-ou"] {
        let said = fixture.scan(&[flag, "/Twin", "-o", "report"]).run().expect_code(2).stderr;
        assert!(
            said.contains(&first) && said.contains(&second) && said.contains("help: name the OU by its id"),
            "{said}"
        );
    }
    let (read, _) = select(&fixture, "by-id", &["--ou", &second]);
    assert_eq!(read, ["900000000000"]);
    let rule =
        "[[threshold]]\nname = \"twin\"\nreason = \"rare\"\nou = \"/Twin\"\ninactive_after = \"365d\"\n";
    fixture.write("rule.toml", rule);
    let said = fixture.report(&["--config", "rule.toml", "-o", "rule"]).run().expect_code(2).stderr;
    assert!(said.contains(&first) && said.contains(&second), "{said}");
    assert!(said.contains("failed to apply the threshold rule `twin`"), "{said}");
    assert!(!fixture.sandbox.path("rule").exists());
}

/// The small organization with a caller who may assume roles but list nothing.
fn without_a_list() -> OrganizationSpec {
    let mut spec = organization();
    spec.callers[0].policy = Document::allowing(&["sts:AssumeRole"]);
    spec
}

#[test]
fn a_caller_who_may_not_list_names_the_accounts_and_the_scope_says_so() {
    let fixture = Fixture::new(without_a_list());
    fixture.write("accounts.txt", format!("{PROD}\n{SANDBOX}\n"));
    let finished = fixture
        .scan(&["--accounts-file", "accounts.txt", "--concurrency", "1", "-o", "report"])
        .run()
        .expect_code(0);
    assert!(finished.stderr.starts_with("warning: the caller may not list the organization"), "{finished}");
    assert_shown!(fixture.filters(), "named_accounts_only", from(&finished.stderr, "\nOrganization"));
    let accounts = coverage(&fixture.table("report/accounts.csv"));
    assert_eq!(accounts.keys().collect::<Vec<_>>(), [SANDBOX, PROD]);
    assert!(accounts.values().all(|(coverage, _)| coverage == "scanned"), "{accounts:?}");
    let manifest = fixture.manifest("report");
    assert_eq!((&manifest["scope"], &manifest["complete"]), (&json!("named"), &json!(true)));
}

#[test]
fn a_rule_for_an_ou_that_is_not_there_is_a_warning() {
    let fixture = Fixture::new(organization());
    let rule = |ou: &str| {
        format!(
            "[[threshold]]\nname = \"ci\"\nreason = \"rarely run\"\nou = \"{ou}\"\ninactive_after = \"365d\"\n"
        )
    };
    fixture.write("config.toml", rule("/Workloads/Prd"));
    let finished = fixture.scan(&["-o", "typo", "--config", "config.toml"]).run().expect_code(0);
    let warning = "warning: the threshold rule `ci` names the OU `/Workloads/Prd`, which the organization does not have\n  help: ";
    assert!(finished.stderr.contains(warning), "{finished}");
    fixture.write("config.toml", rule("/Workloads/Prod"));
    let finished = fixture.scan(&["-o", "right", "--config", "config.toml"]).run().expect_code(0);
    assert!(!finished.stderr.contains("warning: "), "{finished}");
}
