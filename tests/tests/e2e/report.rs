//! `rolesweep report`: the same facts in another report, without AWS.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fixture::{AS_OF, Fixture, assert_shown, organization, statuses, with_a_denied_account};

/// The account of the caller, which can be read without the audit role.
const OWN: &str = rolesweep_sim::OrganizationSpec::SECURITY;

/// The parts of a manifest that do not depend on the report: all except its own parameters and
/// files.
fn of_the_scan(manifest: &Value) -> Value {
    serde_json::json!([manifest["scan"], manifest["accounts"], manifest["scope"], manifest["limits"]])
}

#[test]
fn a_report_from_the_store_is_the_scans_own_to_the_byte() {
    let fixture = Fixture::new(with_a_denied_account());
    let _ = fixture.scan(&["--include", "all", "-o", "scanned"]).run().expect_code(4);
    let called = fixture.server.counts();
    let _ = fixture.report(&["--include", "all", "--as-of", AS_OF, "-o", "again"]).run().expect_code(4);
    assert_eq!(fixture.server.counts(), called, "a report calls nobody");
    for file in ["roles.csv", "accounts.csv", "manifest.json"] {
        let read = |folder: &str| String::from_utf8(fixture.bytes(&format!("{folder}/{file}"))).unwrap();
        assert_eq!(read("again"), read("scanned"), "{file}");
    }
}

#[test]
fn a_report_is_as_of_the_scans_start_unless_told_otherwise() {
    let fixture = Fixture::new(organization());
    let run = fixture.bare_scan(&["--store", "store.db", "-o", "scanned"]).run();
    let _ = run.expect_code(0);
    let _ = fixture.report(&["-o", "again"]).run().expect_code(0);
    let (scanned, again) = (fixture.manifest("scanned"), fixture.manifest("again"));
    assert_eq!(again["as_of"], scanned["scan"]["started_at"]);
    assert_eq!((&again["as_of"], false), (&scanned["as_of"], again["as_of_set_by_hand"].as_bool().unwrap()));
    assert_eq!(of_the_scan(&scanned), of_the_scan(&again));
    assert_eq!(fixture.bytes("scanned/roles.csv"), fixture.bytes("again/roles.csv"));

    let finished = fixture.report(&["--as-of", AS_OF, "-o", "then"]).run().expect_code(0);
    assert!(finished.stderr.contains(" UTC (set by hand); scan "), "{finished}");
    assert_eq!(fixture.manifest("then")["as_of_set_by_hand"], true);
}

#[test]
fn other_thresholds_change_the_statuses_and_not_the_facts() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["--include", "all", "-o", "scanned"]).run().expect_code(0);
    let judged = |name: &str, flags: &[&str]| {
        let run = fixture.report(&["--include", "all", "--as-of", AS_OF, "-o", name]).args(flags);
        let _ = run.run().expect_code(0);
        let table = fixture.table(&format!("{name}/roles.csv"));
        let statuses = statuses(&table).into_iter().map(|(role, (status, _))| (role, status));
        statuses.collect::<BTreeMap<String, String>>()
    };
    let expected = |pairs: [(&str, &str); 7]| {
        BTreeMap::from(pairs.map(|(role, status)| (role.to_owned(), status.to_owned())))
    };
    let usual = expected([
        ("app", "active"),
        ("batch", "inactive"),
        ("legacy", "unused"),
        ("newcomer", "new"),
        ("old-dev", "unused"),
        ("seasonal", "active"),
        ("toy", "inactive"),
    ]);
    assert_eq!(judged("usual", &[]), usual);
    let changed = |name: &str, flags: &[&str], differences: &[(&str, &str)]| {
        let mut expected = usual.clone();
        expected.extend(differences.iter().map(|(role, status)| ((*role).to_owned(), (*status).to_owned())));
        assert_eq!(judged(name, flags), expected, "{flags:?}");
    };
    changed(
        "strict",
        &["--inactive-after", "30d", "--unused-after", "0d"],
        &[("seasonal", "inactive"), ("newcomer", "unused")],
    );
    // If `--unused-after` is not set, it follows the other. 60 days are not longer than 60 days.
    changed("four-days", &["--inactive-after", "4d"], &[("seasonal", "inactive"), ("newcomer", "unused")]);
    changed("exactly", &["--inactive-after", "60d", "--unused-after", "5d"], &[]);
    changed("lenient", &["--inactive-after", "52w"], &[("batch", "active"), ("toy", "active")]);
    let rule = "[[threshold]]\nname = \"sandboxes\"\nreason = \"cleaned up by hand\"\nou = \"/Sandbox\"\ninactive_after = \"300d\"\n";
    let config = fixture.write("rule.toml", rule);
    changed("rule", &["--config", config.to_str().unwrap()], &[("toy", "active")]);
    let table = fixture.table("rule/roles.csv");
    let toy = table.rows().find(|row| row.get("role_name") == "toy").unwrap();
    assert_eq!((toy.get("threshold_rule"), toy.get("threshold_days")), ("sandboxes", "300"));
}

#[test]
fn an_exempt_role_is_not_a_finding_until_the_exemption_ends() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "scanned"]).run().expect_code(0);
    for (expires, disposition) in [("2026-11-22T12:00:01Z", "exempt"), ("2026-11-22T12:00:00Z", "flagged")] {
        let exemption = format!(
            "[[exemption]]\nrole_arn = \"arn:aws:iam::333333333333:role/batch\"\nowner = \"checkout@example.com\"\napproved_by = \"ciso@example.com\"\n\
             approved_on = 2026-11-01\nreason = \"yearly\"\nexpires = {expires}\n"
        );
        let config = fixture.write(&format!("{disposition}.toml"), exemption);
        let arguments =
            ["--config", config.to_str().unwrap(), "--as-of", AS_OF, "--include", "all", "-o", disposition];
        let _ = fixture.report(&arguments).run().expect_code(0);
        let found = statuses(&fixture.table(&format!("{disposition}/roles.csv")));
        assert_eq!(found["batch"], ("inactive".to_owned(), disposition.to_owned()));
        let table = fixture.table(&format!("{disposition}/roles.csv"));
        let batch = table.rows().find(|row| row.get("role_name") == "batch").unwrap();
        assert_eq!(batch.get("exemption_id"), "arn:aws:iam::333333333333:role/batch");
        assert_eq!(batch.get("exemption_expires"), expires);
        assert_eq!(fixture.manifest(disposition)["counts"]["exemptions"][0]["roles"], 1);
    }
}

#[test]
fn one_exemption_by_name_covers_the_roles_of_every_account_that_its_limit_lets() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "scanned"]).run().expect_code(0);
    let exempt = |name: &str, limit: &str, approved_on: &str| {
        let file = format!(
            "[[exemption]]\nid = \"names\"\nrole_name = [\"bat?h\", \"le*\"]\n{limit}\nowner = \"ann\"\napproved_by = \"bob\"\n\
             approved_on = {approved_on}\nreason = \"yearly\"\nexpires = 2027-01-31\n"
        );
        let config = fixture.write(&format!("{name}.toml"), file);
        let arguments =
            ["--config", config.to_str().unwrap(), "--as-of", AS_OF, "--include", "all", "-o", name];
        let _ = fixture.report(&arguments).run().expect_code(0);
        let found = statuses(&fixture.table(&format!("{name}/roles.csv")));
        let exempt = found.into_iter().filter(|(_, (_, disposition))| disposition == "exempt");
        exempt.map(|(role, _)| role).collect::<Vec<_>>()
    };
    assert_eq!(exempt("trust", "trust_at_most = \"org\"", "2026-11-21"), ["batch", "legacy"]);
    assert_eq!(exempt("ou", "ou = \"/Workloads\"", "2026-11-21"), ["batch", "legacy"]);
    assert_eq!(exempt("elsewhere", "ou = \"/Sandbox\"", "2026-11-21"), [""; 0]);
    assert_eq!(exempt("early", "trust_at_most = \"org\"", "2001-01-01"), [""; 0]);
}

#[test]
fn a_scan_is_named_by_the_beginning_or_end_of_its_id_and_the_newest_is_the_default() {
    let fixture = Fixture::new(organization());
    for folder in ["older", "newer"] {
        let _ = fixture.scan(&["-o", folder]).run().expect_code(0);
    }
    let id = |folder: &str| fixture.manifest(folder)["scan"]["id"].as_str().unwrap().to_owned();
    let (older, newer) = (id("older"), id("newer"));
    let end = &older[older.len() - 8..];
    for (number, (arguments, expected)) in
        [(vec!["--scan", end], &older), (vec!["--scan", &newer], &newer), (vec![], &newer)]
            .into_iter()
            .enumerate()
    {
        let folder = format!("report-{number}");
        let _ = fixture.report(&arguments).args(["-o", &folder]).run().expect_code(0);
        assert_eq!(id(&folder), *expected);
    }
    let refused = fixture.report(&["--scan", "no-such-scan"]).run().expect_code(2);
    assert_shown!(
        [fixture.filters(), vec![(r"of \d{4}-\S+Z".to_owned(), "of [time]".to_owned())]].concat(),
        "a_scan_that_is_not_there",
        refused.stderr
    );
    let ambiguous = fixture.report(&["--scan", &older[..4]]).run().expect_code(2);
    assert!(ambiguous.stderr.contains("--scan: 2 scans have an id that begins or ends with"), "{ambiguous}");
    assert!(ambiguous.stderr.contains(&older) && ambiguous.stderr.contains(&newer), "{ambiguous}");
    let empty = fixture.report(&["--scan", ""]).run().expect_code(2);
    assert!(empty.stderr.starts_with("error: --scan: the id is empty"), "{empty}");
}

#[test]
fn a_failed_attempt_and_a_trial_of_one_account_do_not_replace_the_scan_before() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "whole"]).run().expect_code(0);
    let whole = fixture.manifest("whole")["scan"]["id"].as_str().unwrap().to_owned();
    for (name, flags, code, why) in [
        ("trial", vec!["--accounts", crate::fixture::PROD], 0, "its scope is narrower (part)"),
        (
            "failed",
            vec!["--role-name", "NoSuchRole", "--exclude-accounts", OWN],
            1,
            "no account of it was read",
        ),
    ] {
        let _ = fixture.scan(&["-o", name]).args(&flags).run().expect_code(code);
        let newer = fixture.manifest(name)["scan"]["id"].as_str().unwrap().to_owned();
        let folder = format!("after-{name}");
        let finished = fixture.report(&["-o", &folder]).run().expect_code(0);
        assert_eq!(fixture.manifest(&folder)["scan"]["id"], whole.as_str());
        assert!(finished.stderr.contains(&format!("scan {whole}")), "{finished}");
        let note = finished.stderr.lines().find(|line| line.starts_with("warning: the newer scan")).unwrap();
        assert!(note.contains(&newer) && note.contains(why), "{note}");
    }
    let listed = fixture.sandbox.rolesweep(["scans", "--store", "store.db"]).run().expect_code(0);
    let listed = String::from_utf8(listed.stdout).unwrap();
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["#", "began", "state", "findings", "change", "complete"]);
    let scans: Vec<_> = rows[1..].chunks(3).collect();
    let told: Vec<[&str; 6]> = scans
        .iter()
        .map(|scan| [scan[0][0], scan[0][3], scan[1][1], scan[0][4], scan[0][5], scan[0][6]])
        .collect();
    assert_eq!(
        told,
        [
            ["3", "finished", "part", "0", "-", "no"],
            ["2", "finished", "part", "2", "-", "yes"],
            ["1", "finished", "organization", "4", "-", "yes"]
        ]
    );
    assert_eq!(scans[2][1][0], whole);
    assert_eq!(scans[2][2], ["5", "scanned,", "1", "not", "active"]);
    assert!(listed.lines().all(|line| line.len() <= 80), "{listed}");

    let json =
        fixture.sandbox.rolesweep(["scans", "--store", "store.db", "--format", "json"]).run().expect_code(0);
    let lines: Vec<Value> = json
        .stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[2]["id"], &lines[2]["coverage"]["scanned"]), (&whole.as_str().into(), &5.into()));
}

#[test]
fn without_a_store_a_report_says_where_it_looked() {
    let fixture = Fixture::new(organization());
    let run = fixture.sandbox.rolesweep(["report"]).run().expect_code(1);
    assert_shown!(fixture.filters(), "no_store_at_all", run.stderr);
    let run = fixture.report(&[]).run().expect_code(1);
    assert_shown!(fixture.filters(), "no_store_of_that_name", run.stderr);
    assert_eq!(fixture.contents().len(), 0);
}

#[test]
fn a_report_never_replaces_another() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let before = fixture.contents();
    let refused = fixture.report(&["-o", "report", "--inactive-after", "1d"]).run().expect_code(1);
    assert_shown!(fixture.filters(), "a_folder_that_holds_a_report", refused.stderr);
    assert_eq!(fixture.contents(), before);
}
