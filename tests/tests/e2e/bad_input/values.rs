//! Invalid values on the command line, in the environment and in files.

use super::{refused, refused_before_the_first_call};
use crate::fixture::{Fixture, assert_shown, organization};

#[test]
fn on_the_command_line() {
    let fixture = Fixture::new(organization());
    let mut shown = String::new();
    for flags in [
        &["--accounts", "12345678901"] as &[_],
        &["--accounts", "333333333333,1234-5678-9012"],
        &["--exclude-accounts", "1.23457E+11"],
        &["--ou", "Workloads/Prod"],
        &["--exclude-ou", "ou-nonsense"],
        &["--inactive-after", "3 months"],
        &["--inactive-after", "401d"],
        &["--unused-after", "9601h"],
        &["--as-of", "yesterday"],
        &["--as-of", "2026-02-30"],
        &["--as-of", "2026-11-22T12:00:00"],
        &["--concurrency", "0"],
        &["--session-duration", "5m"],
        &["--role-name", "arn:aws:iam::333333333333:role/Audit"],
        &["--session-name", "a name"],
        &["--region", "Frankfurt"],
        &["--include", "some"],
        &["--fail-on", "errors"],
        &["--log-format", "xml"],
        &["--accounts", "1", "--as-of", "now", "--inactive-after", "x"],
        &["--acounts", "333333333333"],
    ] {
        let run = fixture.bare_scan(&["--store", "store.db", "-o", "report"]).args(flags);
        let said = refused_before_the_first_call(&fixture, run, 2);
        shown.push_str(&format!("$ rolesweep scan {}\n{said}\n", flags.join(" ")));
    }
    assert_shown!(fixture.filters(), "on_the_command_line", shown);
}

#[test]
fn a_malformed_external_id_is_refused_without_showing_it() {
    let fixture = Fixture::new(organization());
    let said =
        refused_before_the_first_call(&fixture, fixture.scan(&["--external-id", "s3cret with blanks"]), 2);
    assert!(said.contains("--external-id") && !said.contains("s3cret"), "{said}");
    let run = fixture.scan(&[]).env("ROLESWEEP_EXTERNAL_ID", "s3cret with blanks");
    let said = refused_before_the_first_call(&fixture, run, 2);
    assert!(said.contains("ROLESWEEP_EXTERNAL_ID") && !said.contains("s3cret"), "{said}");
}

#[test]
fn in_the_environment() {
    let fixture = Fixture::new(organization());
    let run = fixture
        .bare_scan(&["--store", "store.db", "-o", "report"])
        .env("ROLESWEEP_ACCOUNTS", "333333333333,12")
        .env("ROLESWEEP_AS_OF", "tomorrow")
        .env("ROLESWEEP_INACTIVE_AFTER", "500d");
    let said = refused_before_the_first_call(&fixture, run, 2);
    assert_shown!(fixture.filters(), "in_the_environment", said);
}

#[test]
fn mistyped_variables_are_pointed_out_by_every_command_and_change_nothing() {
    let fixture = Fixture::new(organization());
    for (mistyped, meant) in [
        ("ROLESWEEP_INACTVE_AFTER", "ROLESWEEP_INACTIVE_AFTER"),
        ("ROLESWEP_INACTIVE_AFTER", "ROLESWEEP_INACTIVE_AFTER"),
        ("rolesweep_concurrency", "ROLESWEEP_CONCURRENCY"),
    ] {
        for words in [&["scan", "--dry-run"] as &[_], &["config", "show"]] {
            let run = fixture.sandbox.rolesweep(words).envs(fixture.server.environment());
            let finished = run.env(mistyped, "30d").run().expect_code(0);
            let said = format!(
                "warning: environment variable {mistyped}: no setting reads this variable\n  help: did you mean {meant}?\n"
            );
            assert!(finished.stderr.contains(&said), "{finished}");
            assert!(!finished.stdout_text().contains("30d"), "{finished}");
        }
    }
}

#[test]
fn in_a_configuration_file_all_at_once_with_line_and_column() {
    let fixture = Fixture::new(organization());
    fixture.write(
        "rolesweep.toml",
        r#"[scan]
role_nam = "Audit"
concurrency = "many"
accounts = ["333333333333", "33"]
ou = "Workloads"

[assess]
inactive_after = "401d"
as_of = 2026-01-01

[reports]
include = "all"

[[threshold]]
name = "ci"
inactive_after = "1 year"

[[accepted_gap]]
account = "12"
owner = ""
expires = "soon"
"#,
    );
    let run = fixture.bare_scan(&["--config", "rolesweep.toml", "--as-of", "now", "-o", "report"]);
    let said = refused_before_the_first_call(&fixture, run, 2);
    assert_shown!(fixture.filters(), "in_a_configuration_file", said);
}

#[test]
fn in_files_that_are_not_what_they_should_be() {
    let fixture = Fixture::new(organization());
    fixture.write("broken.toml", "[scan]\nrole_name = \"Audit\nconcurrency = 3\n");
    fixture.write("numbers.csv", "number;name\n333333333333;checkout\n");
    fixture.write("excel.csv", "account_id,name\n3.33E+11,checkout\n55555555555,sandbox\n");
    fixture.write("empty.txt", "# nobody\n");
    let mut shown = String::new();
    for flags in [
        ["--config", "broken.toml"],
        ["--config", "missing.toml"],
        ["--accounts-file", "missing.txt"],
        ["--accounts-file", "numbers.csv"],
        ["--accounts-file", "excel.csv"],
        ["--accounts-file", "empty.txt"],
        ["--accounts-file", "."],
    ] {
        let run = fixture.bare_scan(&["--store", "store.db", "-o", "report"]).args(flags);
        let said = refused_before_the_first_call(&fixture, run, 2);
        shown.push_str(&format!("$ rolesweep scan {}\n{said}\n", flags.join(" ")));
    }
    assert_shown!(fixture.filters(), "in_files", shown);
}

#[test]
fn to_the_other_commands() {
    let fixture = Fixture::new(organization());
    let mut shown = String::new();
    for words in [
        &["setup", "--partition", "mars"] as &[_],
        &["setup", "--caller", "ana"],
        &["setup", "--organization", "o-x"],
        &["setup", "--print", "everything"],
        &["setup", "--permissions-boundary", "Limit"],
        &["setup", "--permissions-boundary", "arn:aws-cn:iam::aws:policy/Limit"],
        &["setup", "--tag", "team"],
        &["setup", "--tag", "aws:team=security"],
        &["setup", "--tag", "team=a", "--tag", "Team=b"],
        &["report", "--inactive-after", "401d"],
        &["completions", "tcsh"],
        &["sweep"],
    ] {
        let said = refused(&fixture, fixture.sandbox.rolesweep(words), 2);
        shown.push_str(&format!("$ rolesweep {}\n{said}\n", words.join(" ")));
    }
    assert_shown!(fixture.filters(), "to_the_other_commands", shown);
}

#[test]
fn what_was_typed_cannot_move_the_cursor() {
    let fixture = Fixture::new(organization());
    for flags in [
        ["--ou", "/\u{1b}[2J"],
        ["--ou", "\u{1b}[2J"],
        ["--store", "\u{1b}[2J/\u{1b}[2J/x.db"],
        ["--config", "\u{1b}[2J"],
        ["--\u{1b}[2J", "x"],
    ] {
        // With colours, no sequence is stripped from the output.
        let run = fixture.bare_scan(&["-o", "report", "--color", "always"]).args(flags).run();
        let said = run.stderr.as_str();
        assert!(!said.contains("\u{1b}[2J") && !said.is_empty(), "{said:?}");
    }
}

#[cfg(unix)]
#[test]
fn files_without_an_end_are_refused_at_once() {
    let fixture = Fixture::new(organization());
    for (flag, limit) in [("--config", "1 MiB"), ("--accounts-file", "16 MiB")] {
        let run = fixture.bare_scan(&["--store", "store.db", "-o", "report", flag, "/dev/zero"]);
        let said = refused_before_the_first_call(&fixture, run, 2);
        assert!(said.contains(&format!("it is larger than {limit}")), "{said}");
    }
}

#[test]
fn of_many_mistakes_the_first_are_told_and_the_others_counted() {
    let fixture = Fixture::new(organization());
    let keys: String = (0..60_000).map(|number| format!("k{number} = 1\n")).collect();
    fixture.write("keys.toml", format!("[scan]\n{keys}"));
    let run = fixture.bare_scan(&["--config", "keys.toml", "--store", "store.db", "-o", "report"]);
    let said = refused_before_the_first_call(&fixture, run, 2);
    assert!(said.starts_with("error: 60000 invalid settings"), "{said}");
    assert!(said.trim_end().ends_with("and 59800 more") && said.lines().count() < 500, "{said}");
}
