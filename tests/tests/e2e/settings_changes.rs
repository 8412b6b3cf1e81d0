//! What changed in the settings since the report before: a threshold that was raised does not look
//! like roles that were cleaned up.

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::fixture::{Fixture, PROD, organization};

/// An exemption by a name in one account, and a rule.
const OTHER_SETTINGS: &str = r#"
[assess]
inactive_after = "365d"

[[exemption]]
id = "legacy"
role_name = ["legacy"]
account = ["333333333333"]
reason = "runs the closing of the year"
owner = "ann@example.com"
approved_by = "bob@example.com"
approved_on = 2026-11-20
expires = 2027-02-01

[[threshold]]
name = "toys"
reason = "short-lived"
role_name = ["toy"]
inactive_after = "30d"
"#;

/// The findings of a report in this folder.
fn findings(fixture: &Fixture, folder: &str) -> BTreeSet<String> {
    let table = fixture.table(&format!("{folder}/roles.csv"));
    let flagged = table.rows().filter(|row| row.get("disposition") == "flagged");
    flagged.map(|row| row.get("role_arn").to_owned()).collect()
}

fn hash(fixture: &Fixture, folder: &str) -> String {
    let digest = Sha256::digest(fixture.bytes(&format!("{folder}/manifest.json")));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The effect of the change of this kind.
fn effect(changes: &Value, kind: &str) -> (u64, u64) {
    let found: Vec<&Value> =
        changes["changes"].as_array().unwrap().iter().filter(|change| change["kind"] == kind).collect();
    let [change] = found.as_slice() else { panic!("{kind}: {changes}") };
    (change["findings_added"].as_u64().unwrap(), change["findings_removed"].as_u64().unwrap())
}

#[test]
fn each_change_has_the_findings_that_two_real_reports_differ_by() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "first"]).run().expect_code(0);
    fixture.write("other.toml", OTHER_SETTINGS);
    let finished = fixture.scan(&["--config", "other.toml", "-o", "second"]).run().expect_code(0);
    let manifest = fixture.manifest("second");
    let changes = &manifest["settings_changes"];
    assert_eq!(changes["scan_id"], fixture.manifest("first")["scan"]["id"]);
    assert_eq!(changes["changes"].as_array().unwrap().len(), 3, "{changes}");

    // The same scan, reported on with each part of the settings put back.
    let now = findings(&fixture, "second");
    let with = |name: &str, settings: &str| {
        fixture.write(&format!("{name}.toml"), settings);
        let run = fixture.report(&["--as-of", crate::fixture::AS_OF, "--config"]);
        let _ = run.args([format!("{name}.toml"), "-o".to_owned(), name.to_owned()]).run().expect_code(0);
        let then = findings(&fixture, name);
        (now.difference(&then).count() as u64, then.difference(&now).count() as u64)
    };
    let (head, rest) = OTHER_SETTINGS.split_once("[[exemption]]").unwrap();
    let (exemption, rule) = rest.split_once("[[threshold]]").unwrap();
    let threshold = with("threshold", &OTHER_SETTINGS.replace("\"365d\"", "\"90d\""));
    assert_eq!(effect(changes, "threshold"), threshold);
    assert_eq!(threshold, (0, 1), "batch was used 120 days ago; the rule has the toy, and legacy is exempt");
    assert_eq!(effect(changes, "exemption"), with("exemption", &format!("{head}[[threshold]]{rule}")));
    assert_eq!(effect(changes, "threshold_rule"), with("rule", &format!("{head}[[exemption]]{exemption}")));
    let all = (changes["findings_added"].as_u64().unwrap(), changes["findings_removed"].as_u64().unwrap());
    assert_eq!(all, with("all", ""));

    for line in [
        "3 changes since the report on scan ",
        "threshold 90d → 365d: 1 fewer finding",
        "threshold rule `toys` added: 1 more finding",
        "exemption `legacy` added: 1 fewer finding",
    ] {
        assert!(finished.stderr.contains(line), "{line}: {finished}");
    }
    let listed = fixture.sandbox.rolesweep(["scans", "--store", "store.db"]).run().expect_code(0);
    let listed = listed.stdout_text();
    assert!(listed.contains("-2 *  yes") && listed.contains("2    threshold 90d → 365d; "), "{listed}");
    let json = fixture.report(&["--config", "other.toml", "-o", "again", "--summary", "json"]).run();
    let record: Value = serde_json::from_slice(&json.expect_code(0).stdout).unwrap();
    assert_eq!(&record["assessment"]["settings_changes"], changes);
}

#[test]
fn the_same_settings_are_no_change() {
    let fixture = Fixture::new(organization());
    for folder in ["first", "second"] {
        let finished = fixture.scan(&["-o", folder]).run().expect_code(0);
        assert!(!finished.stderr.contains("Settings  "), "{finished}");
    }
    assert_eq!(fixture.manifest("first")["settings_changes"], Value::Null);
    assert_eq!(fixture.manifest("second")["settings_changes"]["changes"], Value::Array(vec![]));
}

#[test]
fn every_report_of_a_scan_links_to_the_manifest_that_was_published_before() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "first"]).run().expect_code(0);
    assert!(fixture.manifest("first")["previous_manifest"]["missing"].is_string());
    // A later report on the first scan is not the one that was published.
    let _ = fixture.report(&["-o", "first-again", "--include", "all"]).run().expect_code(0);
    let _ = fixture.scan(&["-o", "second"]).run().expect_code(0);
    let second = fixture.manifest("second");
    assert_eq!(second["previous_manifest"]["sha256"], hash(&fixture, "first"));
    assert_eq!(second["previous_manifest"]["scan_id"], fixture.manifest("first")["scan"]["id"]);
    // A scan of other accounts is not in the chain.
    let _ = fixture.scan(&["-o", "part", "--accounts", PROD]).run().expect_code(0);
    let part = fixture.manifest("part");
    assert!(
        part["previous_manifest"]["missing"].as_str().unwrap().contains("on the same accounts"),
        "{part}"
    );
    let changes = part["settings_changes"]["changes"].as_array().unwrap();
    let kinds: Vec<&Value> = changes.iter().map(|change| &change["kind"]).collect();
    assert_eq!(kinds, ["selection"], "that accounts are left out is a change");
    let _ = fixture.scan(&["-o", "third", "--inactive-after", "30d"]).run().expect_code(0);
    assert_eq!(fixture.manifest("third")["previous_manifest"]["sha256"], hash(&fixture, "second"));

    let id = second["scan"]["id"].as_str().unwrap();
    let _ = fixture.report(&["--scan", id, "-o", "second-again"]).run().expect_code(0);
    assert_eq!(fixture.manifest("second-again")["previous_manifest"], second["previous_manifest"]);
    // The first scan goes, and the chain stays.
    let prune = ["scans", "prune", "--store", "store.db", "--keep-last", "2", "--yes"];
    let _ = fixture.sandbox.rolesweep(prune).run().expect_code(0);
    let _ = fixture.report(&["--scan", id, "-o", "second-later"]).run().expect_code(0);
    let later = fixture.manifest("second-later");
    assert_eq!(later["previous_manifest"], second["previous_manifest"]);
    assert_eq!(later["settings_changes"], fixture.manifest("second-again")["settings_changes"]);
}

#[test]
fn a_report_on_stdout_publishes_no_manifest_and_the_next_one_says_so() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "-"]).run().expect_code(0);
    let _ = fixture.scan(&["-o", "second"]).run().expect_code(0);
    let previous = fixture.manifest("second")["previous_manifest"].clone();
    assert!(previous["scan_id"].is_string() && previous["sha256"].is_null(), "{previous}");
    assert_eq!(previous["missing"], "its report went to stdout, without a manifest");
    assert!(fixture.manifest("second")["settings_changes"].is_object(), "its settings are recorded");
}
