//! The history of an account's roles: read as it is stored, or computed from the facts of the scans
//! that have none yet.

mod stored;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rolesweep_model::{
    AccountHistory, AccountId, AccountRecord, Coverage, EarlierHistory, Fingerprinter, HistoryBuilder,
    LastUse, Role, ScanId,
};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::aws_policies::AwsManagedPolicies;
use crate::blob::pack_record;
use crate::error::{Result, StoreError};
use crate::fault::{At as _, Fault, damaged};
use crate::store::Store;
use crate::write::record_of;
use stored::unpack;
pub use stored::{ScanHistory, StoredHistory};

impl Store {
    /// What the histories of a scan's accounts are read by.
    ///
    /// # Errors
    /// If there is no such scan, or if reading fails.
    pub fn histories(&self, scan: ScanId) -> Result<Histories> {
        let scans = self.numbered_scans()?;
        let own = scans.iter().find(|known| known.scan.id == scan);
        let own = own.ok_or(Fault::UnknownScan(scan)).at(&self.path)?;
        let mut instants = self.with(removed_scans)?;
        instants.extend(scans.iter().map(|known| (known.number, known.scan.started_at)));
        let ids = scans.iter().map(|known| (known.number, known.scan.id)).collect();
        // Only scans that came to their end by themselves count in the history of later ones.
        let before = scans.iter().filter(|known| known.number < own.number && known.scan.is_finished());
        Ok(Histories {
            number: own.number,
            finished: before.map(|known| known.number).collect(),
            ids,
            instants: Arc::new(instants),
            key: self.with(key)?,
        })
    }
}

/// Reads the histories of a scan's accounts ([`Store::histories`]).
#[derive(Debug)]
pub struct Histories {
    /// The scan's number.
    number: i64,
    /// The numbers of the earlier finished scans that are still there.
    finished: Vec<i64>,
    /// Every scan that is still there, by number.
    ids: BTreeMap<i64, ScanId>,
    /// The start of every scan, also of those that were removed.
    instants: Arc<BTreeMap<i64, Timestamp>>,
    key: [u8; 16],
}

impl Histories {
    /// The history of an account as of the scan, which has read it. It is the stored one. If there is
    /// none, because the scan is not finished or an earlier version made it, it is computed from the
    /// newest stored history before it and the facts of the scans since then.
    ///
    /// # Errors
    /// If reading fails.
    pub fn of_account(&self, store: &Store, account: AccountId) -> Result<StoredHistory> {
        let stored = store.with(|conn| {
            let sql = "SELECT record FROM history WHERE account_id = ?1 AND sequence = ?2";
            let mut statement = conn.prepare_cached(sql)?;
            let row = statement.query_row(params![account.as_str(), self.number], |row| row.get(0));
            Ok(row.optional()?)
        })?;
        let blob = match stored {
            Some(blob) => blob,
            None => pack_record(&encoded(&self.compute(store, account)?, account)?)?,
        };
        let (path, instants) = (store.path.clone(), Arc::clone(&self.instants));
        Ok(StoredHistory { path, account, number: self.number, blob, instants })
    }

    /// Computes the history of an account from the newest stored one before it.
    fn compute(&self, store: &Store, account: AccountId) -> Result<AccountHistory> {
        let mut known = store.with(|conn| newest_before(conn, account, self.number))?;
        let since = known.as_ref().map_or(0, |(number, _)| *number);
        let between = self.finished.iter().copied().filter(|number| *number > since);
        for number in between.chain([self.number]) {
            let Some(scan) = self.ids.get(&number) else { continue };
            let coverage = coverage(store, *scan, account)?;
            if !coverage.is_some_and(Coverage::has_roles) {
                continue;
            }
            let earlier = match known.take() {
                Some((before, history)) => self.earlier(store, account, before, history)?,
                None => EarlierHistory::default(),
            };
            let builder = HistoryBuilder::new(earlier, number);
            let is_whole = coverage == Some(Coverage::Scanned);
            known = Some((number, self.add(store, account, *scan, builder)?.finish(is_whole)));
        }
        let computed = known.filter(|(number, _)| *number == self.number).map(|(_, history)| history);
        computed
            .ok_or_else(|| damaged("a history was asked for of an account that was not read").at(&store.path))
    }

    /// A history with the roles of its scan, if its facts are still there.
    fn earlier(
        &self,
        store: &Store,
        account: AccountId,
        number: i64,
        history: AccountHistory,
    ) -> Result<EarlierHistory> {
        let roles = match self.ids.get(&number) {
            Some(scan) => roles(store, *scan, account)?,
            None => Vec::new(),
        };
        EarlierHistory::new(history, roles.iter().map(|(id, used)| (id.as_str(), *used))).at(&store.path)
    }

    /// Adds the roles of an account of a scan.
    fn add(
        &self,
        store: &Store,
        account: AccountId,
        scan: ScanId,
        mut builder: HistoryBuilder,
    ) -> Result<HistoryBuilder> {
        // A policy that AWS manages counts by its ARN.
        let aws = AwsManagedPolicies::default();
        let mut prints = Fingerprinter::new(&self.key);
        store.stored_documents(scan, account)?.lend(&aws, |documents| {
            visit(store, scan, account, |role| {
                let access = prints.of(role, &documents.of(role));
                builder.add(role.role_id.as_str(), &role.last_use, access);
            })
        })?;
        Ok(builder)
    }
}

/// Passes the roles of an account to `show`, in the order of the store.
fn visit(store: &Store, scan: ScanId, account: AccountId, mut show: impl FnMut(&Role<&str>)) -> Result<()> {
    for part in store.stored_roles(scan, account)? {
        part?.visit(|role| {
            show(role);
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}

/// The id and the last use of each role of an account, in the order of the store.
fn roles(store: &Store, scan: ScanId, account: AccountId) -> Result<Vec<(String, Option<Timestamp>)>> {
    let mut roles = Vec::new();
    visit(store, scan, account, |role| {
        let used = match role.last_use {
            LastUse::Used { at, .. } => Some(at),
            LastUse::NoneRecorded | LastUse::NotCollected => None,
        };
        roles.push((role.role_id.as_str().to_owned(), used));
    })?;
    Ok(roles)
}

fn coverage(store: &Store, scan: ScanId, account: AccountId) -> Result<Option<Coverage>> {
    let ids = [scan.to_string(), account.to_string()];
    let record: Option<AccountRecord> = store.with(|conn| record_of(conn, ids.each_ref()))?;
    Ok(record.map(|record| record.coverage))
}

fn newest_before(
    conn: &Connection,
    account: AccountId,
    number: i64,
) -> Result<Option<(i64, AccountHistory)>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT sequence, record FROM history WHERE account_id = ?1 AND sequence < ?2 \
         ORDER BY sequence DESC LIMIT 1",
    )?;
    let mut rows = statement.query(params![account.as_str(), number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let number = row.get(0)?;
    let blob = row.get_ref(1).and_then(|value| Ok(value.as_blob()?))?;
    Ok(Some((number, unpack(blob, account, number)?)))
}

fn encoded(history: &AccountHistory, account: AccountId) -> Result<Vec<u8>> {
    history.encode(account).map_err(|error| StoreError::Encode(Box::new(error)))
}

/// The start of each finished scan that was removed, by number.
fn removed_scans(conn: &Connection) -> Result<BTreeMap<i64, Timestamp>, Fault> {
    let mut statement = conn.prepare("SELECT sequence, started_at FROM removed_scan")?;
    let mut rows = statement.query([])?;
    let mut scans = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let text: String = row.get(1)?;
        let at = text.parse().map_err(|_| damaged("the start of a removed scan is no instant"))?;
        if scans.insert(row.get(0)?, at).is_some() {
            return Err(damaged("a removed scan occurs twice"));
        }
    }
    Ok(scans)
}

/// The key of the fingerprints.
fn key(conn: &Connection) -> Result<[u8; 16], Fault> {
    let sql = "SELECT value FROM meta WHERE name = 'history_key'";
    let text: Option<String> = conn.query_row(sql, [], |row| row.get(0)).optional()?;
    let number = text.and_then(|text| u128::from_str_radix(&text, 16).ok());
    Ok(number.ok_or_else(|| damaged("the key of the histories is missing"))?.to_be_bytes())
}

#[cfg(test)]
mod tests;
