//! Writing: scans begin and end, accounts begin, answer in pages, and are finished.

use std::path::Path;

use rolesweep_model::{Account, AccountId, AccountRecord, Coverage, RolePage, Scan, ScanEnd, ScanId};
use rusqlite::{Connection, Params, TransactionBehavior, named_params, params};

use crate::Store;
use crate::blob::{EncodedPage, EncodedRoles, StoredEnd, pack, unpack};
use crate::error::{At as _, Result, StoreError};
use crate::lock::StoreLock;

/// Pages of attempts that were not finished.
const DROP_LEFTOVERS: &str = "DELETE FROM page WHERE id IN \
     (SELECT page.id FROM account JOIN page USING (scan, account_id) \
      WHERE under_way IS NOT NULL AND page.attempt = under_way)";

impl Store {
    /// Does several changes in one transaction, which is faster. Keeps all of them, or none if one
    /// fails. A batch within a batch is part of the outer one.
    ///
    /// # Errors
    /// If `work` fails, or if writing fails.
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
        still_ours(batch.store.lock.as_ref(), &batch.store.path)?;
        let value = work(batch.store)?;
        batch.commit()?;
        Ok(value)
    }

    /// Begins a scan, after all others. Removes what killed processes left of unfinished accounts,
    /// unless somebody removed the lock's file: such a process may then still be running, and its
    /// pages stay.
    ///
    /// # Errors
    /// If there is such a scan already, if it is another organization's, or if writing fails.
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
        let nobody_else = self.lock.as_ref().is_some_and(StoreLock::was_there);
        // Named before others can see the scan, so that they never take it for one that was cut
        // off.
        self.name_scan(Some(scan.id))?;
        let begun = self.change(|conn, path| {
            if knows_scan(conn, path, scan.id)? {
                return Err(StoreError::ScanExists { path: path.to_owned(), id: scan.id });
            }
            if nobody_else {
                conn.execute(DROP_LEFTOVERS, []).at(path)?;
                conn.execute("UPDATE account SET under_way = NULL WHERE under_way IS NOT NULL", [])
                    .at(path)?;
            }
            conn.execute(
                "INSERT INTO scan (id, started_at, record, ended, sequence) \
                 VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(sequence), 0) + 1 FROM scan))",
                params![scan.id.to_string(), scan.started_at.as_microsecond(), record, end],
            )
            .at(path)?;
            Ok(())
        });
        if begun.is_err() {
            self.name_scan(None)?;
        }
        begun
    }

    /// Goes on with a scan: writes into the lock file that it is running.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn resume_scan(&mut self, id: ScanId) -> Result<()> {
        self.may_write()?;
        require_scan(&self.conn, &self.path, id)?;
        self.name_scan(Some(id))
    }

    /// Keeps the command that resumes a scan, for a person to copy. It must hold no secret.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn keep_resume_command(&mut self, id: ScanId, command: &str) -> Result<()> {
        self.change(|conn, path| {
            let changed = conn
                .execute("UPDATE scan SET resume = ?2 WHERE id = ?1", params![id.to_string(), command])
                .at(path)?;
            if changed == 1 { Ok(()) } else { Err(unknown_scan(path, id)) }
        })
    }

    fn name_scan(&self, scan: Option<ScanId>) -> Result<()> {
        match &self.lock {
            Some(lock) => lock.name(scan),
            None => Ok(()),
        }
    }

    /// Ends a scan, or replaces its end. Returns when the disk has the end and everything that was
    /// written before (within a batch: when the operating system has it).
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn finish_scan(&mut self, id: ScanId, end: &ScanEnd) -> Result<()> {
        self.may_write()?;
        // SQLite refuses to change it inside a transaction.
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
        ended?;
        self.name_scan(None)
    }

    /// Removes a scan with everything in it, and returns its space to the file system.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn remove_scan(&mut self, id: ScanId) -> Result<()> {
        self.change(|conn, path| {
            let removed = conn.execute("DELETE FROM scan WHERE id = ?1", [id.to_string()]).at(path)?;
            if removed == 1 { Ok(()) } else { Err(unknown_scan(path, id)) }
        })?;
        if !self.in_batch {
            // Each step frees one page.
            self.conn.pragma(None, "incremental_vacuum", 0, |_| Ok(())).at(&self.path)?;
        }
        Ok(())
    }

    /// Puts accounts on the scan's list. Replaces what is known of an account that is on it
    /// already.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
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

    /// Begins an attempt at an account. Removes what an unfinished attempt left. The record and the
    /// pages of a finished one stay until [`Store::finish`] has something at least as good.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn begin(&mut self, scan: ScanId, account: AccountId) -> Result<()> {
        self.change(|conn, path| {
            require_scan(conn, path, scan)?;
            ensure_account(conn, path, scan, account)?;
            drop_pages(conn, path, scan, account, Pages::UnderWay)?;
            execute(
                conn,
                path,
                "UPDATE account SET under_way = attempt + 1 WHERE scan = ?1 AND account_id = ?2",
                [&scan.to_string(), account.as_str()],
            )?;
            Ok(())
        })
    }

    /// Adds a page to an account that has begun.
    ///
    /// # Errors
    /// If the account was not begun or is finished, if the page is too large, or if writing fails.
    pub fn append(&mut self, scan: ScanId, account: AccountId, page: &RolePage) -> Result<()> {
        self.append_encoded(scan, account, &EncodedPage::new(page)?)
    }

    /// Adds a page that was encoded elsewhere.
    ///
    /// # Errors
    /// If the account was not begun or is finished, if a role belongs to another account or
    /// partition, or if writing fails.
    pub fn append_encoded(&mut self, scan: ScanId, account: AccountId, page: &EncodedPage) -> Result<()> {
        // The roles of a page are in order, so the first and the last show the account and
        // partition of all.
        let belongs = |roles: &EncodedRoles| {
            roles.first.account_id() == account && roles.last.as_str().starts_with(roles.first.head())
        };
        if !page.roles.iter().all(belongs) {
            return Err(StoreError::OtherAccount { account });
        }
        self.change(|conn, path| {
            let added = execute(
                    conn,
                    path,
                    "INSERT INTO page (scan, account_id, seq, first_arn, last_arn, roles, documents, attempt) \
                     SELECT scan, account_id, \
                         (SELECT coalesce(max(seq), 0) + 1 FROM page WHERE scan = :scan AND account_id = :account), \
                         :first, :last, :roles, :documents, under_way \
                     FROM account WHERE scan = :scan AND account_id = :account AND under_way IS NOT NULL",
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

    /// Records what became of an account, and makes it visible. Pages stay if every role was seen
    /// (`scanned`, `partial`), and are removed otherwise. The outcome of an earlier attempt stays
    /// if this one fared worse.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn finish(&mut self, scan: ScanId, record: &AccountRecord) -> Result<()> {
        let account = record.account_id;
        let packed = pack(record)?;
        self.change(|conn, path| {
            require_scan(conn, path, scan)?;
            ensure_account(conn, path, scan, account)?;
            let ids = [&scan.to_string(), account.as_str()];
            let earlier = record_of(conn, path, scan, account)?;
            if earlier.is_some_and(|earlier| is_worse(record, &earlier)) {
                drop_pages(conn, path, scan, account, Pages::UnderWay)?;
                let sql = "UPDATE account SET under_way = NULL WHERE scan = ?1 AND account_id = ?2";
                execute(conn, path, sql, ids)?;
                return Ok(());
            }
            let gone = if record.coverage.has_roles() { Pages::OfOtherAttempts } else { Pages::All };
            drop_pages(conn, path, scan, account, gone)?;
            execute(
                conn,
                path,
                "UPDATE account SET record = ?3, attempt = coalesce(under_way, attempt + 1), under_way = NULL \
                 WHERE scan = ?1 AND account_id = ?2",
                params![scan.to_string(), account.as_str(), packed],
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
            still_ours(self.lock.as_ref(), path)?;
            let value = work(&transaction, path)?;
            transaction.commit().at(path)?;
            return Ok(value);
        }
        // A full disk makes SQLite undo the whole transaction. Later changes would then be kept
        // without the earlier ones.
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

/// Whether the lock's file is still the one that others look at. Called inside a transaction, so
/// that nobody else can begin to write before the transaction ends.
fn still_ours(lock: Option<&StoreLock>, path: &Path) -> Result<()> {
    match lock {
        Some(lock) if !lock.is_in_place() => Err(StoreError::LockLost { path: path.to_owned() }),
        _ => Ok(()),
    }
}

fn is_worse(record: &AccountRecord, earlier: &AccountRecord) -> bool {
    let rank = |record: &AccountRecord| match record.coverage {
        Coverage::Scanned => 3,
        Coverage::Partial => 2,
        // AWS's answer says more than no answer.
        Coverage::Denied | Coverage::Failed | Coverage::NotActive | Coverage::Excluded => 1,
        Coverage::NotReached => 0,
    };
    let (now, before) = (rank(record), rank(earlier));
    now < before
        || (record.coverage, earlier.coverage) == (Coverage::Partial, Coverage::Partial)
            && record.unknown_roles > earlier.unknown_roles
}

/// The account's record, if an attempt was finished.
fn record_of(
    conn: &Connection,
    path: &Path,
    scan: ScanId,
    account: AccountId,
) -> Result<Option<AccountRecord>> {
    let mut statement =
        conn.prepare_cached("SELECT record FROM account WHERE scan = ?1 AND account_id = ?2").at(path)?;
    let mut rows = statement.query([&scan.to_string(), account.as_str()]).at(path)?;
    let Some(row) = rows.next().at(path)? else { return Ok(None) };
    let blob = row.get_ref(0).and_then(|value| Ok(value.as_blob_or_null()?)).at(path)?;
    blob.map(unpack).transpose().at(path)
}

/// An open batch. If it is dropped without a commit, also by a panic, it is undone.
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
            // If even this fails, nothing is committed either: closing the connection undoes it.
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

/// Puts the account on the scan's list with nothing but its id, unless it is on it.
fn ensure_account(conn: &Connection, path: &Path, scan: ScanId, account: AccountId) -> Result<()> {
    execute(
        conn,
        path,
        "INSERT INTO account (scan, account_id, account) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![scan.to_string(), account.as_str(), pack(&Account::named(account))?],
    )?;
    Ok(())
}

#[derive(Clone, Copy)]
enum Pages {
    All,
    /// Those of the attempt that is under way.
    UnderWay,
    /// Those of all others.
    OfOtherAttempts,
}

fn drop_pages(conn: &Connection, path: &Path, scan: ScanId, account: AccountId, pages: Pages) -> Result<()> {
    let sql = match pages {
        Pages::All => "DELETE FROM page WHERE scan = ?1 AND account_id = ?2",
        Pages::UnderWay => {
            "DELETE FROM page WHERE scan = ?1 AND account_id = ?2 AND attempt = \
             (SELECT under_way FROM account WHERE scan = ?1 AND account_id = ?2)"
        }
        Pages::OfOtherAttempts => {
            "DELETE FROM page WHERE scan = ?1 AND account_id = ?2 AND attempt IS NOT \
             (SELECT under_way FROM account WHERE scan = ?1 AND account_id = ?2)"
        }
    };
    execute(conn, path, sql, [&scan.to_string(), account.as_str()])?;
    Ok(())
}

/// Runs a statement that is run for every account or page, so its preparation is kept. Returns how
/// many rows it changed.
fn execute(conn: &Connection, path: &Path, sql: &str, values: impl Params) -> Result<usize> {
    conn.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).at(path)
}

#[cfg(test)]
mod tests;
