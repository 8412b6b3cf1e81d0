//! The rules, their pages, and the roles of the demo agree.

use std::collections::{BTreeMap, BTreeSet};

use rolesweep_sim::{Document, RoleSpec};
use rolesweep_tests::{Table, list, sandbox};

use crate::fixture::{AS_OF, Fixture, PROD, days_ago, organization};

/// What only a scan without a list of the organization can find, which is not so for the demo.
const WITHOUT_A_LIST: &str = "trust-membership-unknown";

/// The rules on the use of a role, by status. They have no column of codes.
const BY_STATUS: [(&str, &str); 3] =
    [("inactive", "inactive-role"), ("unused", "unused-role"), ("unknown", "last-use-not-collected")];

fn codes(table: &Table) -> BTreeSet<String> {
    let statuses = BTreeMap::from(BY_STATUS);
    let mut found = BTreeSet::new();
    for row in table.rows() {
        let codes = list(row.get("risk_codes"));
        found.extend(codes.iter().map(|code| code.split(':').next().unwrap_or(code).to_owned()));
        found.extend(statuses.get(row.get("status")).map(|code| (*code).to_owned()));
    }
    found
}

#[test]
fn every_rule_has_a_role_in_the_demo_and_every_code_in_the_demo_is_a_rule() {
    let sandbox = sandbox!();
    let run = sandbox.rolesweep(["scan", "--demo", "--as-of", AS_OF, "--store", "demo.db", "-o", "report"]);
    let _ = run.run().expect_code(0);
    let mut found = codes(&Table::read(&sandbox.path("report/roles.csv")));
    assert!(found.insert(WITHOUT_A_LIST.to_owned()));
    let listed = sandbox.rolesweep(["rules"]).run().expect_code(0);
    let rules: BTreeSet<String> = listed
        .stdout_text()
        .lines()
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?.split(' ').next())
        .map(str::to_owned)
        .collect();
    let without_role: Vec<_> = rules.difference(&found).collect();
    let without_rule: Vec<_> = found.difference(&rules).collect();
    assert!(without_role.is_empty() && without_rule.is_empty(), "{without_role:?} {without_rule:?}");
}

#[test]
fn without_a_list_of_the_organization_another_account_may_be_outside() {
    let mut spec = organization();
    let trust = Document::trusting(&["arn:aws:iam::888888888888:root"]);
    let role = RoleSpec::new("partner", days_ago(900)).trusting(trust);
    spec.accounts.iter_mut().find(|account| account.id == PROD).unwrap().role(role);
    for (may_list, expected) in [(true, "trust-external-open"), (false, WITHOUT_A_LIST)] {
        let mut spec = spec.clone();
        if !may_list {
            spec.callers[0].policy = Document::allowing(&["sts:AssumeRole"]);
        }
        let fixture = Fixture::new(spec);
        let _ = fixture.scan(&["--accounts", PROD, "-o", "report"]).run().expect_code(0);
        let table = fixture.table("report/roles.csv");
        let row = table.rows().find(|row| row.get("role_name") == "partner").unwrap();
        assert!(list(row.get("risk_codes")).contains(&expected.to_owned()), "{}", row.get("risk_codes"));
        assert!(row.get("external_accounts").starts_with("888888888888"));
    }
}

#[test]
fn the_value_of_an_external_id_is_in_no_file() {
    // One of the demo's accounts asks for it, and its roles cannot be read. Others' trust policies
    // have external ids, too.
    let sandbox = sandbox!();
    let run = sandbox.rolesweep(["scan", "--demo", "--as-of", AS_OF, "--include", "all", "-o", "report"]);
    let finished = run.env("XDG_DATA_HOME", sandbox.path("data")).run().expect_code(0);
    let world = rolesweep_sim::demo(crate::fixture::as_of(), 7);
    let secrets: BTreeSet<String> = world
        .account_ids()
        .flat_map(|id| world.truth(&id))
        .filter_map(|role| {
            let rest = role.trust.split_once(r#""sts:ExternalId":""#)?.1.to_owned();
            rest.split_once('"').map(|(value, _)| value.to_owned())
        })
        .collect();
    assert!(!secrets.is_empty(), "no role of the demo asks for an external id");
    let csv = std::fs::read_to_string(sandbox.path("report/roles.csv")).unwrap();
    for secret in secrets {
        assert!(!csv.contains(&secret) && !finished.stderr.contains(&secret), "{secret}");
    }
}
