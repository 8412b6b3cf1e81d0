//! Reading: scans, and the accounts of one.

use std::collections::{BTreeMap, VecDeque};

use rolesweep_model::{Account, AccountRecord, Scan, ScanId};
use rusqlite::{OptionalExtension as _, Row, params};
use serde::de::DeserializeOwned;

use crate::blob::{StoredEnd, unpack};
use crate::error::Result;
use crate::fault::{Fault, damaged};
use crate::store::Store;

/// How many accounts one query reads.
const ACCOUNTS_AT_ONCE: usize = 256;

/// A scan, and its place in the order in which scans began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedScan {
    /// Its number in this store; the next scan has a greater one.
    pub number: i64,
    /// The scan.
    pub scan: Scan,
}

/// An account of a scan's population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// The account.
    pub account: Account,
    /// What became of it; `None` while it is not finished.
    pub record: Option<AccountRecord>,
}

impl Store {
    /// All scans with their numbers, in the order in which they began, except those that were
    /// removed. Each scan has a greater number than those before it, whatever the clock says.
    ///
    /// # Errors
    /// If reading fails.
    pub fn numbered_scans(&self) -> Result<Vec<NumberedScan>> {
        self.with(|conn| {
            let mut statement = conn.prepare(
                "SELECT id, record, ended, sequence FROM scan WHERE id NOT IN (SELECT scan FROM pruned_scan)",
            )?;
            let mut rows = statement.query([])?;
            let mut scans = BTreeMap::new();
            // Ordered here and not by SQLite, which would gather all rows first: in a prepared
            // file, SQLite can find the same rows without end.
            while let Some(row) = rows.next()? {
                let number = row.get(3)?;
                if scans.insert(number, NumberedScan { number, scan: self.scan_of(row)? }).is_some() {
                    return Err(damaged("a scan occurs twice"));
                }
            }
            Ok(scans.into_values().collect())
        })
    }

    /// All scans, in the order in which they began.
    ///
    /// # Errors
    /// If reading fails.
    pub fn scans(&self) -> Result<Vec<Scan>> {
        Ok(self.numbered_scans()?.into_iter().map(|numbered| numbered.scan).collect())
    }

    /// The scan that began last, whether it has ended or not: the one with the greatest number.
    ///
    /// # Errors
    /// If reading fails.
    pub fn latest_scan(&self) -> Result<Option<Scan>> {
        Ok(self.scans()?.pop())
    }

    /// The command that resumes a scan, if one was kept.
    ///
    /// # Errors
    /// If reading fails.
    pub fn resume_command(&self, id: ScanId) -> Result<Option<String>> {
        self.with(|conn| {
            let sql = "SELECT resume FROM scan WHERE id = ?1";
            Ok(conn.query_row(sql, [id.to_string()], |row| row.get(0)).optional()?.flatten())
        })
    }

    /// A scan's accounts, finished or not, ordered by id.
    ///
    /// # Errors
    /// If there is no such scan, or if reading fails; each entry may fail too.
    pub fn accounts(&self, scan: ScanId) -> Result<Accounts<'_>> {
        let missing = self.with(|conn| {
            let mut statement = conn.prepare("SELECT ended FROM scan WHERE id = ?1")?;
            let mut rows = statement.query([scan.to_string()])?;
            let row = rows.next()?.ok_or(Fault::UnknownScan(scan))?;
            Ok(optional::<StoredEnd>(row, 0)?.map_or(0, |stored| stored.accounts))
        })?;
        Ok(Accounts { store: self, scan, missing, ready: VecDeque::new(), after: Some(String::new()) })
    }

    pub(crate) fn scan_of(&self, row: &Row<'_>) -> Result<Scan, Fault> {
        let id: String = row.get(0)?;
        let mut scan: Scan = optional(row, 1)?.ok_or_else(|| damaged("a scan is empty"))?;
        if scan.id.to_string() != id {
            return Err(damaged("a scan is stored under another scan's id"));
        }
        let key = scan.store_key();
        if key != self.key {
            return Err(damaged(format!("a scan of {key} is in a store that belongs to {}", self.key)));
        }
        scan.end = optional::<StoredEnd>(row, 2)?.map(|stored| stored.end);
        Ok(scan)
    }
}

fn entry_of(row: &Row<'_>) -> Result<AccountEntry, Fault> {
    let id: String = row.get(0)?;
    let account: Account = optional(row, 1)?.ok_or_else(|| damaged("an account is empty"))?;
    let record: Option<AccountRecord> = optional(row, 2)?;
    let recorded = record.as_ref().map_or(account.id, |record| record.account_id);
    if account.id.as_str() == id && recorded == account.id {
        Ok(AccountEntry { account, record })
    } else {
        Err(damaged("an account is stored under another account's id"))
    }
}

/// A record in a column that may be NULL.
pub(crate) fn optional<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>, Fault> {
    blob_or_null(row, column)?.map(unpack).transpose()
}

/// The bytes in a column that may be NULL.
fn blob_or_null<'r>(row: &'r Row<'_>, column: usize) -> Result<Option<&'r [u8]>, Fault> {
    Ok(row.get_ref(column).and_then(|value| Ok(value.as_blob_or_null()?))?)
}

/// A scan's accounts, ordered by id ([`Store::accounts`]).
#[derive(Debug)]
pub struct Accounts<'s> {
    store: &'s Store,
    scan: ScanId,
    /// How many accounts must still come at least, by the number that the list had when the scan
    /// ended. A scan that is resumed may find more.
    missing: u64,
    ready: VecDeque<AccountEntry>,
    /// The last id that was read; `None` at the end.
    after: Option<String>,
}

impl Accounts<'_> {
    fn load(&mut self, after: &str) -> Result<()> {
        let (scan, ready) = (self.scan.to_string(), &mut self.ready);
        self.store.with(|conn| {
            let mut statement = conn.prepare(
                "SELECT account_id, account, record FROM account \
                 WHERE scan = ?1 AND account_id > ?2 ORDER BY account_id LIMIT ?3",
            )?;
            let mut rows = statement.query(params![scan, after, ACCOUNTS_AT_ONCE as i64])?;
            let mut before = after.to_owned();
            while let Some(row) = rows.next()? {
                let entry = entry_of(row)?;
                // Otherwise the next query could return the same accounts again, or miss some.
                if entry.account.id.as_str() <= before.as_str() {
                    return Err(damaged("accounts are out of order"));
                }
                before = entry.account.id.as_str().to_owned();
                ready.push_back(entry);
            }
            self.missing = self.missing.saturating_sub(ready.len() as u64);
            if ready.len() == ACCOUNTS_AT_ONCE {
                self.after = Some(before);
            } else if self.missing > 0 {
                return Err(damaged("accounts are missing"));
            }
            Ok(())
        })
    }
}

impl Iterator for Accounts<'_> {
    type Item = Result<AccountEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty()
            && let Some(after) = self.after.take()
            && let Err(error) = self.load(&after)
        {
            self.ready.clear();
            return Some(Err(error));
        }
        self.ready.pop_front().map(Ok)
    }
}
