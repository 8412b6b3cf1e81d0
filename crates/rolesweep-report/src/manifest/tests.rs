use rolesweep_assess::Parameters;

use super::*;
use crate::assessed::Include;
use crate::fixture;
use crate::sha256::sha256;

fn manifest() -> Manifest {
    let mut manifest =
        fixture::manifest(&fixture::scan(), &fixture::parameters(), &fixture::gaps(), Include::Flagged);
    manifest.accounts = vec![
        AccountEntry::new(&fixture::denied_account()),
        AccountEntry::not_reached("000000000125".parse().unwrap()),
    ];
    manifest.files =
        vec![FileEntry { name: "roles.csv".to_owned(), rows: Some(1), bytes: 120, sha256: sha256(b"x") }];
    manifest.previous = Some((&fixture::since()).into());
    manifest.previous_manifest = (&fixture::previous_link()).into();
    manifest.settings_changes = Some(fixture::settings_changes());
    manifest
}

fn text(manifest: &Manifest) -> String {
    String::from_utf8(manifest.to_bytes().unwrap()).unwrap()
}

#[test]
fn the_form_of_the_manifest() {
    insta::assert_snapshot!(text(&manifest()));
}

#[test]
fn it_holds_no_secret_of_an_endpoint() {
    assert!(!text(&manifest()).contains("secret"));
    for (endpoint, shown) in [
        ("http://localhost:4566", "http://localhost:4566"),
        ("iam=https://a:b@c@host/x@y", "iam=https://host/x@y"),
        ("https://user@host?x", "https://host?x"),
        ("iam", "iam"),
    ] {
        assert_eq!(scan::without_user(endpoint), shown);
    }
}

#[test]
fn another_instant_than_the_scans_start_is_one_set_by_hand() {
    let scan = fixture::scan();
    let mut parameters = fixture::parameters();
    let new = |parameters: &Parameters| fixture::manifest(&scan, parameters, &[], Include::All);
    assert!(!new(&parameters).as_of_set_by_hand);
    parameters.as_of = "2026-11-22T10:20:31Z".parse().unwrap();
    assert!(new(&parameters).as_of_set_by_hand);
}

#[test]
fn a_scan_that_was_cut_off_says_so() {
    let mut scan = fixture::scan();
    scan.end = None;
    let manifest = fixture::manifest(&scan, &fixture::parameters(), &[], Include::All);
    assert!(manifest.interrupted.is_some() && !manifest.population_complete && !manifest.complete);
    assert!(text(&manifest).contains("\"finished_at\": null"));
}

#[test]
fn ten_thousand_accounts_stay_moderate() {
    let mut manifest = manifest();
    manifest.accounts = vec![AccountEntry::new(&fixture::denied_account()); 10_000];
    assert!(manifest.to_bytes().unwrap().len() < 8 * 1024 * 1024);
}
