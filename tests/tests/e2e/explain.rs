//! `rolesweep explain` and `rolesweep rules`.

use serde_json::Value;

use crate::fixture::{AS_OF, DEV, Fixture, PROD, assert_shown, organization, with_a_denied_account};

/// A fixture whose store has a scan.
fn scanned() -> Fixture {
    let fixture = Fixture::new(with_a_denied_account());
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(4);
    fixture
}

fn explain(fixture: &Fixture, arguments: &[&str]) -> rolesweep_tests::Run {
    fixture.sandbox.rolesweep(["explain", "--store", "store.db", "--as-of", AS_OF]).args(arguments)
}

#[test]
fn a_role_is_explained_without_aws() {
    let fixture = scanned();
    let shown = explain(&fixture, &["legacy"]).run().expect_code(0);
    assert_shown!(fixture.filters(), "explain_unused", shown.stdout_text());
    let batch = explain(&fixture, &["batch"]).run().expect_code(0);
    assert_shown!(fixture.filters(), "explain_inactive", batch.stdout_text());
    let active = explain(&fixture, &["app"]).run().expect_code(0);
    assert_shown!(fixture.filters(), "explain_active", active.stdout_text());
    let protected =
        explain(&fixture, &[&format!("arn:aws:iam::{PROD}:role/RolesweepAudit")]).run().expect_code(0);
    assert!(protected.stdout_text().contains("protected by the rule audit-role"), "{protected}");
}

#[test]
fn an_explanation_for_programs_has_what_the_report_has() {
    let fixture = scanned();
    let table = fixture.table("report/roles.csv");
    for row in table.rows() {
        let told = explain(&fixture, &[row.get("role_arn"), "--format", "json"]).run().expect_code(0);
        let told: Value = serde_json::from_str(told.stdout_text()).unwrap();
        assert_eq!(told["role_id"], row.get("role_id"));
        assert_eq!(told["status"]["status"], row.get("status"));
        assert_eq!(told["disposition"]["reason"], row.get("disposition_reason"));
        assert_eq!(told["trust"], row.get("trust"));
        let idle = told["status"]["idle_seconds"].as_i64().unwrap() / 86_400;
        assert_eq!(idle.to_string(), row.get("idle_days"));
    }
    assert!(table.rows().count() > 3);
}

#[test]
fn an_exemption_that_was_printed_takes_the_role_off_the_list() {
    let fixture = scanned();
    let shown = explain(&fixture, &["legacy"]).run().expect_code(0);
    let lines = shown.stdout_text().lines().map(str::trim);
    let lines: Vec<&str> = lines.skip_while(|line| *line != "[[exemption]]").take(7).collect();
    let file = fixture.write("exempt.toml", lines.join("\n"));
    let refused = explain(&fixture, &["legacy", "--config", file.to_str().unwrap()]).run().expect_code(2);
    assert!(
        refused.stderr.contains("exemption.owner: `WHO ANSWERS FOR IT` is still the placeholder"),
        "{refused}"
    );
    let filled = lines.join("\n").replace("WHO ANSWERS FOR IT", "ann").replace("SOMEBODY ELSE", "bob");
    let filled = filled.replace("THE DAY OF THE APPROVAL", "2026-11-20");
    let file = fixture.write("exempt.toml", filled.replace("WHY IT HAS TO STAY", "the yearly test needs it"));
    let exempt = explain(&fixture, &["legacy", "--config", file.to_str().unwrap()]).run().expect_code(0);
    assert!(exempt.stdout_text().contains("Disposition   exempt"), "{exempt}");
    assert!(exempt.stdout_text().contains("It is not a finding"), "{exempt}");
}

#[test]
fn a_role_that_cannot_be_told_is_a_mistake_with_a_remedy() {
    let fixture = scanned();
    for (role, code, said) in [
        ("RolesweepAudit", 2, &["5 roles have the name `RolesweepAudit`", PROD, DEV][..]),
        (
            "legcy",
            1,
            &["the scan has no role `legcy`", "did you mean `legacy`?", "1 account was not fully read"],
        ),
        (
            "arn:aws:iam::777777777777:role/erp",
            1,
            &["account 777777777777 (acquired-erp) was not read: it is denied"],
        ),
        ("arn:aws:iam::999999999999:role/erp", 1, &["the scan has no account 999999999999"]),
        (
            "arn:aws:iam::333333333333:user/ana",
            2,
            &["does not name a role", "help: name the role by its ARN"],
        ),
        ("", 2, &["does not name a role"]),
        ("\u{1b}[2J", 1, &["the scan has no role `\u{fffd}[2J`"]),
    ] {
        let refused = explain(&fixture, &[role]).run().expect_code(code);
        assert!(said.iter().all(|said| refused.stderr.contains(said)), "{role}: {refused}");
        assert!(refused.stdout.is_empty() && refused.stderr.contains("help: "), "{role}: {refused}");
    }
}

#[test]
fn without_a_store_there_is_nothing_to_explain() {
    let fixture = Fixture::new(organization());
    let refused = explain(&fixture, &["legacy"]).run().expect_code(1);
    assert!(refused.stderr.contains("there is no store at store.db: run a scan first"), "{refused}");
}

#[test]
fn rules_are_listed_and_each_has_its_page() {
    let fixture = Fixture::new(organization());
    let listed = fixture.sandbox.rolesweep(["rules"]).run().expect_code(0);
    let codes: Vec<&str> = listed
        .stdout_text()
        .lines()
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?.split(' ').next())
        .collect();
    assert!(codes.contains(&"unused-role"), "{codes:?}");
    for code in codes {
        let page = fixture.sandbox.rolesweep(["rules", code]).run().expect_code(0);
        for heading in
            ["## Check it by hand", "## Remedy it", "## Prevent it", "## Controls that it supports"]
        {
            assert!(page.stdout_text().contains(heading), "{code}: {page}");
        }
    }
    let refused = fixture.sandbox.rolesweep(["rules", "unused-rol"]).run().expect_code(2);
    assert!(refused.stderr.contains("did you mean `unused-role`?"), "{refused}");
}
