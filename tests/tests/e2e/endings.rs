//! Every exit code other than 0 comes with a message on stderr that says why, whichever command
//! ends with it.

use rolesweep_tests::{Finished, sandbox};

use crate::fixture::{AS_OF, Fixture, organization, with_a_denied_account};

/// The message that a command ends with: its first line, and the lines with causes and help.
#[track_caller]
fn message(finished: &Finished) -> (&str, Vec<&str>) {
    let at = finished.stderr.rfind("error: ").unwrap_or_else(|| panic!("no message: {finished}"));
    let mut lines = finished.stderr[at..].lines();
    let first = lines.next().unwrap();
    let more: Vec<&str> = lines.collect();
    assert!(more.iter().all(|line| line.starts_with("  ")), "something comes after the message: {finished}");
    (first, more)
}

#[test]
fn code_1_says_what_could_not_run() {
    let fixture = Fixture::new(organization());
    let run = |words: &[&str]| fixture.sandbox.rolesweep(words).run().expect_code(1);
    for (words, said) in [
        (&["report"] as &[&str], "error: failed to find a store in "),
        (&["report", "--store", "none.db"], "error: failed to use the store"),
        (&["report", "--demo"], "error: failed to use the store"),
        (&["scans"], "error: failed to find a store in "),
        (&["scans", "--store", "none.db"], "error: failed to use the store"),
        (&["man", "--out", "nowhere"], "error: failed to write the manual pages to nowhere"),
        (&["scan", "--store", "/proc/none/store.db"], "error: failed to use the store"),
        (&["scan"], "error: failed to find out who the caller is"),
    ] {
        let finished = run(words);
        let (first, more) = message(&finished);
        assert!(first.starts_with(said), "{finished}");
        // The causes of a store say what to do.
        assert!(!more.is_empty(), "no remedy: {finished}");
    }
    let nobody = fixture.scan(&["--exclude-ou", "/", "-o", "nobody"]).run().expect_code(1);
    let said = "error: no account matched: every account is excluded or not active";
    assert_eq!(message(&nobody), (said, vec!["  help: check --ou, --accounts and the exclusions"]));
    for flags in
        [&["--role-name", "NoSuchRole", "-o", "denied"] as &[&str], &["--dry-run", "--exclude-ou", "/"]]
    {
        let finished = fixture.scan(flags).run().expect_code(1);
        assert!(!message(&finished).1.is_empty(), "{finished}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn code_1_says_that_stdout_cannot_be_written_whichever_command_writes_there() {
    let sandbox = sandbox!();
    let _ = sandbox.rolesweep(["scan", "--demo", "--store", "s.db", "-o", "report"]).run().expect_code(0);
    for words in [
        &["setup"] as &[&str],
        &["config", "show"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["--version"],
        &["help", "--help"],
        &["scans", "--store", "s.db"],
        &["report", "--store", "s.db", "--output", "-"],
        &["report", "--store", "s.db", "-o", "again", "--summary", "json"],
        &["scan", "--demo", "--dry-run"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let finished = sandbox.rolesweep(words).stdout(full).run().expect_code(1);
        let (first, more) = message(&finished);
        let is_said = ["error: failed to write to stdout", "error: failed to write the output"];
        assert!(is_said.contains(&first), "{finished}");
        assert!(more.iter().any(|line| line.starts_with("  help: ")), "no remedy: {finished}");
    }
}

#[test]
fn code_2_says_what_is_wrong_with_the_command_line_or_the_configuration() {
    let sandbox = sandbox!();
    std::fs::write(sandbox.path("wrong.toml"), "[scan]\nconcurrency = 0\n").unwrap();
    for (words, said) in [
        (&[] as &[&str], "error: no command was named"),
        (&["config"], "error: no command was named"),
        (&["scan", "--bogus"], "error: unexpected argument '--bogus' found"),
        (&["report", "--include", "none"], "error: invalid value 'none' for '--include <WHICH>'"),
        (&["completions"], "error: the following required arguments were not provided:"),
        (&["completions", "tcsh"], "error: invalid value 'tcsh' for '<SHELL>'"),
        (&["nothing"], "error: unrecognized subcommand 'nothing'"),
        (
            &["scan", "--dry-run", "--resume"],
            "error: the argument '--dry-run' cannot be used with '--resume'",
        ),
        (
            &["scan", "--dry-run", "--summary", "json"],
            "error: the argument '--dry-run' cannot be used with '--summary",
        ),
        (&["scan", "--concurrency", "many"], "error: invalid setting"),
        (&["scans", "--config", "wrong.toml"], "error: invalid setting"),
        (&["config", "show", "--config", "none.toml"], "error: invalid setting"),
        (&["scan", "--output", "-", "--summary", "json"], "error: invalid setting"),
        (&["setup", "--caller", "nobody"], "error: --caller: "),
    ] {
        let finished = sandbox.rolesweep(words).run().expect_code(2);
        assert!(finished.stderr.lines().any(|line| line.starts_with(said)), "no `{said}`: {finished}");
        // `--summary json` wants the record of a command that could not run, too.
        assert_eq!(finished.stdout.is_empty(), !words.contains(&"-"), "{finished}");
    }
}

#[test]
fn code_3_says_how_many_findings_there_are_and_which_setting_asks_for_it() {
    let fixture = Fixture::new(organization());
    let file = fixture.write("rules.toml", "[report]\nfail_on = \"findings\"\n");
    let file = file.to_str().unwrap();
    let scanned = fixture.scan(&["--fail-on", "findings", "-o", "scanned"]).run().expect_code(3);
    let report = |name: &str, flags: &[&str], variable: &str| {
        let run = fixture.report(&["--as-of", AS_OF, "-o", name]).args(flags);
        run.env("ROLESWEEP_FAIL_ON", variable).run().expect_code(3)
    };
    for (finished, setting) in [
        (scanned, "`--fail-on findings`".to_owned()),
        (report("flag", &["-q", "--fail-on", "findings"], ""), "`--fail-on findings`".to_owned()),
        (report("variable", &[], "findings"), "`ROLESWEEP_FAIL_ON=findings`".to_owned()),
        (report("file", &["--config", file], ""), format!("`report.fail_on = \"findings\"` ({file}:2)")),
    ] {
        let (first, more) = message(&finished);
        assert_eq!(first, format!("error: there are 4 findings, and {setting} asks for exit code 3"));
        assert_eq!(more.len(), 1, "{finished}");
        assert!(
            more[0].starts_with("  help: review the flagged roles (`disposition` is `flagged`)"),
            "{finished}"
        );
    }
}

#[test]
fn code_4_says_what_is_missing() {
    let fixture = Fixture::new(with_a_denied_account());
    let scanned = fixture.scan(&["-o", "scanned", "--fail-on", "findings"]).run().expect_code(4);
    let reported = fixture.report(&["-o", "reported"]).run().expect_code(4);
    for finished in [scanned, reported] {
        let (first, more) = message(&finished);
        assert_eq!(first, "error: the report is not complete: see \"Not fully read\" above and accounts.csv");
        assert!(more[0].starts_with("  help: `rolesweep scan --as-of") && more.len() == 2, "{finished}");
        assert!(more[1].contains("`[[accepted_gap]]`") && more[1].contains("--allow-partial"), "{finished}");
    }
}

#[test]
fn code_130_says_what_was_interrupted() {
    let fixture = crate::signals::slow(std::time::Duration::from_millis(100));
    let running = crate::signals::start(&fixture, "report", 6);
    running.signal("INT");
    let finished = running.finish().expect_code(130);
    let (first, more) = message(&finished);
    assert!(first.starts_with("error: interrupted: the report covers the accounts that were"), "{finished}");
    assert!(more[0].contains("--resume` continues the scan"), "{finished}");
}
