use super::*;
use crate::fixture;

fn manifest() -> Manifest {
    let scan = fixture::scan();
    let mut manifest =
        Manifest::new("0.1.0", &scan, &fixture::parameters(), &fixture::gaps(), Include::Flagged);
    manifest.accounts = vec![
        AccountEntry::from(&fixture::denied()),
        AccountEntry::not_reached("000000000125".parse().unwrap()),
    ];
    manifest.files =
        vec![FileEntry { name: "roles.csv".to_owned(), rows: Some(1), bytes: 120, sha256: sha256(b"x") }];
    manifest.previous_manifest = Some(PreviousManifest {
        scan_id: "019a0000-0000-7000-8000-0000cafe0000".parse().unwrap(),
        sha256: sha256(b"y"),
    });
    manifest
}

fn text(manifest: &Manifest) -> String {
    String::from_utf8(manifest.to_bytes().unwrap()).unwrap()
}

fn in_a_file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("manifest.json");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn the_form_of_the_manifest() {
    insta::assert_snapshot!(text(&manifest()));
}

#[test]
fn it_reads_back_as_it_was_written() {
    let manifest = manifest();
    let (_folder, path) = in_a_file(&text(&manifest));
    let (back, hash) = Manifest::read(&path).unwrap();
    assert_eq!(back, manifest);
    assert_eq!(hash, sha256(text(&manifest).as_bytes()));
    assert!(text(&manifest).ends_with("}\n"));
}

#[test]
fn a_later_minor_version_with_more_fields_reads_too_and_a_major_one_does_not() {
    let later = text(&manifest())
        .replace(r#""schema_version": "1.0""#, r#""schema_version": "1.7", "signature": {"by": 1}"#)
        .replace(r#""partition": "aws""#, r#""partition": "aws", "weather": "fine""#);
    let (_folder, path) = in_a_file(&later);
    assert_eq!(Manifest::read(&path).unwrap().0.schema_version, "1.7");
    let (_folder, path) = in_a_file(r#"{"schema_version": "2.0"}"#);
    let error = Manifest::read(&path).unwrap_err();
    assert!(matches!(&error, ReportError::Schema { found, .. } if found == "2.0"), "{error}");
}

#[test]
fn what_is_no_manifest_is_refused_with_its_name() {
    for bad in ["", "[]", "{}", r#"{"schema_version": "1.0"}"#] {
        let (_folder, path) = in_a_file(bad);
        let error = Manifest::read(&path).unwrap_err();
        assert!(matches!(error, ReportError::Malformed { .. }), "{bad}: {error}");
        assert!(error.to_string().contains("manifest.json"));
    }
    let missing = Manifest::read(Path::new("/nowhere/manifest.json")).unwrap_err();
    assert!(matches!(missing, ReportError::Io { .. }), "{missing}");
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
        assert_eq!(without_user(endpoint), shown);
    }
}

#[test]
fn another_instant_than_the_scans_start_is_one_set_by_hand() {
    let scan = fixture::scan();
    let mut parameters = fixture::parameters();
    let new = |parameters: &Parameters| Manifest::new("0.1.0", &scan, parameters, &[], Include::All);
    assert!(!new(&parameters).as_of_set_by_hand);
    parameters.as_of = "2026-11-22T10:20:31Z".parse().unwrap();
    assert!(new(&parameters).as_of_set_by_hand);
}

#[test]
fn a_scan_that_was_cut_off_says_so() {
    let mut scan = fixture::scan();
    scan.end = None;
    let manifest = Manifest::new("0.1.0", &scan, &fixture::parameters(), &[], Include::All);
    assert!(manifest.interrupted.is_some() && !manifest.population_complete && !manifest.complete);
    assert_eq!(manifest.scan.finished_at, None);
}

#[test]
fn ten_thousand_accounts_stay_moderate() {
    let mut manifest = manifest();
    manifest.accounts = vec![AccountEntry::from(&fixture::denied()); 10_000];
    assert!(manifest.to_bytes().unwrap().len() < 8 * 1024 * 1024);
}
