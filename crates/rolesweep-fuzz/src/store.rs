//! A store's file that was changed from outside.

use std::fs;

use rolesweep_store::{Result, Store, StoreError};

/// A store, as this version's first release wrote it.
const GOLDEN: &[u8] = include_bytes!("../../rolesweep-store/tests/data/store-v1.db");

/// The file has no room for this many facts.
const MOST: usize = 10_000;

/// Changes to a store's file. Each has a position (three bytes, the low byte first), a length (one
/// byte), and that many bytes. A change without bytes cuts the file off at its position.
pub fn store(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    fs::write(&path, changed(data)).expect("room for a small file");
    let (first, second) = (Store::open_existing(&path), Store::open_existing(&path));
    let Ok(first) = first.and_then(|store| read(&store)) else { return };
    let second = second.and_then(|store| read(&store)).expect("what reads once reads twice");
    assert_eq!(first, second, "and the same");
    let key = Store::open_existing(&path).map(|store| store.key().clone()).expect("it did before");
    // Opening the store for writing may still find an error. If not, it gives the same data.
    if let Ok(store) = Store::open(&path, &key) {
        assert_eq!(read(&store).expect("what reads once reads twice"), first, "and the same");
    }
}

/// Everything that is in a store.
fn read(store: &Store) -> Result<Vec<String>> {
    let mut all = Vec::new();
    let mut keep = |fact: String| {
        all.push(fact);
        assert!(all.len() < MOST, "more facts than the file has room for");
    };
    store.latest_scan()?;
    for scan in store.scans()? {
        keep(format!("{scan:?}"));
        keep(format!("{:?}", store.aws_policies(scan.id)?));
        let aws = store.aws_managed_policies(scan.id)?;
        let mut last = None;
        for entry in store.accounts(scan.id)? {
            let entry = entry?;
            let id = entry.account.id;
            assert!(last.replace(id) < Some(id), "accounts come in order, and each once");
            keep(format!("{entry:?}"));
            store.stored_documents(scan.id, id)?.lend(&aws, |lent| {
                for role in store.roles(scan.id, id)? {
                    let role = role?;
                    keep(format!("{role:?} {:?}", lent.of(&role)));
                }
                Ok::<_, StoreError>(())
            })?;
        }
    }
    Ok(all)
}

fn changed(mut changes: &[u8]) -> Vec<u8> {
    let mut file = GOLDEN.to_vec();
    while let [a, b, c, count, rest @ ..] = changes {
        let at = u32::from_le_bytes([*a, *b, *c, 0]) as usize % GOLDEN.len();
        let (bytes, rest) = rest.split_at(usize::from(*count).min(rest.len()));
        if *count == 0 {
            file.truncate(at);
        }
        for (old, new) in file.iter_mut().skip(at).zip(bytes) {
            *old = *new;
        }
        changes = rest;
    }
    file
}
