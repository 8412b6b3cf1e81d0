//! Compares every row of the demo's report with the simulator's data, without using our model.

use rolesweep_sim::{DemoFacts, World, demo};
use rolesweep_tests::{Finished, Sandbox, Table, sandbox, text};

use crate::fixture::{AS_OF, as_of};
use crate::oracle::{self, Answers, Judged};

const FACTS: DemoFacts = DemoFacts::ALL;
/// The seed of `--demo`.
const SEED: u64 = 7;

/// The calls that can read an account of the demo; `None` if none can.
fn answers(account: &str) -> Option<Answers> {
    if FACTS.denied.contains(&account) || FACTS.not_active.iter().any(|(id, _)| *id == account) {
        return None;
    }
    Some(match account {
        id if id == FACTS.fallback => Answers::ListRolesAndGetRole,
        id if id == FACTS.list_only => Answers::ListRoles,
        _ => Answers::Details,
    })
}

/// Compares all rows, and gives their number.
#[track_caller]
fn compare(table: &Table, world: &World, judged: Judged) -> usize {
    let expected = oracle::roles(world, judged, answers);
    let arns: Vec<&str> = table.rows().map(|row| row.get("role_arn")).collect();
    let expected_arns: Vec<String> = expected
        .iter()
        .map(|row| match &row["role_arn"] {
            oracle::Cell::Exactly(arn) => arn.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(arns, expected_arns, "the same roles in the same order");
    let differences: Vec<String> =
        table.rows().zip(&expected).flat_map(|(row, expected)| oracle::differences(row, expected)).collect();
    assert!(
        differences.is_empty(),
        "{} differences: {:#?}",
        differences.len(),
        &differences[..differences.len().min(10)]
    );
    expected.len()
}

fn scan_the_demo(sandbox: &Sandbox) -> Finished {
    let run = sandbox.rolesweep(["scan", "--demo", "--as-of", AS_OF, "--include", "all", "-o", "report"]);
    run.env("XDG_DATA_HOME", sandbox.path("data")).run().expect_code(0)
}

#[test]
fn every_row_of_the_demo_is_what_the_organization_holds_whatever_the_thresholds() {
    let sandbox = sandbox!();
    let world = demo(as_of(), SEED);
    let _ = scan_the_demo(&sandbox);
    let judged = Judged { as_of: as_of(), inactive_after: 90, unused_after: 90 };
    let table = Table::read(&sandbox.path("report/roles.csv"));
    let rows = compare(&table, &world, judged);
    assert!(rows > 3_000, "{rows} rows");
    every_column_is_compared(&table, &world, judged);
    accounts_csv_matches_the_organization(&sandbox, &world);

    // The same facts with other settings, up to the limits that are allowed.
    for (folder, inactive_after, unused_after) in [("strict", 30, 0), ("lenient", 400, 400)] {
        let (inactive, unused) = (format!("{inactive_after}d"), format!("{unused_after}d"));
        let run = sandbox.rolesweep(["report", "--demo", "--as-of", AS_OF, "--include", "all", "-o", folder]);
        let run = run.args(["--inactive-after", &inactive, "--unused-after", &unused]);
        let _ = run.env("XDG_DATA_HOME", sandbox.path("data")).run().expect_code(0);
        let judged = Judged { inactive_after, unused_after, ..judged };
        assert_eq!(compare(&Table::read(&sandbox.path(folder).join("roles.csv")), &world, judged), rows);
    }
}

/// Checks that every row of the file is compared.
#[track_caller]
fn every_column_is_compared(table: &Table, world: &World, judged: Judged) {
    let expected = oracle::roles(world, judged, answers);
    let unknown: Vec<&String> =
        table.columns().iter().filter(|column| !expected[0].contains_key(column.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[track_caller]
fn accounts_csv_matches_the_organization(sandbox: &Sandbox, world: &World) {
    let accounts = Table::read(&sandbox.path("report/accounts.csv"));
    let mut ids: Vec<String> = world.account_ids().collect();
    ids.sort_unstable();
    assert_eq!(accounts.rows().map(|row| row.get("account_id").to_owned()).collect::<Vec<_>>(), ids);
    for row in accounts.rows() {
        let id = row.get("account_id");
        let truth = world.account_truth(id).unwrap();
        assert_eq!(text(row.get("account_name")), truth.name);
        assert_eq!(text(row.get("ou_path")), truth.ou_path);
        assert_eq!(row.get("state"), truth.state.unwrap_or_default());
        let coverage = match id {
            _ if FACTS.not_active.iter().any(|(known, _)| *known == id) => "not_active",
            _ if FACTS.denied.contains(&id) => "denied",
            _ if id == FACTS.list_only || id == FACTS.unanswered => "partial",
            _ => "scanned",
        };
        assert_eq!(row.get("coverage"), coverage, "{id}");
        let read = answers(id).is_some();
        assert_eq!(row.get("roles"), if read { truth.roles.to_string() } else { String::new() }, "{id}");
        assert_eq!(row.get("access"), if read { "audit_role" } else { "" }, "{id}");
    }
}
