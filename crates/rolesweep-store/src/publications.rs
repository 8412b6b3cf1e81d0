//! What `rolesweep scan` published of each scan.

use std::collections::BTreeMap;

use rolesweep_model::{Publication, ScanId};
use rusqlite::{OptionalExtension as _, params};

use crate::blob::{pack, unpack};
use crate::error::Result;
use crate::fault::damaged;
use crate::store::Store;
use crate::write::require_scan;

impl Store {
    /// Keeps what was published of a scan. It replaces what was published of the same scan before.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn publish(&mut self, scan: ScanId, publication: &Publication) -> Result<()> {
        let record = pack(publication)?;
        self.change(|conn| {
            require_scan(conn, scan)?;
            let sql = "INSERT INTO publication (scan, record) VALUES (?1, ?2) \
                 ON CONFLICT DO UPDATE SET record = excluded.record";
            conn.execute(sql, params![scan.to_string(), record])?;
            Ok(())
        })
    }

    /// What was published of a scan, also if the scan was removed.
    ///
    /// # Errors
    /// If reading fails.
    pub fn publication(&self, scan: ScanId) -> Result<Option<Publication>> {
        self.with(|conn| {
            let sql = "SELECT record FROM publication WHERE scan = ?1";
            let record: Option<Vec<u8>> =
                conn.query_row(sql, [scan.to_string()], |row| row.get(0)).optional()?;
            record.map(|record| unpack(&record)).transpose()
        })
    }

    /// What was published of all scans, also of those that were removed.
    ///
    /// # Errors
    /// If reading fails.
    pub fn publications(&self) -> Result<BTreeMap<ScanId, Publication>> {
        self.with(|conn| {
            let mut statement = conn.prepare("SELECT scan, record FROM publication")?;
            let mut rows = statement.query([])?;
            let mut publications = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let id: String = row.get(0)?;
                let id = id.parse().map_err(|_| damaged("a publication is of no scan"))?;
                let record = unpack(row.get_ref(1).and_then(|value| Ok(value.as_blob()?))?)?;
                if publications.insert(id, record).is_some() {
                    return Err(damaged("a publication occurs twice"));
                }
            }
            Ok(publications)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreError;
    use crate::support::{key, publication, scan};

    #[test]
    fn the_newest_publication_of_a_scan_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
        let id = scan(1).id;
        assert!(matches!(store.publish(id, &publication(1)), Err(StoreError::UnknownScan { .. })));
        store.begin_scan(&scan(1)).unwrap();
        assert_eq!(store.publication(id).unwrap(), None);
        for findings in [1, 2] {
            store.publish(id, &publication(findings)).unwrap();
            assert_eq!(store.publication(id).unwrap(), Some(publication(findings)));
        }
        assert_eq!(store.publications().unwrap(), [(id, publication(2))].into());
    }
}
