//! Writing: scans begin and end, accounts begin, answer in pages, and are finished.

use std::path::Path;

use rolesweep_model::{Account, AccountId, AccountRecord, Coverage, RolePage, Scan, ScanEnd, ScanId};
use rusqlite::{Connection, Params, TransactionBehavior, named_params, params};

use crate::Store;
use crate::blob::{EncodedPage, StoredEnd, pack};
use crate::error::{At as _, Result, StoreError};
use crate::roles::belongs;

/// Pages that belong to no finished account.
const DROP_LEFTOVERS: &str = "DELETE FROM page WHERE (scan, account_id) IN \
     (SELECT scan, account_id FROM account WHERE record IS NULL)";

impl Store {
    /// Does several changes in one transaction, which is faster: all of them, or, when one fails, none. A batch within a batch is part
    /// of the outer one.
    ///
    /// # Errors
    /// Those of `work`, and those of writing.
    pub fn batch<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if self.in_batch {
            return work(self);
        }
        self.may_write()?;
        self.conn.execute_batch("BEGIN IMMEDIATE").at(&self.path)?;
        self.in_batch = true;
        let batch = Batch { store: self };
        let value = work(batch.store)?;
        batch.commit()?;
        Ok(value)
    }

    /// Begins a scan. What killed processes left of accounts that were not finished goes.
    ///
    /// # Errors
    /// When there is such a scan already, when it is another organization's, and those of writing.
    pub fn begin_scan(&mut self, scan: &Scan) -> Result<()> {
        let wanted = scan.store_key();
        if wanted != self.key {
            return Err(StoreError::OtherOrganization {
                path: self.path.clone(),
                found: self.key.clone(),
                wanted,
            });
        }
        let end =
            scan.end.as_ref().map(|end| pack(&StoredEnd { end: end.clone(), accounts: 0 })).transpose()?;
        let record = pack(&Scan { end: None, ..scan.clone() })?;
        self.change(|conn, path| {
            if knows_scan(conn, path, scan.id)? {
                return Err(StoreError::ScanExists { path: path.to_owned(), id: scan.id });
            }
            conn.execute(DROP_LEFTOVERS, []).at(path)?;
            conn.execute(
                "INSERT INTO scan (id, started_at, record, ended) VALUES (?1, ?2, ?3, ?4)",
                params![scan.id.to_string(), scan.started_at.as_microsecond(), record, end],
            )
            .at(path)?;
            Ok(())
        })
    }

    /// Ends a scan, or replaces its end, and returns when the disk has it and all that was written before (within a batch: when
    /// the operating system has it).
    ///
    /// # Errors
    /// When there is no such scan, and those of writing.
    pub fn finish_scan(&mut self, id: ScanId, end: &ScanEnd) -> Result<()> {
        self.may_write()?;
        // SQLite refuses to change it inside of a transaction.
        let before = if self.in_batch {
            None
        } else {
            let before: i64 =
                self.conn.pragma_query_value(None, "synchronous", |row| row.get(0)).at(&self.path)?;
            self.conn.pragma_update(None, "synchronous", "FULL").at(&self.path)?;
            Some(before)
        };
        let ended = self.change(|conn, path| {
            let count = "SELECT count(*) FROM account WHERE scan = ?1";
            let accounts: u32 = conn.query_row(count, [id.to_string()], |row| row.get(0)).at(path)?;
            let end = pack(&StoredEnd { end: end.clone(), accounts: accounts.into() })?;
            let changed = conn
                .execute("UPDATE scan SET ended = ?2 WHERE id = ?1", params![id.to_string(), end])
                .at(path)?;
            if changed == 1 { Ok(()) } else { Err(unknown_scan(path, id)) }
        });
        if let Some(before) = before {
            self.conn.pragma_update(None, "synchronous", before).at(&self.path)?;
        }
        ended
    }

    /// Removes a scan with everything in it, and gives its room back to the file system.
    ///
    /// # Errors
    /// When there is no such scan, and those of writing.
    pub fn remove_scan(&mut self, id: ScanId) -> Result<()> {
        self.change(|conn, path| {
            let removed = conn.execute("DELETE FROM scan WHERE id = ?1", [id.to_string()]).at(path)?;
            if removed == 1 { Ok(()) } else { Err(unknown_scan(path, id)) }
        })?;
        if !self.in_batch {
            // Frees a page at each step.
            self.conn.pragma(None, "incremental_vacuum", 0, |_| Ok(())).at(&self.path)?;
        }
        Ok(())
    }

    /// Puts accounts on the scan's list. Of an account that is there already, what is known of it is replaced.
    ///
    /// # Errors
    /// When there is no such scan, and those of writing.
    pub fn discovered(&mut self, scan: ScanId, accounts: &[Account]) -> Result<()> {
        let blobs = accounts.iter().map(pack).collect::<Result<Vec<_>>>()?;
        self.change(|conn, path| {
            require_scan(conn, path, scan)?;
            let mut statement = conn
                .prepare(
                    "INSERT INTO account (scan, account_id, account) VALUES (?1, ?2, ?3) \
                     ON CONFLICT DO UPDATE SET account = excluded.account",
                )
                .at(path)?;
            for (account, blob) in accounts.iter().zip(&blobs) {
                statement.execute(params![scan.to_string(), account.id.as_str(), blob]).at(path)?;
            }
            Ok(())
        })
    }

    /// Begins an account: what an earlier attempt has left goes, its record too.
    ///
    /// # Errors
    /// When there is no such scan, and those of writing.
    pub fn begin(&mut self, scan: ScanId, account: AccountId) -> Result<()> {
        self.change(|conn, path| {
            require_scan(conn, path, scan)?;
            ensure_account(conn, path, scan, account)?;
            drop_pages(conn, path, scan, account)?;
            execute(
                conn,
                path,
                "UPDATE account SET record = NULL WHERE scan = ?1 AND account_id = ?2 AND record IS NOT NULL",
                [&scan.to_string(), account.as_str()],
            )?;
            Ok(())
        })
    }

    /// Adds a page to an account that has begun.
    ///
    /// # Errors
    /// When the account was not begun or is finished, when the page is too large, and those of writing.
    pub fn append(&mut self, scan: ScanId, account: AccountId, page: &RolePage) -> Result<()> {
        self.append_encoded(scan, account, &EncodedPage::new(page)?)
    }

    /// Adds a page that was encoded elsewhere.
    ///
    /// # Errors
    /// When the account was not begun or is finished, when a role is another account's or partition's, and those of writing.
    pub fn append_encoded(&mut self, scan: ScanId, account: AccountId, page: &EncodedPage) -> Result<()> {
        let belongs = |arn, head| belongs(arn, account, head);
        if page
            .roles
            .iter()
            .any(|roles| !belongs(&roles.first, None) || !belongs(&roles.last, Some(roles.first.head())))
        {
            return Err(StoreError::OtherAccount { account });
        }
        self.change(|conn, path| {
            let added = execute(
                    conn,
                    path,
                    "INSERT INTO page (scan, account_id, seq, first_arn, last_arn, roles, documents) \
                     SELECT scan, account_id, \
                         (SELECT coalesce(max(seq), 0) + 1 FROM page WHERE scan = :scan AND account_id = :account), \
                         :first, :last, :roles, :documents \
                     FROM account WHERE scan = :scan AND account_id = :account AND record IS NULL",
                    named_params! {
                        ":scan": scan.to_string(),
                        ":account": account.as_str(),
                        ":first": page.roles.as_ref().map(|roles| roles.first.as_str()),
                        ":last": page.roles.as_ref().map(|roles| roles.last.as_str()),
                        ":roles": page.roles.as_ref().map(|roles| &roles.blob),
                        ":documents": page.documents,
                    },
                )?;
            if added == 1 { Ok(()) } else { Err(StoreError::NotBegun { account }) }
        })
    }

    /// Records what became of an account, and makes it visible. Pages stay where every role was seen (`scanned`, `partial`), and go otherwise.
    ///
    /// # Errors
    /// When there is no such scan, and those of writing.
    pub fn finish(&mut self, scan: ScanId, record: &AccountRecord) -> Result<()> {
        let account = record.account_id;
        let keeps_pages = matches!(record.coverage, Coverage::Scanned | Coverage::Partial);
        let record = pack(record)?;
        self.change(|conn, path| {
            require_scan(conn, path, scan)?;
            ensure_account(conn, path, scan, account)?;
            if !keeps_pages {
                drop_pages(conn, path, scan, account)?;
            }
            execute(
                conn,
                path,
                "UPDATE account SET record = ?3 WHERE scan = ?1 AND account_id = ?2",
                params![scan.to_string(), account.as_str(), record],
            )?;
            Ok(())
        })
    }

    /// One change as one transaction, or as one part of a batch: whole, or not at all.
    fn change<T>(&mut self, work: impl FnOnce(&Connection, &Path) -> Result<T>) -> Result<T> {
        self.may_write()?;
        let path = &self.path;
        if !self.in_batch {
            let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).at(path)?;
            let value = work(&transaction, path)?;
            transaction.commit().at(path)?;
            return Ok(value);
        }
        // A full disk undoes the whole transaction by itself; what came after would stand alone.
        if self.conn.is_autocommit() {
            return Err(StoreError::BatchUndone { path: path.clone() });
        }
        let savepoint = self.conn.savepoint().at(path)?;
        let value = work(&savepoint, path)?;
        savepoint.commit().at(path)?;
        Ok(value)
    }

    fn may_write(&self) -> Result<()> {
        match self.lock {
            Some(_) => Ok(()),
            None => Err(StoreError::ReadOnly { path: self.path.clone() }),
        }
    }
}

/// An open batch; dropped without a commit, also by a panic, it is undone.
struct Batch<'s> {
    store: &'s mut Store,
}

impl Batch<'_> {
    fn commit(self) -> Result<()> {
        let Store { conn, path, .. } = &*self.store;
        if conn.is_autocommit() {
            return Err(StoreError::BatchUndone { path: path.clone() });
        }
        conn.execute_batch("COMMIT").at(path)
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.store.in_batch = false;
        if !self.store.conn.is_autocommit() {
            // Where even this fails, nothing is committed either: closing the connection undoes it.
            let _ = self.store.conn.execute_batch("ROLLBACK");
        }
    }
}

fn knows_scan(conn: &Connection, path: &Path, scan: ScanId) -> Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM scan WHERE id = ?1)")
        .and_then(|mut statement| statement.query_row([scan.to_string()], |row| row.get(0)))
        .at(path)
}

fn require_scan(conn: &Connection, path: &Path, scan: ScanId) -> Result<()> {
    if knows_scan(conn, path, scan)? { Ok(()) } else { Err(unknown_scan(path, scan)) }
}

fn unknown_scan(path: &Path, id: ScanId) -> StoreError {
    StoreError::UnknownScan { path: path.to_owned(), id }
}

/// Puts the account on the scan's list with nothing but its id, where it is not on it.
fn ensure_account(conn: &Connection, path: &Path, scan: ScanId, account: AccountId) -> Result<()> {
    execute(
        conn,
        path,
        "INSERT INTO account (scan, account_id, account) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![scan.to_string(), account.as_str(), pack(&Account::named(account))?],
    )?;
    Ok(())
}

fn drop_pages(conn: &Connection, path: &Path, scan: ScanId, account: AccountId) -> Result<()> {
    execute(
        conn,
        path,
        "DELETE FROM page WHERE scan = ?1 AND account_id = ?2",
        [&scan.to_string(), account.as_str()],
    )?;
    Ok(())
}

/// Runs a statement that is run for every account or page: its preparation is kept. Says how many rows it changed.
fn execute(conn: &Connection, path: &Path, sql: &str, values: impl Params) -> Result<usize> {
    conn.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).at(path)
}

#[cfg(test)]
mod tests;
