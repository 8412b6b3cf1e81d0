use std::collections::BTreeMap;

use super::*;
use crate::assessed::Include;
use crate::error::Occupant;
use crate::fixture::{self, Fixture};
use crate::formats::{FORMATS, FileRows};
use crate::sha256::sha256;
use crate::sink::Sink as _;

fn manifest() -> Manifest {
    fixture::manifest(&fixture::scan(), &fixture::parameters(), &[], Include::All)
}

/// Writes a whole report.
pub(super) fn write(path: &Path) -> Result<Vec<FileEntry>, ReportError> {
    let mut directory = ReportDirectory::create(path)?;
    tables(&mut directory)?;
    Ok(directory.commit(manifest())?.0)
}

fn begin(directory: &mut ReportDirectory, name: &'static str) -> Result<Output<ReportFile>, ReportError> {
    Ok(Output::new(directory.create_file(name)?))
}

fn tables(directory: &mut ReportDirectory) -> Result<(), ReportError> {
    let fixture = Fixture::default();
    let mut files = FileRows::new(Include::All, FORMATS);
    files.begin();
    files.role(&fixture.row());
    for (format, rows) in FORMATS.iter().zip(files.take()) {
        let mut output = begin(directory, format.file)?;
        output.append(&rows)?;
        directory.seal(output)?;
    }
    Ok(())
}

/// Every path below a folder with its mode, including hidden ones.
fn tree(folder: &Path) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            found.extend(
                tree(&entry.path()).into_iter().map(|(below, mode)| (format!("{name}/{below}"), mode)),
            );
        }
        found.insert(name, mode(&metadata));
    }
    found
}

fn mode(metadata: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().collect()
}

/// The names of a report's files.
pub(super) fn files() -> Vec<&'static str> {
    let mut names: Vec<&str> = FORMATS.iter().map(|format| format.file).chain([MANIFEST]).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_report_appears_at_once_with_its_hashes() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a/b/report");
    let written = write(&path).unwrap();
    assert_eq!(names(&path), files());
    assert_eq!(names(root.path()).len(), 3 + files().len());
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(path.join(MANIFEST)).unwrap()).unwrap();
    assert_eq!(manifest["files"], serde_json::to_value(&written).unwrap());
    let rows: Vec<_> = written.iter().map(|file| (&*file.name, file.rows)).collect();
    assert_eq!(rows[..2], [("roles.csv", Some(1)), ("accounts.csv", Some(0))]);
    for file in &written {
        let bytes = fs::read(path.join(&file.name)).unwrap();
        assert_eq!((file.bytes, &file.sha256), (bytes.len() as u64, &sha256(&bytes)), "{}", file.name);
    }
}

#[test]
fn nobody_else_can_look_in_while_it_is_written_or_after() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("new/report");
    let mut directory = ReportDirectory::create(&path).unwrap();
    let roles = begin(&mut directory, "roles.csv").unwrap();
    for (name, mode) in tree(root.path()) {
        let expected = if name.ends_with(".csv") { 0o600 } else { 0o700 };
        assert_eq!(mode, expected, "{name}");
    }
    directory.seal(roles).unwrap();
    directory.commit(manifest()).unwrap();
    for (name, mode) in tree(root.path()) {
        let expected = if name.contains('.') { 0o600 } else { 0o700 };
        assert_eq!(mode, expected, "{name}");
    }
}

#[test]
fn an_empty_folder_is_taken() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("empty");
    fs::create_dir(&path).unwrap();
    write(&path).unwrap();
    assert_eq!(names(&path), files());
    assert_eq!(names(root.path()).len(), 1 + files().len());
}

#[test]
fn a_killed_runs_staging_folder_does_not_block_a_folder() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("report");
    fs::create_dir_all(path.join(".rolesweep-abc123.tmp")).unwrap();
    fs::create_dir(root.path().join(".rolesweep-def456.tmp")).unwrap();
    write(&path).unwrap();
    assert_eq!(names(&path), [&[".rolesweep-abc123.tmp"], files().as_slice()].concat());
}

#[test]
fn a_folder_that_holds_a_report_is_refused_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("report");
    write(&path).unwrap();
    let manifest = fs::read(path.join(MANIFEST)).unwrap();
    let error = write(&path).unwrap_err();
    let expected = Occupant::Report(fixture::scan().id);
    assert!(matches!(&error, ReportError::Occupied { occupant, .. } if *occupant == expected), "{error}");
    assert!(error.to_string().contains(&fixture::scan().id.to_string()));
    assert!(error.remedy().is_some());
    assert_eq!(fs::read(path.join(MANIFEST)).unwrap(), manifest);
    assert_eq!(names(root.path()).len(), 1 + files().len());
}

#[test]
fn a_folder_with_anything_else_in_it_is_refused() {
    for (name, expected) in [
        ("notes.txt", Occupant::Entry("notes.txt".to_owned())),
        (".hidden", Occupant::Entry(".hidden".to_owned())),
        ("manifest.json", Occupant::ForeignManifest),
    ] {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(name), "{}").unwrap();
        let error = ReportDirectory::check(root.path()).unwrap_err();
        assert!(matches!(&error, ReportError::Occupied { occupant, .. } if *occupant == expected), "{error}");
        assert_eq!(names(root.path()), [name]);
    }
}

#[test]
fn a_file_in_the_way_is_named() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(ReportDirectory::check(&file), Err(ReportError::NotADirectory { .. })));
    let error = ReportDirectory::check(&file.join("below")).unwrap_err();
    assert!(error.to_string().contains("file") && error.remedy().is_some(), "{error}");
}

#[test]
fn a_check_leaves_everything_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    ReportDirectory::check(&root.path().join("x/y/z")).unwrap();
    assert!(names(root.path()).is_empty());
    fs::create_dir(root.path().join("empty")).unwrap();
    ReportDirectory::check(&root.path().join("empty")).unwrap();
    assert_eq!(names(root.path()), ["empty"]);
}

#[test]
fn an_error_or_a_panic_leaves_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("x/report");
    let mut directory = ReportDirectory::create(&path).unwrap();
    let _open = begin(&mut directory, "roles.csv").unwrap();
    assert!(
        matches!(directory.commit(manifest()), Err(ReportError::Unsealed { name }) if name == "roles.csv")
    );
    assert!(names(root.path()).is_empty());

    let panicked = std::panic::catch_unwind(|| {
        let mut directory = ReportDirectory::create(&path).unwrap();
        let _open = begin(&mut directory, "roles.csv").unwrap();
        std::panic::resume_unwind(Box::new("deliberate"));
    });
    assert!(panicked.is_err());
    assert!(names(root.path()).is_empty());
}

#[test]
fn files_that_somebody_added_meanwhile_are_not_replaced() {
    for exists in [false, true] {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("report");
        if exists {
            fs::create_dir(&path).unwrap();
        }
        let directory = ReportDirectory::create(&path).unwrap();
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("roles.csv"), "theirs").unwrap();
        let error = directory.commit(manifest()).unwrap_err();
        assert!(matches!(error, ReportError::Occupied { .. }), "{error}");
        assert_eq!(names(root.path()), ["report", "report/roles.csv"]);
        assert_eq!(fs::read(path.join("roles.csv")).unwrap(), b"theirs");
    }
}

#[test]
fn a_link_to_an_empty_folder_is_followed_and_a_dangling_one_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let (real, link) = (root.path().join("real"), root.path().join("link"));
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    write(&link).unwrap();
    assert_eq!(names(&real), files());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let dangling = root.path().join("dangling");
    std::os::unix::fs::symlink(root.path().join("nowhere"), &dangling).unwrap();
    assert!(matches!(ReportDirectory::check(&dangling), Err(ReportError::Io { .. })));
}

#[test]
fn the_current_folder_is_filled_and_not_replaced() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("here");
    fs::create_dir(&path).unwrap();
    let destination = Destination::resolve(&path).unwrap();
    assert!(!can_be_replaced(&destination, Some(&destination.path)));
    assert!(can_be_replaced(&destination, Some(&destination.parent)));
    assert!(can_be_replaced(&destination, None));
}

/// Begins a report in an empty folder that a rename cannot replace: a mount point, the current
/// folder.
fn staged_inside(path: &Path) -> ReportDirectory {
    fs::create_dir(path).unwrap();
    let mut directory = ReportDirectory::create(path).unwrap();
    directory.staging = staging::create_in(path).unwrap();
    directory.inside = true;
    directory
}

/// The same with its two tables, before the manifest.
pub(super) fn staged_report(path: &Path) -> ReportDirectory {
    let mut directory = staged_inside(path);
    tables(&mut directory).unwrap();
    directory
}

/// The manifest of what was sealed.
pub(super) fn manifest_of(directory: &ReportDirectory) -> Manifest {
    let mut manifest = manifest();
    manifest.files.clone_from(&directory.sealed);
    manifest
}

#[test]
fn a_folder_that_cannot_be_replaced_is_filled() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("volume");
    let mut directory = staged_inside(&path);
    let roles = begin(&mut directory, "roles.csv").unwrap();
    directory.seal(roles).unwrap();
    assert_eq!(names(&path).len(), 2);
    directory.commit(manifest()).unwrap();
    assert_eq!(names(&path), ["manifest.json", "roles.csv"]);
}

#[test]
fn a_folder_that_cannot_be_replaced_is_whole_or_empty() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("volume");
    let mut directory = staged_inside(&path);
    tables(&mut directory).unwrap();
    // The second of three cannot be moved.
    fs::remove_file(directory.staging.path().join("accounts.csv")).unwrap();
    let error = directory.commit(manifest()).unwrap_err();
    assert!(error.to_string().contains("accounts.csv"), "{error}");
    assert!(names(&path).is_empty());
}

#[test]
fn a_file_is_begun_once() {
    let root = tempfile::tempdir().unwrap();
    let mut directory = ReportDirectory::create(&root.path().join("report")).unwrap();
    let _open = begin(&mut directory, "roles.csv").unwrap();
    assert!(directory.create_file("roles.csv").is_err());
}

#[test]
fn the_default_folder_is_always_a_new_one() {
    let root = tempfile::tempdir().unwrap();
    let scan = fixture::scan();
    let first = default_path(root.path(), &scan);
    assert!(first.ends_with("rolesweep-report/2026-11-22-cafe0001"));
    write(&first).unwrap();
    let second = default_path(root.path(), &scan);
    assert!(second.ends_with("rolesweep-report/2026-11-22-cafe0001-2"));
    write(&second).unwrap();
    assert!(default_path(root.path(), &scan).ends_with("2026-11-22-cafe0001-3"));
}
