//! The files of a store: modes, symbolic links, and what checking and closing leave behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rolesweep_store::{Store, StoreError};

use crate::support::{account, key, scan};

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[cfg(unix)]
#[test]
fn every_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/store.db");
    let mut store = Store::open(&path, &key()).unwrap();
    store.begin_scan(&scan(1)).unwrap();
    let inside = path.parent().unwrap();
    let expected = ["store.db", "store.db-shm", "store.db-wal", "store.db.rolesweep-lock"];
    assert_eq!(names(inside), expected.map(str::to_owned).into());
    for name in expected {
        assert_eq!(mode(&inside.join(name)), 0o600, "{name}");
    }
    for folder in [inside, inside.parent().unwrap()] {
        assert_eq!(mode(folder), 0o700);
    }
    drop(store);
    assert_eq!(names(inside), ["store.db", "store.db.rolesweep-lock"].map(str::to_owned).into());
}

#[cfg(unix)]
#[test]
fn a_store_that_others_can_read_is_taken_from_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Store::open(&path, &key()).unwrap());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
    let mut store = Store::open(&path, &key()).unwrap();
    store.begin_scan(&scan(1)).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&folder.path().join("store.db-wal")), 0o600);
}

#[cfg(unix)]
#[test]
fn two_names_of_one_store_have_one_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let _store = Store::open(&path, &key()).unwrap();
    assert!(matches!(Store::open(&link, &key()), Err(StoreError::Locked { .. })));
}

#[test]
fn checking_leaves_nothing_that_was_not_there() {
    let folder = tempfile::tempdir().unwrap();
    Store::check_writable(&folder.path().join("not/there/store.db")).unwrap();
    Store::check_writable(&folder.path().join("store.db")).unwrap();
    assert!(names(folder.path()).is_empty());
    let path = folder.path().join("store.db");
    drop(Store::open(&path, &key()).unwrap());
    let before = (names(folder.path()), fs::read(&path).unwrap());
    Store::check_writable(&path).unwrap();
    drop(Store::open_existing(&path).unwrap());
    assert_eq!((names(folder.path()), fs::read(&path).unwrap()), before);
}

#[test]
fn a_reader_sees_one_moment_and_disturbs_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path, &key()).unwrap();
    store.begin_scan(&scan(1)).unwrap();
    let early = Store::open_existing(&path).unwrap();
    store.discovered(scan(1).id, &[account(1)]).unwrap();
    let late = Store::open_existing(&path).unwrap();
    store.begin_scan(&scan(2)).unwrap();
    assert_eq!(early.accounts(scan(1).id).unwrap().count(), 0);
    assert_eq!(late.accounts(scan(1).id).unwrap().count(), 1);
    assert_eq!(late.latest_scan().unwrap(), Some(scan(1)));
    drop((early, late));
    assert_eq!(Store::open_existing(&path).unwrap().latest_scan().unwrap(), Some(scan(2)));
}

/// As in a folder that cannot be written: SQLite cannot open its companion, because a dangling link
/// has its name.
#[cfg(unix)]
#[test]
fn a_copy_in_a_folder_that_cannot_be_written_is_readable_if_all_is_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let beside = |suffix: &str| folder.path().join(format!("a 100% strange?name#.db{suffix}"));
    let mut store = Store::open(&beside(""), &key()).unwrap();
    store.begin_scan(&scan(1)).unwrap();
    drop(store);
    std::os::unix::fs::symlink("nowhere/at/all", beside("-shm")).unwrap();
    assert_eq!(Store::open_existing(&beside("")).unwrap().scans().unwrap(), [scan(1)]);
    // With a log, the file alone is not the whole store.
    fs::write(beside("-wal"), "something").unwrap();
    let refusal = Store::open_existing(&beside("")).unwrap_err();
    assert!(refusal.to_string().starts_with("no permission for"), "{refusal}");
}

/// Only root can give a file away; for another user, this shows nothing.
#[cfg(unix)]
#[test]
fn a_file_of_another_user_takes_no_facts() {
    use std::os::unix::fs::chown;
    let folder = tempfile::tempdir().unwrap();
    for suffix in ["", "-wal", "-shm", ".rolesweep-lock"] {
        let path = folder.path().join(format!("store{}.db", suffix.len()));
        let theirs = path.with_file_name(format!("store{}.db{suffix}", suffix.len()));
        fs::write(&theirs, "").unwrap();
        if chown(&theirs, Some(65_534), None).is_err() {
            return;
        }
        if !suffix.is_empty() {
            fs::write(&path, "").unwrap();
        }
        for refusal in [Store::open(&path, &key()).map(drop), Store::check_writable(&path)] {
            let refusal = refusal.unwrap_err();
            assert!(matches!(refusal, StoreError::OtherOwner { owner: 65_534, .. }), "{suffix}: {refusal}");
        }
        assert_eq!(fs::read(&theirs).unwrap(), b"", "{suffix}");
    }
}

#[cfg(unix)]
#[test]
fn a_store_with_a_second_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Store::open(&path, &key()).unwrap());
    fs::hard_link(&path, folder.path().join("second.db")).unwrap();
    for refusal in [Store::open(&path, &key()).map(drop), Store::check_writable(&path)] {
        assert!(matches!(refusal, Err(StoreError::HardLinked { .. })), "{refusal:?}");
    }
    // Such a store can still be read.
    drop(Store::open_existing(&path).unwrap());
}
