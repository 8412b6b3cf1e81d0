//! `rolesweep diff`.

use jiff::{SignedDuration, Timestamp};
use rolesweep_sim::{OrganizationSpec, RoleSpec};
use rolesweep_tests::{Run, Server};

use crate::fixture::{DEV, Fixture, PROD};

/// An organization of today with these roles in one account, last used so many days ago, and one role
/// in another account, which may refuse.
fn organization(roles: &[(&str, i64)], is_open: bool) -> OrganizationSpec {
    let now = Timestamp::now();
    let ago = |days: i64| now - SignedDuration::from_hours(24 * days);
    let mut spec = OrganizationSpec::new(3, now);
    let prod = spec.audited(PROD, "checkout-prod");
    for (name, used) in roles {
        prod.role(RoleSpec::new(*name, ago(700)).used(ago(*used)));
    }
    let old = RoleSpec::new("old-dev", ago(900)).used(ago(300));
    if is_open {
        spec.audited(DEV, "checkout-dev").role(old);
    } else {
        spec.account(DEV, "checkout-dev").role(old);
    }
    spec
}

/// A sandbox whose store has a scan, and later another one.
fn scanned_twice() -> Fixture {
    let before = Fixture::new(organization(&[("gone", 200), ("idle", 200), ("awake", 200)], true));
    let _ = before.bare_scan(&["--store", "store.db", "-o", "before"]).run().expect_code(0);
    let after = organization(&[("asleep", 100), ("idle", 200), ("awake", 1)], false);
    let Fixture { sandbox, .. } = before;
    let after = Fixture { server: Server::serve(after.build().unwrap()), sandbox };
    let _ = after.bare_scan(&["--store", "store.db", "-o", "after"]).run().expect_code(4);
    after
}

fn diff(fixture: &Fixture, arguments: &[&str]) -> Run {
    fixture.sandbox.rolesweep(["diff", "--store", "store.db"]).args(arguments)
}

#[test]
fn two_scans_are_compared_role_by_role() {
    let fixture = scanned_twice();
    let table = diff(&fixture, &["--format", "csv"]).run().expect_code(0);
    fixture.write("changes.csv", table.stdout_text());
    let table = fixture.table("changes.csv");
    let found: Vec<(&str, &str)> =
        table.rows().map(|row| (row.get("change"), row.get("role_name"))).collect();
    // In the order of accounts.
    let mut expected = vec![
        ("newly_idle", "asleep"),
        ("used_again", "awake"),
        ("gone", "gone"),
        ("still_idle", "idle"),
        ("not_comparable", "old-dev"),
    ];
    if DEV < PROD {
        expected.rotate_right(1);
    }
    assert_eq!(found, expected);

    let shown = diff(&fixture, &[]).run().expect_code(0);
    let shown = shown.stdout_text();
    for line in ["1  newly idle ", "1  still idle ", "1  used again ", "1  gone ", "1  not comparable "] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(shown.contains("Newly idle, the worst first"), "{shown}");
    assert!(shown.contains("checkout-prod: asleep"), "{shown}");
}

#[test]
fn scans_that_cannot_be_compared_are_refused() {
    let fixture = scanned_twice();
    let only = diff(&fixture, &["--from", "2001-01-01"]).run().expect_code(2);
    assert!(only.stderr.contains("--from: no finished scan began by the end of 2001-01-01"), "{only}");
    let unknown = diff(&fixture, &["--to", "nope"]).run().expect_code(2);
    assert!(unknown.stderr.contains("--to: the store"), "{unknown}");
    let today = Timestamp::now().to_string();
    let same = diff(&fixture, &["--from", &today[..10], "--to", &today[..10]]).run().expect_code(2);
    assert!(same.stderr.contains("is not earlier than"), "{same}");

    // A scan of one account is compared with no scan of all.
    let _ =
        fixture.bare_scan(&["--store", "store.db", "-o", "part", "--accounts", PROD]).run().expect_code(0);
    let part = fixture.manifest("part")["scan"]["id"].as_str().unwrap().to_owned();
    let whole = fixture.manifest("after")["scan"]["id"].as_str().unwrap().to_owned();
    let other = diff(&fixture, &["--to", &part, "--from", &whole]).run().expect_code(2);
    assert!(other.stderr.contains("are not on the same accounts"), "{other}");
    let alone = diff(&fixture, &["--to", &part]).run().expect_code(1);
    assert!(alone.stderr.contains("there is no earlier scan to compare the scan"), "{alone}");
}
