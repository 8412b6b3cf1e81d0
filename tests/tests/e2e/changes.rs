//! Every report compared with an earlier scan.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rolesweep_sim::{Document, OrganizationSpec, RoleSpec};
use rolesweep_tests::{Run, Server, Table};
use serde_json::Value;

use crate::fixture::{DEV, Fixture, PROD, SANDBOX};

/// An account that joins before the second scan.
const JOINED: &str = "888888888888";
/// An account that moves to another OU before the second scan.
const MOVING: &str = "777777777777";

/// A role of each change, as the two scans see it. The names say what becomes of them. Last uses are
/// counted from `now`, which is the same for both.
fn organization(now: Timestamp, is_later: bool) -> OrganizationSpec {
    let ago = |days: i64| now - SignedDuration::from_hours(24 * days);
    let role = |name: &str, used: i64| RoleSpec::new(name, ago(700)).used(ago(used));
    let either = |before: i64, after: i64| if is_later { after } else { before };
    let outside = || Document::trusting(&["arn:aws:iam::999999999999:root"]);
    let mut spec = OrganizationSpec::new(3, Timestamp::now());
    let prod = spec.audited(PROD, "checkout-prod");
    prod.role(role("active", 3)).role(role("still_idle", 200)).role(role("used_again", either(200, 1)));
    let raised = role("severity_raised", 200).attach("arn:aws:iam::aws:policy/AdministratorAccess");
    let opened = role("wide-opened", 200);
    let mut again = role("recreated", 200);
    let (kept, moved) = (role("no_longer_listed", 200), role("newly_idle", 200));
    if is_later {
        again.incarnation = 1;
        prod.role(raised.trusting(outside())).role(opened.trusting(outside())).role(again);
        prod.role(kept.tag("season", "summer")).role(moved);
        spec.audited(JOINED, "joined").role(role("joined", 300));
    } else {
        prod.role(raised).role(opened).role(again).role(kept);
        prod.role(moved.tag("season", "summer")).role(role("gone", 200));
        spec.audited(SANDBOX, "left").role(role("left", 300));
    }
    // An account that moves into an OU whose roles are kept.
    let unit = spec.unit("Kept", None);
    let moving = spec.audited(MOVING, "moving").role(role("newly_exempt", 200));
    if is_later {
        moving.in_unit(&unit);
    }
    let old = role("not_comparable", 300);
    if is_later {
        spec.account(DEV, "checkout-dev").role(old);
    } else {
        spec.audited(DEV, "checkout-dev").role(old);
    }
    spec
}

/// Settings under which a role can be exempt in one scan and not in the other.
fn settings() -> String {
    let today = Timestamp::now();
    let day = |days: i64| (today + SignedDuration::from_hours(24 * days)).to_string()[..10].to_owned();
    let terms = |id: &str| {
        format!(
            "[[exemption]]\nid = \"{id}\"\nowner = \"ann@example.com\"\napproved_by = \"bob@example.com\"\n\
             approved_on = {}\nreason = \"kept for the audit\"\nexpires = {}\n",
            day(-2),
            day(100)
        )
    };
    format!(
        "[[threshold]]\nname = \"seasonal\"\nreason = \"used in summer\"\ntag = \"season\"\ninactive_after = \"390d\"\n\n\
         {}role_name = \"wide-*\"\ntrust_at_most = \"local\"\n\n{}ou = [\"/Kept\"]\n",
        terms("wide"),
        terms("kept")
    )
}

/// A sandbox with the first scan, and the organization as the second one sees it.
fn scanned_once() -> Fixture {
    let now = Timestamp::now();
    let before = Fixture::new(organization(now, false));
    before.write("settings.toml", settings());
    let _ = scan(&before, "before", &[]).run().expect_code(0);
    let Fixture { sandbox, .. } = before;
    Fixture { server: Server::serve(organization(now, true).build().unwrap()), sandbox }
}

fn scan(fixture: &Fixture, folder: &str, arguments: &[&str]) -> Run {
    let run = fixture.bare_scan(&["--store", "store.db", "--config", "settings.toml", "-o", folder]);
    run.args(arguments)
}

fn report(fixture: &Fixture, folder: &str, arguments: &[&str]) -> Run {
    fixture.report(&["--config", "settings.toml", "--allow-partial", "-o", folder]).args(arguments)
}

/// What became of each role, by name.
fn changes(table: &Table) -> BTreeMap<String, String> {
    let named = table.rows().map(|row| (row.get("role_name").to_owned(), row.get("change").to_owned()));
    named.filter(|(_, change)| !change.is_empty()).collect()
}

#[test]
fn a_report_says_of_each_role_what_became_of_it_as_diff_does() {
    let fixture = scanned_once();
    assert_eq!(fixture.table("before/changes.csv").rows().len(), 0, "nothing to compare with");
    assert_eq!(changes(&fixture.table("before/roles.csv")), BTreeMap::new());
    assert_eq!(fixture.manifest("before")["previous"], Value::Null);

    let scanned = scan(&fixture, "after", &["--include", "all"]).run().expect_code(4);
    let all = changes(&fixture.table("after/changes.csv"));
    for (name, change) in &all {
        let expected = match name.as_str() {
            "wide-opened" => "exemption_expired",
            "joined" | "left" => "not_comparable",
            name => name,
        };
        assert_eq!(change, expected, "{name}");
    }
    let known = rolesweep_assess::Change::ALL;
    for change in known {
        assert!(all.values().any(|found| found == change.as_str()), "{change}: {all:?}");
    }
    assert_eq!(all.len(), known.len() + 2);

    // The rows of the later scan's roles say the same.
    let later: BTreeMap<_, _> =
        all.iter().filter(|(name, _)| !["gone", "left", "not_comparable"].contains(&name.as_str())).collect();
    assert_eq!(changes(&fixture.table("after/roles.csv")).iter().collect::<BTreeMap<_, _>>(), later);

    // `diff` has the very same table.
    let diff = fixture.sandbox.rolesweep(["diff", "--store", "store.db", "--config", "settings.toml"]);
    let diff = diff.args(["--format", "csv"]).run().expect_code(0);
    let table = String::from_utf8(fixture.bytes("after/changes.csv")).unwrap();
    assert_eq!(table.strip_prefix('\u{feff}').unwrap(), diff.stdout_text());

    // The counts say the same, for people and for programs.
    let before = fixture.manifest("before")["scan"]["id"].as_str().unwrap().to_owned();
    let manifest = fixture.manifest("after");
    let previous = &manifest["previous"];
    assert_eq!(previous["scan_id"], before.as_str());
    assert_eq!(previous["as_of"], fixture.manifest("before")["as_of"]);
    for change in known {
        let counted = all.values().filter(|found| *found == change.as_str()).count();
        assert_eq!(previous["changes"][change.as_str()], counted, "{change}");
    }
    // Newly idle, recreated, joined, and no longer exempt.
    assert_eq!(previous["new_findings"], 4);
    assert_eq!(
        previous["raised_by_severity"]["critical"].as_u64().unwrap()
            + previous["raised_by_severity"]["high"].as_u64().unwrap(),
        1
    );
    assert!(scanned.stderr.contains(&format!("(scan {})", &before[before.len() - 8..])), "{scanned}");
    let words = scanned.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["1 newly idle", "1 severity raised", "1 used again", "1 gone", "3 not comparable"] {
        assert!(words.contains(part), "{part}: {scanned}");
    }
    let json = report(&fixture, "json", &["--summary", "json"]).run().expect_code(0);
    let record: Value = serde_json::from_str(json.stdout_text()).unwrap();
    assert_eq!(&record["assessment"]["previous"], previous);
}

#[test]
fn new_findings_have_an_exit_code_of_their_own() {
    let fixture = scanned_once();
    // Without an earlier scan, every finding is new.
    let first = report(&fixture, "first", &["--fail-on", "new"]).run().expect_code(3);
    assert!(
        first.stderr.contains("findings, and no earlier scan to compare with, and `--fail-on new`"),
        "{first}"
    );
    let _ = scan(&fixture, "after", &["--allow-partial"]).run().expect_code(0);
    let new = report(&fixture, "new", &["--fail-on", "new"]).run().expect_code(3);
    assert!(new.stderr.contains("there are 4 findings that the scan "), "{new}");
    let high = report(&fixture, "high", &["--fail-on", "new-high"]).run().expect_code(3);
    assert!(high.stderr.contains("that counts as high or worse, and did not in the scan "), "{high}");

    // The same again: as many findings, and none is new. What could not be compared before is not new
    // now, because both scans lack it.
    let _ = scan(&fixture, "again", &["--allow-partial"]).run().expect_code(0);
    let again = report(&fixture, "same", &["--fail-on", "new"]).run().expect_code(0);
    assert!(again.stderr.contains("still idle"), "{again}");
    let _ = report(&fixture, "same-high", &["--fail-on", "new-high"]).run().expect_code(0);
    let _ = report(&fixture, "findings", &["--fail-on", "findings"]).run().expect_code(3);
    let manifest = fixture.manifest("same");
    assert_eq!(manifest["previous"]["new_findings"], 0);
    assert_eq!(
        manifest["previous"]["changes"]["still_idle"],
        manifest["counts"]["roles"]["by_disposition"]["flagged"]
    );
    assert_eq!(
        changes(&fixture.table("again/changes.csv")).values().filter(|it| *it != "still_idle").count(),
        0
    );
}

#[test]
fn findings_that_come_back_with_a_setting_are_new_for_an_alert() {
    let fixture = scanned_once();
    let loose = ["--allow-partial", "--inactive-after", "399d", "--fail-on", "new"];
    let _ = scan(&fixture, "loose", &loose).run();
    let back = scan(&fixture, "back", &["--allow-partial", "--fail-on", "new"]).run().expect_code(3);
    assert!(back.stderr.contains("that changed settings added since the report on the scan "), "{back}");
    let _ = scan(&fixture, "same", &["--allow-partial", "--fail-on", "new"]).run().expect_code(0);
}

#[test]
fn somebody_may_choose_the_earlier_scan_or_none() {
    let fixture = scanned_once();
    let _ = scan(&fixture, "after", &["--allow-partial"]).run().expect_code(0);
    let _ = scan(&fixture, "again", &["--allow-partial"]).run().expect_code(0);
    let id = |folder: &str| fixture.manifest(folder)["scan"]["id"].as_str().unwrap().to_owned();
    let (before, after) = (id("before"), id("after"));
    assert_eq!(fixture.manifest("again")["previous"]["scan_id"], after.as_str());

    let _ = report(&fixture, "first", &["--compare-to", &before]).run().expect_code(0);
    assert_eq!(fixture.manifest("first")["previous"]["scan_id"], before.as_str());
    let _ = report(&fixture, "none", &["--compare-to", "none"]).run().expect_code(0);
    assert_eq!(fixture.manifest("none")["previous"], Value::Null);
    assert_eq!(fixture.table("none/changes.csv").rows().len(), 0);
    let table = fixture.bytes("again/roles.csv");
    assert_ne!(fixture.bytes("none/roles.csv"), table, "the column is empty");

    let said = |arguments: &[&str], message: &str| {
        let refused = report(&fixture, "refused", arguments).run().expect_code(2);
        assert!(refused.stderr.contains(message), "{message}: {refused}");
    };
    said(&["--compare-to", "nope"], "`--compare-to nope`: the store ");
    said(&["--compare-to", "2001-01-01"], "`--compare-to 2001-01-01`: no finished scan began by the end of");
    said(&["--compare-to", &id("again")], "is not earlier than the scan");
    said(
        &["--compare-to", "none", "--fail-on", "new"],
        "`--compare-to none` forbids the comparison that `--fail-on new` needs",
    );

    // A scan of one account has other accounts than those before it.
    let part = scan(&fixture, "part", &["--accounts", PROD]).run().expect_code(0);
    assert!(part.stderr.contains("compared with no earlier scan: none on the same accounts"), "{part}");
    assert_eq!(fixture.manifest("part")["previous"], Value::Null);
    let scans = fixture.sandbox.rolesweep(["scans", "--store", "store.db", "--format", "json"]);
    let listed = scans.run().expect_code(0).stdout_text().lines().count();
    let refused =
        scan(&fixture, "refused", &["--accounts", PROD, "--compare-to", &after]).run().expect_code(2);
    assert!(refused.stderr.contains("are not on the same accounts"), "{refused}");
    let scans = fixture.sandbox.rolesweep(["scans", "--store", "store.db", "--format", "json"]);
    assert_eq!(scans.run().expect_code(0).stdout_text().lines().count(), listed, "it did not begin");
}
