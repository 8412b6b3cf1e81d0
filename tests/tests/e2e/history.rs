//! What the scans of a store know of a role together.

use jiff::{SignedDuration, Timestamp};
use rolesweep_sim::{Document, LastUseIn, OrganizationSpec, RoleSpec};
use rolesweep_tests::Server;
use serde_json::Value;

use crate::fixture::{DEV, Fixture, PROD};

fn ago(days: i64) -> Timestamp {
    let at = Timestamp::now() - SignedDuration::from_hours(24 * days);
    Timestamp::from_second(at.as_second()).unwrap()
}

/// An organization of today with these roles in one account each.
fn organization(prod: Vec<RoleSpec>, dev: Vec<RoleSpec>) -> OrganizationSpec {
    let mut spec = OrganizationSpec::new(3, Timestamp::now());
    for (id, name, roles) in [(PROD, "checkout-prod", prod), (DEV, "checkout-dev", dev)] {
        let account = spec.audited(id, name);
        for role in roles {
            account.role(role);
        }
    }
    spec
}

/// The same sandbox with another organization behind it.
fn next(fixture: Fixture, spec: OrganizationSpec) -> Fixture {
    Fixture { server: Server::serve(spec.build().unwrap()), sandbox: fixture.sandbox }
}

fn started_at(fixture: &Fixture, report: &str) -> String {
    fixture.manifest(report)["scan"]["started_at"].as_str().unwrap().to_owned()
}

#[test]
fn a_role_keeps_the_last_use_that_only_an_earlier_scan_saw() {
    let used = ago(300);
    let seasonal = || RoleSpec::new("seasonal", ago(900));
    let again = |incarnation| RoleSpec { incarnation, ..RoleSpec::new("again", ago(900)) };
    let quiet = || RoleSpec::new("quiet", ago(900)).used(used);
    let fixture = Fixture::new(organization(
        vec![seasonal().used(used), again(1).used(used), RoleSpec::new("never", ago(900))],
        vec![quiet()],
    ));
    let _ = fixture.bare_scan(&["--store", "store.db", "-o", "before"]).run().expect_code(0);
    let fixture = next(
        fixture,
        organization(
            vec![seasonal(), again(2), RoleSpec::new("never", ago(900))],
            vec![RoleSpec { last_use: None, ..quiet() }.last_use_in(LastUseIn::Neither)],
        ),
    );
    let _ = fixture.bare_scan(&["--store", "store.db", "-o", "after"]).run().expect_code(4);
    let table = fixture.table("after/roles.csv");
    let (first, second) = (started_at(&fixture, "before"), started_at(&fixture, "after"));
    let used = used.to_string();
    let (first, second, used) = (first.as_str(), second.as_str(), used.as_str());
    let columns = ["last_use", "last_used_at", "last_use_source", "status", "scans_idle", "first_seen"];
    for (name, expected) in [
        ("seasonal", ["used", used, "history", "inactive", "2", first]),
        ("again", ["none_recorded", "", "aws", "unused", "1", second]),
        ("never", ["none_recorded", "", "aws", "unused", "2", first]),
        // AWS did not answer: it may have been used since.
        ("quiet", ["not_collected", used, "history", "unknown", "", first]),
    ] {
        let row = table.rows().find(|row| row.get("role_name") == name).unwrap();
        assert_eq!(columns.map(|column| row.get(column)), expected, "{name}");
    }

    let explain = |arguments: &[&str]| {
        fixture.sandbox.rolesweep(["explain", "--store", "store.db", "seasonal"]).args(arguments)
    };
    let shown = explain(&[]).run().expect_code(0);
    let shown = shown.stdout_text().split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "an earlier scan saw that, and AWS has no later use on record now",
        &format!("History first seen by the scan of {first}"),
        &format!("its last use is the same since the scan of {first}"),
        "idle in 2 scans in a row, this one included",
        &format!("its policies are unchanged since the scan of {first}"),
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let told = explain(&["--format", "json"]).run().expect_code(0);
    let told: Value = serde_json::from_str(told.stdout_text()).unwrap();
    assert_eq!((&told["history"]["first_seen"], &told["history"]["scans_idle"]), (&first.into(), &2.into()));
    assert_eq!(told["status"]["last_use_source"], "history");
}

#[test]
fn an_exemption_does_not_cover_a_role_whose_trust_was_widened_after_the_approval() {
    const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
    let app = |trust| RoleSpec::new("app", ago(900)).used(ago(300)).attach(ADMIN).trusting(trust);
    let fixture = Fixture::new(organization(vec![app(Document::trusting_service("ec2"))], vec![]));
    let config = format!(
        "[[exemption]]\nid = \"break-glass\"\nrole_arn = \"arn:aws:iam::{PROD}:role/app\"\nowner = \"ann\"\napproved_by = \"bob\"\n\
         approved_on = {}\nreason = \"last resort\"\nexpires = {}\n",
        Timestamp::now().strftime("%Y-%m-%d"),
        ago(-100).strftime("%Y-%m-%d"),
    );
    let config = fixture.write("exempt.toml", config);
    let arguments = |report| ["--store", "store.db", "--config", config.to_str().unwrap(), "-o", report];
    let before = fixture.bare_scan(&arguments("before")).run().expect_code(0);
    let counts = &fixture.manifest("before")["counts"]["exemptions"][0];
    assert_eq!((&counts["exempt"], &counts["changed"]), (&1.into(), &0.into()));
    assert_eq!(counts["since"], started_at(&fixture, "before"));
    let look = before.stderr.split("Look at these first").nth(1).unwrap_or_default();
    assert!(look.contains("checkout-prod: app (exempt: break-glass)"), "{before}");

    let fixture = next(fixture, organization(vec![app(Document::trusting(&["*"]))], vec![]));
    let after = fixture.bare_scan(&arguments("after")).run().expect_code(0);
    let counts = &fixture.manifest("after")["counts"]["exemptions"][0];
    assert_eq!((&counts["exempt"], &counts["changed"]), (&0.into(), &1.into()));
    let table = fixture.table("after/roles.csv");
    let row = table.rows().find(|row| row.get("role_name") == "app").unwrap();
    assert_eq!((row.get("disposition"), row.get("exemption_id")), ("flagged", ""));
    let reason = row.get("disposition_reason");
    assert!(
        reason.contains("an exemption (owner ann) no longer covers it: its trust policy changed"),
        "{reason}"
    );
    let said = after.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("not for roles whose access changed after the approval"), "{after}");

    // The report of the first scan is what it was.
    let id = fixture.manifest("before")["scan"]["id"].as_str().unwrap().to_owned();
    let report = ["--scan", &id, "--include", "all", "--config", config.to_str().unwrap(), "-o", "again"];
    let _ = fixture.report(&report).run().expect_code(0);
    let table = fixture.table("again/roles.csv");
    let row = table.rows().find(|row| row.get("role_name") == "app").unwrap();
    assert_eq!((row.get("disposition"), row.get("scans_idle")), ("exempt", "1"));
}
