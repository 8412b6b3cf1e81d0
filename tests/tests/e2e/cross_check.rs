//! `scan --cross-check`: the roles of each account, listed a second way.

use rolesweep_sim::{ListedIn, OrganizationSpec, RoleSpec};

use crate::fixture::{DEV, Fixture, PROD, days_ago, organization};

/// Roles that one of the lists lacks: one of each in one account, as if it was changed meanwhile.
fn changing() -> OrganizationSpec {
    let mut spec = organization();
    let account = spec.accounts.iter_mut().find(|account| account.id == PROD).unwrap();
    account
        .role(
            RoleSpec::new("only-listed", days_ago(400))
                .used(days_ago(200))
                .listed_in(ListedIn::ListRolesOnly),
        )
        .role(RoleSpec::new("only-detailed", days_ago(400)).listed_in(ListedIn::DetailsOnly));
    spec
}

#[test]
fn differences_are_named_and_no_role_is_missing() {
    let fixture = Fixture::new(changing());
    let run = fixture.scan(&["--cross-check", "--include", "all", "-o", "report"]);
    let finished = run.run().expect_code(0);
    let said = finished.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("cross-check: both lists of roles are the same in 4 accounts"), "{finished}");
    assert!(
        said.contains("only in GetAccountAuthorizationDetails only-detailed, only in ListRoles only-listed"),
        "{finished}"
    );
    let counts = fixture.server.counts();
    let calls = |operation, account| counts.get(operation, account).total();
    assert_eq!([PROD, DEV].map(|account| calls("iam:ListRoles", account)), [1, 1]);
    assert_eq!([PROD, DEV].map(|account| calls("iam:GetRole", account)), [1, 0]);
    let roles = fixture.table("report/roles.csv");
    let role = |name: &str| roles.rows().find(|row| row.get("role_name") == name).unwrap();
    assert_eq!(
        (role("only-listed").get("status"), role("only-detailed").get("status")),
        ("inactive", "unused")
    );
    let manifest = fixture.manifest("report");
    assert_eq!(manifest["completeness"], "yes");
    let entry = manifest["accounts"].as_array().unwrap().iter().find(|entry| entry["account_id"] == PROD);
    let check = &entry.unwrap()["cross_check"];
    assert_eq!(check["only_second_arns"][0], format!("arn:aws:iam::{PROD}:role/only-listed"));
    assert_eq!((&check["only_first"], &check["only_second"]), (&1.into(), &1.into()));
    // A later report says the same.
    let again = fixture.report(&["-o", "again"]).run().expect_code(0);
    assert!(again.stderr.contains("only-detailed"), "{again}");
}

#[test]
fn without_the_flag_nothing_is_listed_twice() {
    let fixture = Fixture::new(changing());
    let finished = fixture.scan(&["-o", "report"]).run().expect_code(0);
    assert!(!finished.stderr.contains("cross-check"), "{finished}");
    assert_eq!(fixture.server.counts().operation("iam:ListRoles").total(), 0);
}

#[test]
fn a_scan_with_a_cross_check_is_resumed_with_it() {
    let mut spec = organization();
    spec.account("777777777777", "without the role").role(RoleSpec::new("x", days_ago(1)));
    let fixture = Fixture::new(spec);
    let _ = fixture.scan(&["--cross-check", "-o", "report"]).run().expect_code(4);
    let refused = fixture.scan(&["--resume", "-o", "again"]).run().expect_code(2);
    assert!(refused.stderr.contains("cross-check: it was true, and is false now"), "{refused}");
    let resumed = fixture.scan(&["--cross-check", "--resume", "-o", "again"]).run().expect_code(4);
    assert!(resumed.stderr.contains("both lists of roles are the same in 5 accounts"), "{resumed}");
}
