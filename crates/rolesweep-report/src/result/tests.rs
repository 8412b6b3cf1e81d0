use std::collections::BTreeSet;

use rolesweep_assess::{Completeness, Disposition, Status};
use rolesweep_model::{Coverage, Scope, Source};
use serde_json::Value;

use super::form::below;
use super::*;
use crate::fixture;
use crate::settings::ChangeKind;
use crate::words;

/// A record that has every key.
fn full() -> ScanResult {
    let mut scan = fixture::scan();
    scan.end.as_mut().unwrap().interrupted = Some("by a signal".to_owned());
    let mut summary = fixture::summary();
    summary.since = Some(fixture::since());
    summary.files = vec![crate::manifest::FileEntry {
        name: "roles.csv".to_owned(),
        rows: Some(1),
        bytes: 120,
        sha256: crate::sha256(b"x"),
    }];
    summary.settings_changes = Some(fixture::settings_changes());
    ScanResult {
        exit: ExitStatus { code: 4, meaning: "not complete".to_owned() },
        error: Some(Problem {
            message: "the report is not complete".to_owned(),
            causes: vec!["AccessDenied".to_owned()],
            help: vec!["scan again".to_owned()],
        }),
        scan: Some(ScanFacts::from(&scan)),
        assessment: Some(Counted::from(&summary)),
        report: Some(Files::new(Some("/reports/1".to_owned()), &summary)),
        store: Some("/data/o-1.db".to_owned()),
        ..ScanResult::begin("scan")
    }
}

/// Every key below a value, as `a.b[].c`.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = below(path, name);
                keys(inner, &path, found);
                found.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, &format!("{path}[]"), found)),
        Value::Null => panic!("{path} is not filled"),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_page_names_every_key_and_no_other() {
    let mut written = BTreeSet::new();
    keys(&serde_json::to_value(full()).unwrap(), "", &mut written);
    let page = result_markdown();
    let named: BTreeSet<String> = page
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect();
    assert_eq!(named, written);
}

#[test]
fn the_page_names_every_word() {
    let page = result_markdown();
    let of = |key: &str| page.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).unwrap();
    for (key, words) in [
        ("assessment.completeness", Completeness::ALL.map(Completeness::as_str).to_vec()),
        ("scan.scope", [Scope::Organization, Scope::Part, Scope::Named].map(words::scope).to_vec()),
        ("scan.source", [Source::Aws, Source::Demo].map(words::source).to_vec()),
    ] {
        for word in words {
            assert!(of(key).contains(&format!("`{word}`")), "{key}: {word}");
        }
    }
    let changes = of("assessment.settings_changes.changes[].change");
    assert!(ChangeKind::ALL.iter().all(|change| changes.contains(&format!("`{}`", change.as_str()))));
    for coverage in Coverage::ALL {
        let gap = of(&format!("assessment.accounts.{coverage}")).contains("A gap.");
        assert_eq!(gap, coverage.is_gap(), "{coverage}");
    }
}

#[test]
fn every_coverage_status_and_disposition_is_counted_under_its_own_name() {
    let summary = fixture::summary();
    let json = serde_json::to_value(Counted::from(&summary)).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    let coverages = Coverage::ALL.map(Coverage::as_str);
    assert_eq!(names(&json["accounts"]), words(&[&coverages[..], &["total", "accepted_gaps"]].concat()));
    assert_eq!(names(&json["roles"]["by_status"]), words(&Status::ALL.map(Status::as_str)));
    assert_eq!(names(&json["roles"]["by_disposition"]), words(&Disposition::ALL.map(Disposition::as_str)));
}

#[test]
fn a_record_is_one_line_that_cannot_move_the_cursor_and_reads_back() {
    let hostile = "a\nb\u{1b}[2J\u{7f}\u{9b}1m\u{202e}\u{e0041}é";
    let mut result = full();
    result.error.as_mut().unwrap().message = hostile.to_owned();
    let line = result.to_line();
    assert!(!line.chars().any(rolesweep_model::text::is_hidden), "{line}");
    let read: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(read["error"]["message"], hostile);
    assert_eq!(read, serde_json::to_value(&result).unwrap());
}

#[test]
fn a_command_that_knows_nothing_has_every_key_and_no_counts() {
    let json = serde_json::to_value(ScanResult::begin("report")).unwrap();
    for key in ["scan", "assessment", "report", "store", "error"] {
        assert_eq!(json[key], Value::Null, "{key}");
    }
    assert_eq!((&json["record"], &json["command"]), (&"result".into(), &"report".into()));
}

#[test]
fn the_record_has_no_secret_of_an_endpoint() {
    assert!(!full().to_line().contains("secret"));
}
