//! The record of a result: on stdout with `--summary json`, and at the end of a JSON log.

use rolesweep_tests::{Finished, sandbox};
use serde_json::Value;

use crate::fixture::{AS_OF, DEV, Fixture, assert_shown, filters, organization, with_a_denied_account};

/// The record on stdout, which has nothing else.
#[track_caller]
fn on_stdout(finished: &Finished) -> Value {
    assert_eq!(finished.stdout_text().lines().count(), 1, "{finished}");
    serde_json::from_slice(&finished.stdout).unwrap()
}

/// The record at the end of the log.
#[track_caller]
fn in_log(finished: &Finished) -> Value {
    let last = finished.stderr.lines().next_back().unwrap_or_else(|| panic!("no log: {finished}"));
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {finished}"))
}

#[test]
fn the_result_is_one_line_of_json_instead_of_the_summary() {
    let sandbox = sandbox!();
    let run = sandbox.rolesweep(["scan", "--demo", "--as-of", AS_OF, "--store", "s.db", "-o", "report"]);
    let finished = run.args(["--summary", "json"]).run().expect_code(0);
    assert!(!finished.stderr.contains("\nCoverage "), "there is no summary for people: {finished}");
    let record = on_stdout(&finished);
    let mut filters = filters(&sandbox);
    filters.push((r#"_at": "[^"]*""#.to_owned(), "_at\": \"[time]\"".to_owned()));
    filters.push((r#""bytes": \d+"#.to_owned(), "\"bytes\": [number]".to_owned()));
    filters.push(("[0-9a-f]{64}".to_owned(), "[sha256]".to_owned()));
    assert_shown!(filters, "the_record_of_the_demo", serde_json::to_string_pretty(&record).unwrap());
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(sandbox.path("report/manifest.json")).unwrap()).unwrap();
    let (counts, assessment) = (&manifest["counts"], &record["assessment"]);
    for key in ["total", "scanned", "partial", "denied", "failed", "not_reached", "not_active", "excluded"] {
        assert_eq!(assessment["accounts"][key], counts["accounts"][key], "{key}");
    }
    assert_eq!(assessment["roles"]["by_status"], counts["roles"]["by_status"]);
    assert_eq!(assessment["roles"]["by_disposition"], counts["roles"]["by_disposition"]);
    assert_eq!(assessment["findings"], counts["roles"]["by_disposition"]["flagged"]);
    assert_eq!(record["report"]["files"], manifest["files"]);
}

#[test]
fn the_log_ends_with_the_same_record_and_so_does_a_reports() {
    let fixture = Fixture::new(with_a_denied_account());
    let both = ["--log-format", "json", "--summary", "json"];
    let scanned = fixture.scan(&["-o", "scanned"]).args(both).run().expect_code(4);
    let reported =
        fixture.report(&["--as-of", AS_OF, "-q", "-o", "reported"]).args(both).run().expect_code(4);
    for (finished, command) in [(&scanned, "scan"), (&reported, "report")] {
        let record = on_stdout(finished);
        assert_eq!(in_log(finished), record);
        assert_eq!(record["command"], command);
        assert_eq!(record["exit"]["code"], 4);
        let message = record["error"]["message"].as_str().unwrap();
        assert_eq!(message, "the report is not complete: see accounts.csv", "there is no summary above");
        assert!(finished.stderr.contains(&format!("error: {message}\n")), "{finished}");
        assert_eq!(record["assessment"]["accounts"]["denied"], 1);
        let folder = record["report"]["folder"].as_str().unwrap();
        assert!(std::path::Path::new(folder).join("manifest.json").is_file(), "{folder}");
    }
    let (mut scanned, mut reported) = (on_stdout(&scanned), on_stdout(&reported));
    for record in [&mut scanned, &mut reported] {
        for key in ["command", "report", "error"] {
            record[key] = Value::Null;
        }
    }
    assert_eq!(scanned, reported, "the same facts and settings");
}

#[test]
fn the_record_is_asked_for_by_a_variable_or_a_file_too_and_a_log_alone_leaves_the_summary() {
    let fixture = Fixture::new(organization());
    let file = fixture.write("json.toml", "[report]\nsummary = \"json\"\n[ui]\nlog_format = \"json\"\n");
    let finished = fixture.scan(&["--config", file.to_str().unwrap(), "-o", "file"]).run().expect_code(0);
    assert_eq!(on_stdout(&finished), in_log(&finished));
    let run = fixture.report(&["--fail-on", "findings", "-o", "variable"]).env("ROLESWEEP_SUMMARY", "json");
    let record = on_stdout(&run.run().expect_code(3));
    assert_eq!(record["exit"]["meaning"], "findings that --fail-on names");
    let finished = fixture.report(&["--log-format", "json", "-o", "log"]).run().expect_code(0);
    assert!(finished.stdout.is_empty() && finished.stderr.contains("\nCoverage "), "{finished}");
    assert_eq!(in_log(&finished)["assessment"]["completeness"], "yes");
    // Rows on stdout leave the record to the log.
    let run = fixture.report(&["--log-format", "json", "--output", "-"]).run().expect_code(0);
    assert_eq!(in_log(&run)["report"]["folder"], Value::Null);
}

#[test]
fn a_command_that_could_not_run_ends_with_a_record_without_counts() {
    let fixture = Fixture::new(organization());
    fixture.write("taken/file", "x");
    fixture.write(
        "wrong.toml",
        "[ui]\nlog_format = \"json\"\n[report]\nsummary = \"json\"\n[scan]\nconcurrency = 0\n",
    );
    let both = &["--log-format", "json", "--summary", "json"];
    for (code, words, flags, message) in [
        (1, &["scan", "-o", "taken"] as &[&str], both as &[&str], "failed to write a report into `taken`"),
        (2, &["scan", "--concurrency", "many"], both, "invalid setting\nflag --concurrency: `many` is not"),
        (2, &["scan", "--config", "wrong.toml"], &[], "invalid setting\n"),
        (2, &["scan", "--bogus"], both, "unexpected argument '--bogus' found"),
        (2, &["scan", "--bogus", "--config=wrong.toml"], &[], "unexpected argument '--bogus' found"),
        (2, &["scan", "--accounts", "1234"], both, "invalid setting\nflag --accounts: "),
        (1, &["report", "--store", "none.db"], both, "failed to use the store"),
    ] {
        let run = fixture.sandbox.rolesweep(words).args(flags).envs(fixture.server.environment());
        let finished = run.run().expect_code(code);
        let record = on_stdout(&finished);
        assert_eq!(in_log(&finished), record);
        assert_eq!((&record["exit"]["code"], &record["command"]), (&code.into(), &words[0].into()));
        let causes =
            record["error"]["causes"].as_array().unwrap().iter().map(|cause| cause.as_str().unwrap());
        let said: Vec<&str> =
            std::iter::once(record["error"]["message"].as_str().unwrap()).chain(causes).collect();
        assert!(said.join("\n").starts_with(message), "{record}");
        assert!(!said[0].contains('\n'), "{record}");
        for key in ["scan", "assessment", "report"] {
            assert_eq!(record[key], Value::Null, "{key}: {record}");
        }
    }
    // It failed after the first calls.
    let unknown = fixture.scan(&["--ou", "/Nowhere", "-o", "report"]).args(both).run().expect_code(2);
    let record = on_stdout(&unknown);
    assert!(record["scan"]["organization"]["id"].is_string(), "{record}");
    assert_eq!(record["assessment"], Value::Null);
}

#[test]
fn commands_without_a_result_have_no_record() {
    let fixture = Fixture::new(organization());
    let words: [&[&str]; 3] = [&["setup"], &["config", "show"], &["completions", "bash"]];
    for words in words {
        let run = fixture.sandbox.rolesweep(words).env("ROLESWEEP_SUMMARY", "json");
        let finished = run.env("ROLESWEEP_LOG_FORMAT", "json").run().expect_code(0);
        assert_eq!(finished.stderr, "", "{words:?}");
    }
    for flag in ["--dry-run", "--check"] {
        let run = fixture.bare_scan(&[flag]).env("ROLESWEEP_SUMMARY", "json").run().expect_code(0);
        assert!(run.stdout_text().contains(DEV) && !run.stdout_text().contains("\"record\""), "{run}");
        let _ = fixture.bare_scan(&[flag, "--summary", "json"]).run().expect_code(2);
    }
}
