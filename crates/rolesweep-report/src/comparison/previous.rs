//! The earlier scans that a scan can be compared with.

use rolesweep_model::Scan;
use rolesweep_store::{AccountEntry, NumberedScan, Store, StoreError};

/// Whether two scans were to read the same accounts of the same organization.
#[must_use]
pub fn are_on_the_same_accounts(one: &Scan, other: &Scan) -> bool {
    let accounts = |scan: &Scan| {
        let organization = scan.organization.as_ref().map(|organization| organization.id.clone());
        (organization, scan.scope, scan.parameters.named_accounts_only, scan.parameters.filter.clone())
    };
    accounts(one) == accounts(other)
}

/// The finished scans that began before this one and were to read the same accounts, the latest
/// first. `scans` are those of the store, in the order of their numbers. If this one is not among them,
/// it is about to begin, and all of them came before.
pub fn comparable_scans<'s>(
    scans: &'s [NumberedScan],
    after: &'s Scan,
) -> impl Iterator<Item = &'s NumberedScan> {
    let own = scans.iter().find(|known| known.scan.id == after.id).map_or(i64::MAX, |known| known.number);
    scans
        .iter()
        .rev()
        .filter(move |known| known.number < own)
        .filter(move |known| known.scan.is_finished() && are_on_the_same_accounts(&known.scan, after))
}

/// The scan that a report compares this one with: the last of the [`comparable_scans`] that read at
/// least one account and whose report was published. What was new in a report that nobody got is then
/// still new. If no report of them was published, it is the last of them. A scan whose accounts cannot
/// be read now counts as one that read none.
///
/// # Errors
/// [`StoreError`], if the list of scans cannot be read.
pub fn previous_scan(store: &Store, after: &Scan) -> Result<Option<Scan>, StoreError> {
    let scans = store.numbered_scans()?;
    let mut last = None;
    for NumberedScan { scan, .. } in comparable_scans(&scans, after) {
        if was_read(store, scan) {
            if store.publication(scan.id)?.is_some() {
                return Ok(Some(scan.clone()));
            }
            last = last.or(Some(scan));
        }
    }
    Ok(last.cloned())
}

/// Whether the scan read at least one account. If that is unreadable now, it counts as not read.
#[must_use]
pub fn was_read(store: &Store, scan: &Scan) -> bool {
    let is_read = |entry: Result<AccountEntry, StoreError>| {
        let record = entry.ok().and_then(|entry| entry.record);
        record.is_some_and(|record| record.coverage.has_roles())
    };
    store.accounts(scan.id).is_ok_and(|mut accounts| accounts.any(is_read))
}

#[cfg(test)]
mod tests {
    use rolesweep_model::{Coverage, Scope};
    use rolesweep_testing as support;

    use super::*;

    /// A store with these scans, one after the other, of which each read an account or was denied.
    fn store(scans: &[(Scan, Coverage)]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let mut store = Store::open(&path, &support::key()).unwrap();
        for (scan, coverage) in scans {
            store.begin_scan(scan).unwrap();
            let id = support::account_id(1);
            store.discovered(scan.id, &[support::account(1)]).unwrap();
            store.finish(scan.id, &support::record(id, *coverage, 0)).unwrap();
            if let Some(end) = &scan.end {
                store.finish_scan(scan.id, end).unwrap();
            }
        }
        (folder, store)
    }

    fn finished(number: u32) -> Scan {
        Scan { end: Some(support::end()), ..support::scan(number) }
    }

    #[test]
    fn a_scan_is_compared_with_the_last_finished_one_before_it_on_the_same_accounts() {
        let mut interrupted = finished(3);
        interrupted.end.as_mut().unwrap().interrupted = Some("by a signal".to_owned());
        let part = Scan { scope: Scope::Part, ..finished(4) };
        let mut filtered = finished(5);
        filtered.parameters.filter.exclude_accounts.insert(support::account_id(9));
        let scans = [
            (finished(1), Coverage::Scanned),
            (finished(2), Coverage::Partial),
            (interrupted, Coverage::Scanned),
            (part.clone(), Coverage::Scanned),
            (filtered, Coverage::Scanned),
            (finished(7), Coverage::Denied),
            (support::scan(8), Coverage::Scanned),
            (finished(9), Coverage::Scanned),
            (finished(10), Coverage::Scanned),
        ];
        let (_folder, store) = store(&scans);
        let previous = |at: usize| previous_scan(&store, &scans[at].0).unwrap().map(|scan| scan.id);
        let expected = |at: usize| Some(scans[at].0.id);
        // What is between them was interrupted, is on other accounts, read nothing, or has no end.
        assert_eq!(previous(7), expected(1));
        assert_eq!(previous(8), expected(7));
        assert_eq!(previous(1), expected(0));
        assert_eq!(previous(0), None);
        assert_eq!(previous(3), None, "the only one of its scope");
        let next = previous_scan(&store, &finished(11)).unwrap().map(|scan| scan.id);
        assert_eq!(next, expected(8), "the store does not have it yet");
        let all = store.numbered_scans().unwrap();
        let numbers: Vec<usize> = comparable_scans(&all, &scans[8].0)
            .map(|known| scans.iter().position(|(scan, _)| scan.id == known.scan.id).unwrap())
            .collect();
        assert_eq!(numbers, [7, 5, 1, 0], "the latest first");
        // A report that nobody got hides nothing that was new in it.
        let mut store = store;
        store.publish(scans[1].0.id, &support::publication(1)).unwrap();
        let previous = |store: &Store| previous_scan(store, &scans[8].0).unwrap().map(|scan| scan.id);
        assert_eq!(previous(&store), expected(1));
        store.publish(scans[7].0.id, &support::publication(1)).unwrap();
        assert_eq!(previous(&store), expected(7));
        // A store has scans of one organization, and refuses others.
        let other = Scan { organization: None, ..finished(1) };
        assert!(!are_on_the_same_accounts(&finished(1), &other));
    }
}
