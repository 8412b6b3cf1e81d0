//! Folders and stores that cannot be written, already exist, or belong to others. This is found
//! before the first call.

use std::fs;

use rolesweep_sim::OrganizationSpec;

use super::{refused, refused_before_the_first_call};
use crate::fixture::{AS_OF, Fixture, as_of, assert_shown, organization};

#[test]
fn an_output_folder_that_cannot_be_had() {
    let fixture = Fixture::new(organization());
    fixture.write("a-file", "kept");
    fixture.write("taken/notes.txt", "kept");
    fixture.write("rolesweep-report", "a file where the default folder would be");
    let mut shown = String::new();
    for flags in
        [&["-o", "a-file"] as &[_], &["-o", "a-file/below"], &["-o", "taken"], &["-o", "/dev/null/x"], &[]]
    {
        for command in ["scan", "report"] {
            let run = match command {
                "scan" => fixture.scan(flags),
                _ => fixture.report(flags),
            };
            let said = refused_before_the_first_call(&fixture, run, 1);
            if command == "scan" {
                shown.push_str(&format!("$ rolesweep scan {}\n{said}\n", flags.join(" ")));
            }
        }
    }
    assert_shown!(fixture.filters(), "an_output_folder_that_cannot_be_had", shown);
}

#[test]
fn an_output_folder_with_the_name_of_a_file() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "first"]).run().expect_code(0);
    let mut shown = String::new();
    for (command, name) in [("scan", "report.json"), ("report", "out/roles.csv")] {
        let run = if command == "scan" { fixture.scan(&["-o", name]) } else { fixture.report(&["-o", name]) };
        let said = refused_before_the_first_call(&fixture, run, 2);
        shown.push_str(&format!("$ rolesweep {command} -o {name}\n{said}\n"));
    }
    assert_shown!(fixture.filters(), "an_output_folder_with_the_name_of_a_file", shown);
    // The remedies work.
    let _ = fixture.report(&["-o", "report.json/"]).run().expect_code(0);
    assert!(fixture.sandbox.path("report.json/roles.csv").exists());
}

#[test]
fn a_store_that_cannot_be_had() {
    let fixture = Fixture::new(organization());
    fixture.write("a-file", "kept");
    fixture.write("notes.db", "These are notes, and not a store at all.\n".repeat(50));
    fs::create_dir(fixture.sandbox.path("folder")).unwrap();
    let mut shown = String::new();
    for store in ["folder", "a-file/below.db", "notes.db", "/dev/null/x.db", "/dev/full"] {
        let run = fixture.bare_scan(&["--as-of", AS_OF, "--store", store, "-o", "report"]);
        let said = refused_before_the_first_call(&fixture, run, 1);
        shown.push_str(&format!("$ rolesweep scan --store {store}\n{said}\n"));
    }
    let run = fixture.bare_scan(&["-o", "report"]).env("XDG_DATA_HOME", fixture.sandbox.path("a-file"));
    let said = refused_before_the_first_call(&fixture, run, 1);
    shown.push_str(&format!("$ XDG_DATA_HOME=a-file rolesweep scan\n{said}\n"));
    assert_shown!(fixture.filters(), "a_store_that_cannot_be_had", shown);
}

#[test]
fn a_store_of_a_newer_version() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "first"]).run().expect_code(0);
    // SQLite keeps `user_version` in its header: four bytes from byte 60, the highest first.
    let path = fixture.sandbox.path("store.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&path, bytes).unwrap();
    let said = refused_before_the_first_call(&fixture, fixture.scan(&["-o", "second"]), 1);
    assert_shown!(fixture.filters(), "a_store_of_a_newer_version", said);
    let again = refused(&fixture, fixture.report(&["-o", "third"]), 1);
    assert!(again.contains("9999"), "{again}");
}

#[test]
fn a_store_of_another_organization() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "first"]).run().expect_code(0);
    let other = Fixture::new(OrganizationSpec::new(77, as_of()));
    let run = fixture.sandbox.rolesweep(["scan", "--store", "store.db", "-o", "second"]);
    let said = refused(&fixture, run.envs(other.server.environment()), 1);
    let ids = vec![
        (fixture.server.world().organization_id().to_owned(), "[this organization]".to_owned()),
        (other.server.world().organization_id().to_owned(), "[another organization]".to_owned()),
    ];
    assert_shown!([fixture.filters(), ids].concat(), "a_store_of_another_organization", said);
    // The organization has to be requested, together with the first page of its accounts. There are
    // no other calls.
    let called: Vec<String> =
        other.server.counts().operations().keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(
        called,
        ["organizations:DescribeOrganization", "organizations:ListAccounts", "sts:GetCallerIdentity"]
    );
    let demo = fixture.sandbox.rolesweep(["scan", "--demo", "--store", "store.db", "-o", "second"]);
    let said = refused(&fixture, demo, 1);
    assert!(said.contains("belongs to"), "{said}");
}

#[test]
fn a_limit_on_the_size_of_files_is_said_of_the_store() {
    let fixture = Fixture::new(organization());
    let run = fixture.bare_scan(&["--store", "small.db", "-o", "report"]).after("ulimit -f 8");
    let said = refused_before_the_first_call(&fixture, run, 1);
    assert!(said.contains("the store small.db could not be read or written (File too large"), "{said}");
    assert!(said.contains("`ulimit -f`"), "{said}");
}
