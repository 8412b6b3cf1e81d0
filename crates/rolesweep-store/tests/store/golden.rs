//! This version reads a store of each released schema, kept as it was written.
//!
//! `data/store-v2.db` was written by `cargo run -p rolesweep-store --example golden --
//! crates/rolesweep-store/tests/data/store-v2.db` of the version that introduced schema 2, and
//! those before it likewise. They are never written again: a new schema gets a file of its own.

use std::path::{Path, PathBuf};

use rolesweep_model::{Coverage, Role};
use rolesweep_store::{SCHEMA_VERSION, Store, StoreError};

use crate::support::{account, account_id, end, key, page, record, scan};

const ACCOUNT: &str = "000000000123";

/// What the golden stores hold: a scan that was killed, and one that ended, with an account in two
/// pages, one that was denied and one that was not begun.
pub(crate) fn write(path: &Path) -> Result<(), StoreError> {
    let mut store = Store::open(path, &key())?;
    let id = scan(1).id;
    store.begin_scan(&scan(1))?;
    store.discovered(id, &[account(123), account(7), account(222_222_222_222)])?;
    store.begin(id, account_id(123))?;
    store.append(id, account_id(123), &page(ACCOUNT, 0..2))?;
    store.append(id, account_id(123), &page(ACCOUNT, 2..3))?;
    store.finish(id, &record(account_id(123), Coverage::Scanned, 3))?;
    store.finish(id, &record(account_id(7), Coverage::Denied, 0))?;
    store.finish_scan(id, &end())?;
    store.begin_scan(&scan(2))?;
    store.begin(scan(2).id, account_id(123))?;
    store.append(scan(2).id, account_id(123), &page(ACCOUNT, 0..1))
}

#[cfg(test)]
fn check(store: &Store) {
    let mut ended = scan(1);
    ended.end = Some(end());
    assert_eq!(store.scans().unwrap(), [ended, scan(2)]);
    assert_eq!(store.latest_scan().unwrap(), Some(scan(2)));
    let entries: Vec<_> = store.accounts(scan(1).id).unwrap().map(Result::unwrap).collect();
    let accounts: Vec<_> = entries.iter().map(|entry| entry.account.clone()).collect();
    assert_eq!(accounts, [account(7), account(123), account(222_222_222_222)]);
    let records: Vec<_> = entries.into_iter().map(|entry| entry.record).collect();
    assert_eq!(
        records,
        [
            Some(record(account_id(7), Coverage::Denied, 0)),
            Some(record(account_id(123), Coverage::Scanned, 3)),
            None
        ]
    );
    let expected = page(ACCOUNT, 0..3).roles;
    let roles: Vec<Role> = store.roles(scan(1).id, account_id(123)).unwrap().map(Result::unwrap).collect();
    assert_eq!(roles, expected.iter().map(|collected| collected.role.clone()).collect::<Vec<_>>());
    let documents = store.documents(scan(1).id, account_id(123)).unwrap();
    for collected in expected {
        assert_eq!(documents.inline[&collected.role.role_id], collected.inline_policies.unwrap());
    }
    assert_eq!(documents.managed, [page(ACCOUNT, 0..0).policies, page(ACCOUNT, 2..2).policies].concat());
    assert_eq!(store.roles(scan(2).id, account_id(123)).unwrap().count(), 0);
}

#[test]
fn a_store_of_each_schema_reads_and_goes_on() {
    assert_eq!(SCHEMA_VERSION, 2, "add a golden store for the new schema");
    for version in 1..=SCHEMA_VERSION {
        let name = format!("store-v{version}.db");
        let golden: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "data", &name].iter().collect();
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("store.db");
        std::fs::copy(golden, &copy).unwrap();
        check(&Store::open_existing(&copy).unwrap());
        let mut store = Store::open(&copy, &key()).unwrap();
        check(&store);
        // The account that was under way can be finished.
        store.append(scan(2).id, account_id(123), &page(ACCOUNT, 1..2)).unwrap();
        store.finish(scan(2).id, &record(account_id(123), Coverage::Scanned, 2)).unwrap();
        assert_eq!(store.roles(scan(2).id, account_id(123)).unwrap().count(), 2);
        store.begin_scan(&scan(3)).unwrap();
        assert_eq!(store.latest_scan().unwrap(), Some(scan(3)));
    }
}

#[test]
fn this_version_writes_what_the_golden_store_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    write(&path).unwrap();
    check(&Store::open_existing(&path).unwrap());
}
