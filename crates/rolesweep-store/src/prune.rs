//! Removing scans, and returning their space to the file system.
//!
//! A large scan is removed in several transactions, so that the log beside the file stays small. The
//! first one puts the scan on the list of removed scans, and from then on nobody sees it. If the
//! process is killed afterwards, the next removal ([`Store::finish_removals`]) or the next scan removes
//! the rest.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rolesweep_model::{RemovedScan, Scan, ScanId};
use rusqlite::{OptionalExtension as _, params};

use crate::blob::pack;
use crate::error::Result;
use crate::fault::{Fault, damaged};
use crate::read::optional;
use crate::store::Store;
use crate::write::DROP_UNUSED;

/// How many pages of roles one transaction removes. A page of an account has some hundred roles.
const PAGES_AT_ONCE: usize = 256;

/// How many pages of the file one transaction returns to the file system.
const FREED_AT_ONCE: usize = 1024;

impl Store {
    /// Removes the facts of a scan. What was published of it stays, and so does the history of
    /// roles. The number of bytes that the file gets smaller by is the result.
    ///
    /// It is safe to kill the process at any moment: the scan is there as a whole, or on the list of
    /// removed scans.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails. A scan whose removal has begun stays removed.
    pub fn prune_scan(&mut self, id: ScanId, at: Timestamp) -> Result<u64> {
        let before = self.size()?;
        let (number, mut scan) = self.with(|conn| {
            let sql = "SELECT id, record, ended, sequence FROM scan WHERE id = ?1";
            let mut statement = conn.prepare(sql)?;
            let mut rows = statement.query([id.to_string()])?;
            let row = rows.next()?.ok_or(Fault::UnknownScan(id))?;
            Ok((row.get::<_, i64>(3)?, self.scan_of(row)?))
        })?;
        if let Some(end) = &mut scan.end {
            end.organizational_units.clear();
            end.notes.clear();
        }
        let record = pack(&scan)?;
        self.batch(|store| {
            // Later scans need it without the facts.
            store.detach_histories(id)?;
            store.change(|conn| {
                let sql = "INSERT INTO pruned_scan (scan, sequence, record, removed_at) VALUES (?1, ?2, ?3, ?4) \
                     ON CONFLICT DO NOTHING";
                conn.execute(sql, params![id.to_string(), number, record, at.as_microsecond()])?;
                Ok(())
            })
        })?;
        self.finish_removals()?;
        Ok(before.saturating_sub(self.size()?))
    }

    /// Finishes removals that were cut off: removes what is left of scans on the list of removed ones,
    /// and returns the unused space of the file.
    ///
    /// # Errors
    /// If writing fails.
    pub fn finish_removals(&mut self) -> Result<()> {
        self.remove_leftovers()?;
        self.shrink()
    }

    /// The scans that were removed, by their numbers.
    ///
    /// # Errors
    /// If reading fails.
    pub fn removed_scans(&self) -> Result<Vec<RemovedScan>> {
        self.with(|conn| {
            let mut statement = conn.prepare("SELECT sequence, record, removed_at FROM pruned_scan")?;
            let mut rows = statement.query([])?;
            let mut removed = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let number = row.get(0)?;
                let scan: Scan = optional(row, 1)?.ok_or_else(|| damaged("a removed scan is empty"))?;
                let removed_at = Timestamp::from_microsecond(row.get(2)?)
                    .map_err(|_| damaged("a scan was removed at no time"))?;
                if removed.insert(number, RemovedScan { number, scan, removed_at }).is_some() {
                    return Err(damaged("a removed scan occurs twice"));
                }
            }
            Ok(removed.into_values().collect())
        })
    }

    /// Removes what is left of scans that were removed.
    pub(crate) fn remove_leftovers(&mut self) -> Result<()> {
        while let Some(id) = self.partly_removed()? {
            while self.remove_some_pages(&id)? {}
            self.change(|conn| {
                conn.execute("DELETE FROM scan WHERE id = ?1", [&id])?;
                conn.execute(DROP_UNUSED, [])?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// A removed scan whose facts are still there.
    fn partly_removed(&self) -> Result<Option<String>> {
        self.with(|conn| {
            let sql = "SELECT id FROM scan JOIN pruned_scan ON pruned_scan.scan = id LIMIT 1";
            Ok(conn.query_row(sql, [], |row| row.get(0)).optional()?)
        })
    }

    /// Removes some pages of roles of a scan. Returns whether there were any.
    fn remove_some_pages(&mut self, scan: &str) -> Result<bool> {
        self.change(|conn| {
            let sql = "DELETE FROM page WHERE id IN (SELECT id FROM page WHERE scan = ?1 LIMIT ?2)";
            Ok(conn.execute(sql, params![scan, PAGES_AT_ONCE as i64])? > 0)
        })
    }

    /// Returns the file's unused pages to the file system.
    pub(crate) fn shrink(&self) -> Result<()> {
        self.may_write()?;
        self.with(|conn| {
            let mut unused = i64::MAX;
            loop {
                let left: i64 = conn.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
                // It does not get less if the store was not made to shrink.
                if left == 0 || left >= unused {
                    return Ok(());
                }
                unused = left;
                // Each step of the statement frees one page.
                conn.pragma(None, "incremental_vacuum", FREED_AT_ONCE as i64, |_| Ok(()))?;
            }
        })
    }

    /// How many bytes the file has, once its log is in it.
    fn size(&self) -> Result<u64> {
        self.with(|conn| {
            let number = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, u32>(0));
            Ok(u64::from(number("page_count")?) * u64::from(number("page_size")?))
        })
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_model::Coverage;

    use super::*;
    use crate::StoreError;
    use crate::support::{account_id, end, key, page, publication, record, scan};

    /// A store with these scans, each with two accounts of 1,500 roles.
    fn store(scans: &[u32]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
        for &number in scans {
            let id = scan(number).id;
            store.begin_scan(&scan(number)).unwrap();
            for account in 1..=2 {
                let account = account_id(account);
                store.begin(id, account).unwrap();
                for start in [0, 500, 1000] {
                    store.append(id, account, &page(account.as_str(), start..start + 500)).unwrap();
                }
                store.finish(id, &record(account, Coverage::Scanned, 1500)).unwrap();
            }
            store.finish_scan(id, &end()).unwrap();
            store.publish(id, &publication(number.into())).unwrap();
        }
        (folder, store)
    }

    fn rows(store: &Store, table: &str) -> i64 {
        store.conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_removed_scan_leaves_its_record_and_what_was_published() {
        let (_folder, mut store) = store(&[1, 2]);
        let at: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
        let freed = store.prune_scan(scan(1).id, at).unwrap();
        assert!(freed > 100_000, "{freed}");
        assert_eq!(store.scans().unwrap().len(), 1);
        assert_eq!((rows(&store, "page"), rows(&store, "account"), rows(&store, "scan")), (6, 2, 1));
        let removed = store.removed_scans().unwrap();
        assert_eq!((removed.len(), removed[0].number, removed[0].removed_at), (1, 1, at));
        let left = removed[0].scan.end.as_ref().unwrap();
        assert!(removed[0].scan.id == scan(1).id && left.organizational_units.is_empty());
        assert_eq!(store.publication(scan(1).id).unwrap(), Some(publication(1)));
        assert_eq!(store.roles(scan(2).id, account_id(1)).unwrap().count(), 1500);
        assert!(matches!(store.prune_scan(scan(1).id, at), Err(StoreError::UnknownScan { .. })));
    }

    #[test]
    fn no_scan_gets_the_number_of_one_that_was_removed() {
        let (_folder, mut store) = store(&[1, 2]);
        store.prune_scan(scan(2).id, scan(2).started_at).unwrap();
        store.begin_scan(&scan(3)).unwrap();
        let numbers: Vec<i64> = store.numbered_scans().unwrap().iter().map(|scan| scan.number).collect();
        assert_eq!(numbers, [1, 3]);
    }

    #[test]
    fn what_a_kill_left_of_a_removed_scan_is_seen_by_nobody_and_goes_later() {
        let (_folder, mut store) = store(&[1, 2]);
        // A kill after the first transaction, and after some pages.
        store
            .change(|conn| {
                let sql = "INSERT INTO pruned_scan SELECT id, sequence, record, 0 FROM scan WHERE id = ?1";
                conn.execute(sql, [scan(1).id.to_string()])?;
                Ok(())
            })
            .unwrap();
        store.change(|conn| Ok(conn.execute("DELETE FROM page WHERE id = 1", [])?)).unwrap();
        let seen: Vec<ScanId> = store.scans().unwrap().iter().map(|scan| scan.id).collect();
        assert_eq!(seen, [scan(2).id]);
        assert_eq!(rows(&store, "page"), 11);
        store.begin_scan(&scan(3)).unwrap();
        assert_eq!((rows(&store, "page"), rows(&store, "account")), (6, 2));
        assert_eq!(store.removed_scans().unwrap().len(), 1);
    }

    #[test]
    fn a_scan_that_is_removed_is_published_no_more() {
        let (_folder, mut store) = store(&[1]);
        store.prune_scan(scan(1).id, scan(1).started_at).unwrap();
        let refused = store.publish(scan(1).id, &publication(9));
        assert!(matches!(refused, Err(StoreError::UnknownScan { .. })));
    }
}
