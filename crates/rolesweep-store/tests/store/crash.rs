//! Whatever happens to the process, what was finished stands, and nothing else is there.
//!
//! If a process is killed, the database file and its log stay as the operating system has them.
//! Copying both while the store is open gives the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rolesweep_model::{AccountId, Coverage, Scan};
use rolesweep_store::{Store, StoreError};

use crate::documents::inline_documents;
use crate::support::{account, account_id, key, page, record, scan};

/// What a kill at this moment would leave, with the log cut to `log` bytes, opened again.
fn after_kill(path: &Path, log: Option<u64>) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("store.db");
    fs::copy(path, &copy).unwrap();
    let wal = folder.path().join("store.db-wal");
    fs::copy(path.with_extension("db-wal"), &wal).unwrap();
    if let Some(log) = log {
        fs::OpenOptions::new().write(true).open(&wal).unwrap().set_len(log).unwrap();
    }
    let store = Store::open(&copy, &key()).unwrap();
    (folder, store)
}

/// The finished accounts, each checked to be whole.
fn finished(store: &Store, scan: &Scan) -> BTreeSet<AccountId> {
    let mut finished = BTreeSet::new();
    for entry in store.accounts(scan.id).unwrap().map(Result::unwrap) {
        let id = entry.account.id;
        let expected = if entry.record.is_some() { 20 } else { 0 };
        let roles = store.roles(scan.id, id).unwrap().map(Result::unwrap).count();
        assert_eq!(roles, expected, "{id}");
        assert_eq!(inline_documents(store, scan.id, id).len(), expected, "{id}");
        finished.extend(entry.record.map(|_| id));
    }
    finished
}

#[test]
fn a_kill_between_any_two_calls_loses_no_finished_account_and_shows_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path, &key()).unwrap();
    let scan = scan(1);
    store.begin_scan(&scan).unwrap();
    store.discovered(scan.id, &[account(1), account(2), account(3)]).unwrap();
    let mut done = BTreeSet::new();
    for number in 1..=3 {
        let id = account_id(number);
        let arn = id.as_str();
        store.begin(scan.id, id).unwrap();
        assert_eq!(finished(&after_kill(&path, None).1, &scan), done);
        store.append(scan.id, id, &page(arn, 0..12)).unwrap();
        assert_eq!(finished(&after_kill(&path, None).1, &scan), done);
        store.append(scan.id, id, &page(arn, 12..20)).unwrap();
        assert_eq!(finished(&after_kill(&path, None).1, &scan), done);
        store.finish(scan.id, &record(id, Coverage::Scanned, 20)).unwrap();
        done.insert(id);
        assert_eq!(finished(&after_kill(&path, None).1, &scan), done);
    }
    store
        .batch(|store| -> Result<(), StoreError> {
            store.begin(scan.id, account_id(4))?;
            store.append(scan.id, account_id(4), &page("000000000004", 0..20))?;
            store.finish(scan.id, &record(account_id(4), Coverage::Scanned, 20))?;
            assert_eq!(finished(&after_kill(&path, None).1, &scan), done);
            Ok(())
        })
        .unwrap();
    done.insert(account_id(4));
    assert_eq!(finished(&after_kill(&path, None).1, &scan), done);
}

#[test]
fn a_store_whose_log_lost_its_end_still_opens_and_shows_whole_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path, &key()).unwrap();
    let scan = scan(1);
    store.begin_scan(&scan).unwrap();
    // Opened again, so that the scan itself is in the file and not in its log.
    drop(store);
    let mut store = Store::open(&path, &key()).unwrap();
    for number in 1..=4 {
        let id = account_id(number);
        store.begin(scan.id, id).unwrap();
        store.append(scan.id, id, &page(id.as_str(), 0..20)).unwrap();
        store.finish(scan.id, &record(id, Coverage::Scanned, 20)).unwrap();
    }
    let whole = fs::metadata(path.with_extension("db-wal")).unwrap().len();
    let mut counts = BTreeSet::new();
    for step in 0..=16 {
        counts.insert(finished(&after_kill(&path, Some(whole * step / 16 - step % 2)).1, &scan).len());
    }
    assert_eq!((counts.first(), counts.last()), (Some(&0), Some(&4)));
    assert!(counts.len() > 2, "the cuts fall between accounts: {counts:?}");
}

#[test]
fn the_account_that_was_under_way_is_gone_after_a_drop_and_can_be_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let scan = scan(1);
    let mut store = Store::open(&path, &key()).unwrap();
    store.begin_scan(&scan).unwrap();
    store.begin(scan.id, account_id(1)).unwrap();
    store.append(scan.id, account_id(1), &page("000000000001", 3..9)).unwrap();
    drop(store);
    let mut store = Store::open(&path, &key()).unwrap();
    assert_eq!(store.scans().unwrap(), std::slice::from_ref(&scan));
    assert!(finished(&store, &scan).is_empty());
    store.begin(scan.id, account_id(1)).unwrap();
    store.append(scan.id, account_id(1), &page("000000000001", 0..20)).unwrap();
    store.finish(scan.id, &record(account_id(1), Coverage::Scanned, 20)).unwrap();
    assert_eq!(finished(&store, &scan).len(), 1);
}
