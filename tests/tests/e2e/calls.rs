//! The calls to AWS: as few as promised, none outside the read list, and as many as the manifest
//! says.

use std::collections::{BTreeMap, BTreeSet};

use rolesweep_scan::operation::Operation;
use rolesweep_sim::{Counts, DemoFacts, OrganizationSpec, RoleSpec, demo};
use serde_json::Value;

use crate::fixture::{self, Fixture, as_of, days_ago};

const FACTS: DemoFacts = DemoFacts::ALL;
const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// The actions that the simulator counted for an account, with their counts. Those that read AWS's
/// policies are made once for all accounts.
fn for_account(counts: &Counts, account: &str) -> BTreeMap<String, u64> {
    counts
        .iter()
        .filter(|(operation, of, _)| {
            *of == account
                && !operation.starts_with("iam:GetPolicy")
                && (operation.starts_with("iam:") || *operation == "sts:AssumeRole")
        })
        .map(|(operation, _, tally)| (operation.to_owned(), tally.total()))
        .collect()
}

/// The same, from the manifest.
fn by_manifest(entry: &Value) -> BTreeMap<String, u64> {
    let calls = entry["calls"].as_object().into_iter().flatten();
    calls.map(|(operation, count)| (operation.clone(), count.as_u64().unwrap())).collect()
}

#[test]
fn a_scan_of_the_demo_calls_what_it_has_to_and_says_how_often() {
    let fixture = Fixture::of(demo(as_of(), 7));
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/demo.toml");
    let _ = fixture.scan(&["--config", config, "-o", "report"]).run().expect_code(0);
    let counts = fixture.server.counts();

    let allowed: BTreeSet<&str> = Operation::ALL.map(Operation::action).into();
    let called: BTreeSet<&str> = counts.operations().into_keys().collect();
    assert!(called.is_subset(&allowed), "outside the read list: {:?}", called.difference(&allowed));

    let manifest = fixture.manifest("report");
    let entries = manifest["accounts"].as_array().unwrap();
    assert_eq!(entries.len(), FACTS.accounts);
    for entry in entries {
        let id = entry["account_id"].as_str().unwrap();
        let calls = for_account(&counts, id);
        assert_eq!(by_manifest(entry), calls, "{id}");
        let is_active = FACTS.not_active.iter().all(|(known, _)| *known != id);
        let assumed = calls.get("sts:AssumeRole").copied().unwrap_or_default();
        assert_eq!(assumed, u64::from(is_active), "{id}");
        let beyond: Vec<&String> =
            calls.keys().filter(|name| *name != "sts:AssumeRole" && *name != DETAILS).collect();
        let expected: &[&str] = match id {
            _ if !is_active || FACTS.denied.contains(&id) => {
                assert_eq!(calls.get(DETAILS), None, "{id}");
                &[]
            }
            _ if id == FACTS.fallback || id == FACTS.list_only => &["iam:GetRole", "iam:ListRoles"],
            _ if id == FACTS.unanswered => &["iam:GetRole"],
            _ => &[],
        };
        assert_eq!(beyond, expected, "{id}");
    }
    for operation in ["iam:GetPolicy", "iam:GetPolicyVersion"] {
        let total = counts.operation(operation).total();
        assert_eq!(manifest["aws_policies"]["calls"][operation], total, "{operation}");
        assert_eq!(manifest["aws_policies"]["named"], total, "each once");
    }
    assert_eq!(manifest["aws_policies"]["read"], manifest["aws_policies"]["named"]);
    // A role without its last use is requested only once, and once is enough if `GetRole` is
    // denied.
    let get_role = |id: &str| counts.get("iam:GetRole", id).total();
    assert_eq!(get_role(FACTS.unanswered), 1 + FACTS.get_role_only.len() as u64);
    assert_eq!(get_role(FACTS.list_only), 1);
    assert_eq!(get_role(FACTS.fallback), fixture.server.world().truth(FACTS.fallback).len() as u64);
    for once in ["sts:GetCallerIdentity", "organizations:DescribeOrganization"] {
        assert_eq!(counts.operation(once).total(), 1, "{once}");
    }
}

#[test]
fn an_account_costs_one_session_and_its_pages() {
    let mut spec = OrganizationSpec::new(4, as_of());
    for (id, roles) in
        [("100000000001", 0), ("100000000199", 199), ("100000000200", 200), ("100000000450", 450)]
    {
        let account = spec.audited(id, "team");
        for number in 0..roles {
            account.role(RoleSpec::new(format!("role-{number:03}"), days_ago(500)));
        }
    }
    let fixture = Fixture::new(spec);
    let config = fixture.write("config.toml", "[scan]\npage_size = 100\n");
    let _ = fixture.scan(&["--config", config.to_str().unwrap(), "-o", "report"]).run().expect_code(0);
    let counts = fixture.server.counts();
    // Including the audit role: 1, 200, 201 and 451 roles.
    for (id, pages) in [("100000000001", 1), ("100000000199", 2), ("100000000200", 3), ("100000000450", 5)] {
        let expected = BTreeMap::from([(DETAILS.to_owned(), pages), ("sts:AssumeRole".to_owned(), 1)]);
        assert_eq!(for_account(&counts, id), expected, "{id}");
    }
    assert_eq!(counts.total().refused, 0);
}

#[test]
fn accounts_that_are_left_out_are_not_called() {
    let fixture = Fixture::new(fixture::with_a_denied_account());
    let _ = fixture
        .scan(&["--exclude-accounts", fixture::ACQUIRED, "--ou", "/Workloads", "-o", "report"])
        .run()
        .expect_code(0);
    let counts = fixture.server.counts();
    for left_out in [fixture::ACQUIRED, fixture::SANDBOX, fixture::SUSPENDED, OrganizationSpec::MANAGEMENT] {
        assert_eq!(for_account(&counts, left_out), BTreeMap::new(), "{left_out}");
    }
    assert_eq!(for_account(&counts, fixture::PROD).len(), 2);
}
