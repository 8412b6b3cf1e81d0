//! `docs/manifest.md` names every key of a manifest, and no other.

use std::collections::BTreeSet;
use std::fs;

use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{RoleMatch, TagMatch};
use rolesweep_model::{Access, Coverage, CrossCheck, Scope, Source};
use serde_json::Value;

use super::*;
use crate::assessed::Include;
use crate::fixture;
use crate::settings::{ChangeKind, SettingKind};
use crate::sha256::sha256;

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/manifest.md");
    fs::read_to_string(path).unwrap()
}

/// A manifest that has every key.
fn full() -> Manifest {
    let mut parameters = fixture::parameters();
    let rule = &mut parameters.rules[0];
    rule.accounts = vec!["000000000124".parse().unwrap()];
    rule.ous = vec!["/CI".to_owned()];
    rule.unused_after = rule.inactive_after;
    rule.role_names = vec!["deploy-*".to_owned()];
    let exemption = &mut parameters.exemptions[0];
    exemption.ticket = Some("SEC-1".to_owned());
    exemption.roles = RoleMatch {
        role_id: exemption.roles.role_id.clone(),
        role_arn: Some("arn:aws:iam::000000000124:role/app".parse().unwrap()),
        role_names: vec!["app".to_owned()],
        paths: vec!["/".to_owned()],
        accounts: vec!["000000000124".parse().unwrap()],
        ous: vec!["/CI".to_owned()],
        trust_at_most: Some(TrustLevel::Org),
    };
    rule.tags = vec![TagMatch { key: "build".to_owned(), value: Some("yearly".to_owned()) }];
    let mut scan = fixture::scan();
    scan.end.as_mut().unwrap().interrupted = Some("by a signal".to_owned());
    let mut manifest = fixture::manifest(&scan, &parameters, &fixture::gaps(), Include::Flagged);
    let mut facts = fixture::denied_account();
    let record = facts.record.as_mut().unwrap();
    record.access = Some(Access::AuditRole);
    record.cross_check = Some(Box::new(CrossCheck {
        listed: 2,
        only_first: 1,
        only_second: 1,
        only_first_arns: vec!["a".to_owned()],
        only_second_arns: vec!["b".to_owned()],
        failure: record.reason.clone(),
    }));
    manifest.accounts = vec![AccountEntry::new(&facts)];
    manifest.files =
        vec![FileEntry { name: "roles.csv".to_owned(), rows: Some(1), bytes: 1, sha256: sha256(b"x") }];
    manifest.previous = Some((&fixture::since()).into());
    let link = PreviousLink { missing: Some("why".to_owned()), ..fixture::previous_link() };
    manifest.previous_manifest = (&link).into();
    manifest.settings_changes = Some(fixture::settings_changes());
    manifest
}

/// Every key below a value, as `a.b[].c`. The keys of `calls` are actions, so they are not part of
/// the form.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(_) if path.ends_with(".calls") => {}
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
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
    let manifest = full();
    let mut written = BTreeSet::new();
    keys(&serde_json::to_value(&manifest).unwrap(), "", &mut written);
    let page = page();
    let rows: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(key, _)| key))
        .collect();
    let named: BTreeSet<String> = rows.iter().copied().map(str::to_owned).collect();
    assert_eq!(rows.len(), named.len(), "a key stands twice");
    let missing: Vec<_> = written.difference(&named).collect();
    let invented: Vec<_> = named.difference(&written).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing: {missing:?}, not there: {invented:?}");
}

#[test]
fn the_page_names_every_word() {
    let page = page();
    let of =
        |key: &str| page.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).unwrap().to_owned();
    for (key, words) in [
        ("completeness", Completeness::ALL.map(Completeness::as_str).to_vec()),
        ("scope", [Scope::Organization, Scope::Part, Scope::Named].map(words::scope).to_vec()),
        ("scan.source", [Source::Aws, Source::Demo].map(words::source).to_vec()),
        ("accounts[].access", [Access::AuditRole, Access::Caller].map(words::access).to_vec()),
        ("parameters.include", [Include::Flagged, Include::All].map(Include::as_str).to_vec()),
    ] {
        for word in words {
            assert!(of(key).contains(&format!("`{word}`")), "{key}: {word}");
        }
    }
    let row = of("settings_changes.changes[].kind");
    for kind in SettingKind::ALL {
        assert!(row.contains(&format!("`{}`", kind.as_str())), "{kind:?}");
    }
    let row = of("settings_changes.changes[].change");
    assert!(ChangeKind::ALL.iter().all(|change| row.contains(&format!("`{}`", change.as_str()))), "{row}");
    for coverage in Coverage::ALL {
        let gap = of(&format!("counts.accounts.{coverage}")).contains("A gap.");
        assert_eq!(gap, coverage.is_gap(), "{coverage}");
    }
}
