//! stdout is for data and stderr for people. Also tests what happens if either cannot be written.

use std::fs::OpenOptions;
use std::io::Read as _;

use rolesweep_sim::{GeneratedSpec, World};

use crate::fixture::{AS_OF, Fixture, PROD, as_of, assert_shown, from, organization, with_a_denied_account};

/// An organization whose `roles.csv` is a megabyte.
fn large() -> Fixture {
    let spec =
        GeneratedSpec { accounts: 12, roles_per_account: 200, seed: 1, now: as_of(), role_bytes: None };
    Fixture::of(World::generated(spec))
}

#[test]
fn roles_on_stdout_are_the_files_rows_without_the_byte_order_mark() {
    let fixture = Fixture::new(organization());
    let scanned = fixture.scan(&["--include", "all", "--output", "-"]).run().expect_code(0);
    let reported =
        fixture.report(&["--include", "all", "--as-of", AS_OF, "--output", "-"]).run().expect_code(0);
    assert_eq!(scanned.stdout, reported.stdout);
    assert!(!fixture.sandbox.path("rolesweep-report").exists(), "stdout instead of a folder");
    let _ = fixture.report(&["--include", "all", "--as-of", AS_OF, "-o", "report"]).run().expect_code(0);
    let file = fixture.bytes("report/roles.csv");
    assert_eq!(file.strip_prefix("\u{feff}".as_bytes()).unwrap(), scanned.stdout);
    assert!(scanned.stderr.contains("\nOrganization  "), "the summary is still there: {scanned}");
}

#[test]
fn a_person_sees_what_was_scanned_what_was_found_and_what_to_do() {
    let fixture = Fixture::new(with_a_denied_account());
    let finished = fixture.scan(&["--concurrency", "1", "-o", "report"]).run().expect_code(4);
    assert!(finished.stdout.is_empty(), "{finished}");
    assert!(finished.stderr.contains("denied 777777777777 (acquired-erp)  sts:AssumeRole"), "{finished}");
    assert_shown!(fixture.filters(), "the_summary", from(&finished.stderr, "\nOrganization"));
}

#[test]
fn the_demo_has_something_of_everything_to_show() {
    let fixture = Fixture::new(organization());
    let run =
        fixture.sandbox.rolesweep(["scan", "--demo", "--as-of", AS_OF, "-o", "report", "--store", "demo.db"]);
    let finished = run.run().expect_code(0);
    assert_shown!(fixture.filters(), "the_demos_summary", from(&finished.stderr, "\nOrganization"));
    assert_eq!(fixture.manifest("report")["scan"]["source"], "demo");
}

#[test]
fn quiet_shows_what_changes_the_meaning_of_the_result() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "scanned"]).run().expect_code(0);
    let exemption = |role: &str, expires: &str| {
        format!(
            "[[exemption]]\nrole_arn = \"arn:aws:iam::{PROD}:role/{role}\"\nowner = \"a\"\napproved_by = \"b\"\napproved_on = 2026-11-01\nreason = \"c\"\nexpires = {expires}\n"
        )
    };
    let config = exemption("legacy", "2026-11-21") + &exemption("mistyped", "2026-12-31");
    fixture.write("old.toml", config);
    let expected = [format!(
        "warning: exemptions that need attention: expired (have them approved again, or remove them): `arn:aws:iam::{PROD}:role/legacy` (owner a, \
         at the end of 2026-11-21); for no role of this report: `arn:aws:iam::{PROD}:role/mistyped` (owner a)"
    )];
    for (name, flags) in [("quiet", ["-q", "--include", "all"]), ("json", ["--summary", "json", "-q"])] {
        let report = fixture.report(&["--config", "old.toml", "--as-of", AS_OF, "-o", name]).args(flags);
        let finished = report.run().expect_code(0);
        assert_eq!(finished.stderr.lines().collect::<Vec<_>>(), expected, "{finished}");
    }
    let shown =
        fixture.report(&["--config", "old.toml", "--as-of", AS_OF, "-o", "shown"]).run().expect_code(0);
    assert_eq!(shown.stderr.matches("role/legacy").count(), 1, "{shown}");
}

#[test]
fn quiet_shows_only_errors_and_colours_are_shown_only_if_wanted() {
    let fixture = Fixture::new(with_a_denied_account());
    let quiet = fixture.scan(&["-q", "-o", "quiet"]).run().expect_code(4);
    // The error, and the two things that somebody can do.
    assert_eq!(quiet.stderr.lines().count(), 3, "{quiet}");
    assert!(quiet.stderr.starts_with("error: the report is not complete"), "{quiet}");
    let said = |name: &str, flags: &[&str], no_color: &str| {
        let run = fixture.report(&["-o", name]).args(flags).env("NO_COLOR", no_color);
        run.run().expect_code(4).stderr
    };
    assert!(!said("auto", &[], "").contains('\u{1b}'));
    assert!(said("always", &["--color", "always"], "1").contains('\u{1b}'), "the flag wins");
    assert!(!said("never", &["--color", "never"], "").contains('\u{1b}'));
}

#[test]
fn a_reader_of_stdout_may_stop_without_changing_how_the_scan_ends() {
    let fixture = large();
    for (name, code, flags) in [("store.db", 0, vec![]), ("findings.db", 3, vec!["--fail-on", "findings"])] {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let run =
            fixture.bare_scan(&["--as-of", AS_OF, "--store", name, "--include", "all", "--output", "-"]);
        let running = run.args(flags).stdout(writer).start();
        // Like `head -c 100`.
        let mut head = [0; 100];
        reader.read_exact(&mut head).unwrap();
        drop(reader);
        let finished = running.finish().expect_code(code);
        assert!(
            !finished.stderr.contains("error: failed") && !finished.stderr.contains("panicked"),
            "{finished}"
        );
        assert!(head.starts_with(b"role_arn,"));
    }
    // Without a reader from the start.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let finished = fixture.report(&["--output", "-"]).stdout(writer).run().expect_code(0);
    assert!(!finished.stderr.contains("error:"), "{finished}");
    for words in [&["config", "show"] as &[_], &["completions", "zsh"], &["man"], &["setup"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let finished = fixture.sandbox.rolesweep(words).stdout(writer).run().expect_code(0);
        assert_eq!(finished.stderr, "", "{words:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_behind_stdout_is_said_and_the_facts_are_kept() {
    let fixture = Fixture::new(organization());
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let finished = fixture.scan(&["--include", "all", "--output", "-"]).stdout(full()).run().expect_code(1);
    assert_shown!(fixture.filters(), "a_full_disk_behind_stdout", from(&finished.stderr, "error: "));
    let _ = fixture.report(&["-o", "report"]).run().expect_code(0);
    let finished = fixture.sandbox.rolesweep(["config", "show"]).stdout(full()).run().expect_code(1);
    assert!(finished.stderr.starts_with("error: failed to write to stdout"), "{finished}");
}

/// A file that may not grow further looks like a full disk, without one.
const NO_ROOM: &str = "ulimit -f 300";

#[test]
#[cfg(unix)]
fn a_report_that_finds_no_room_leaves_nothing_of_itself() {
    let fixture = large();
    let _ = fixture.scan(&["-o", "before"]).run().expect_code(0);
    let before = fixture.contents();
    let run = fixture.report(&["--include", "all", "-o", "report"]).after(NO_ROOM).run();
    let finished = run.expect_code(1);
    assert_shown!(fixture.filters(), "a_report_that_finds_no_room", finished.stderr);
    assert_eq!(fixture.contents().keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    let _ = fixture.report(&["--include", "all", "-o", "report"]).run().expect_code(0);
}

#[test]
#[cfg(unix)]
fn a_file_behind_stdout_that_finds_no_room_is_said() {
    let fixture = large();
    let _ = fixture.scan(&["-o", "before"]).run().expect_code(0);
    let file = std::fs::File::create(fixture.sandbox.path("roles.csv")).unwrap();
    let run = fixture.report(&["--include", "all", "--output", "-"]).after(NO_ROOM).stdout(file);
    assert_shown!(
        fixture.filters(),
        "a_file_behind_stdout_that_finds_no_room",
        run.run().expect_code(1).stderr
    );
}

#[test]
#[cfg(unix)]
fn a_store_that_finds_no_room_keeps_what_it_has() {
    let fixture = large();
    // An empty store already takes part of it.
    let finished = fixture.scan(&["-o", "report"]).after("ulimit -f 400").run().expect_code(1);
    assert_shown!(fixture.filters(), "a_store_that_finds_no_room", from(&finished.stderr, "error: "));
    assert!(!fixture.sandbox.path("report").exists());
    let _ = fixture.report(&["--include", "all", "-o", "kept"]).run().expect_code(4);
    let rows = fixture.table("kept/roles.csv").rows().len();
    let accounts = fixture.table("kept/accounts.csv");
    let scanned = accounts.rows().filter(|row| row.get("coverage") == "scanned").count();
    assert_eq!(rows, 200 * scanned, "whole accounts or none");
    let _ = fixture.scan(&["-o", "next"]).run().expect_code(0);
}
