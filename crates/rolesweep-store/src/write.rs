//! Writing: scans begin and end, accounts begin, answer in pages, and are finished.

use std::path::Path;

use rolesweep_model::{Account, AccountId, AccountRecord, Coverage, RolePage, Scan, ScanEnd, ScanId};
use rusqlite::{Connection, Params, TransactionBehavior, named_params, params};

use crate::blob::{EncodedPage, EncodedRoles, StoredEnd, pack};
use crate::error::{Result, StoreError};
use crate::fault::{At as _, Fault};
use crate::lock::StoreLock;
use crate::read::optional;
use crate::store::Store;

/// Pages of attempts that were not finished.
const DROP_LEFTOVERS: &str = "DELETE FROM page WHERE id IN \
     (SELECT page.id FROM account JOIN page USING (scan, account_id) \
      WHERE under_way IS NOT NULL AND page.attempt = under_way)";

/// The pages of an account.
const DROP_PAGES: &str = "DELETE FROM page WHERE scan = ?1 AND account_id = ?2";

/// The pages of an account's attempt that is under way.
const DROP_UNDER_WAY: &str = "DELETE FROM page WHERE scan = ?1 AND account_id = ?2 AND attempt = \
     (SELECT under_way FROM account WHERE scan = ?1 AND account_id = ?2)";

/// The pages of all other attempts at an account.
const DROP_OTHERS: &str = "DELETE FROM page WHERE scan = ?1 AND account_id = ?2 AND attempt IS NOT \
     (SELECT under_way FROM account WHERE scan = ?1 AND account_id = ?2)";

/// The history of an account as of a scan.
const DROP_HISTORY: &str = "DELETE FROM history WHERE account_id = ?2 AND sequence = \
     (SELECT sequence FROM scan WHERE id = ?1)";

/// Documents of AWS's policies that no scan refers to.
pub(crate) const DROP_UNUSED: &str = "DELETE FROM aws_document WHERE (arn, version) NOT IN \
     (SELECT arn, version FROM aws_policy WHERE version IS NOT NULL)";

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
        self.with(|conn| Ok(conn.execute_batch("BEGIN IMMEDIATE")?))?;
        self.in_batch = true;
        let batch = Batch { store: self };
        still_ours(batch.store.lock.as_ref(), &batch.store.path)?;
        let value = work(batch.store)?;
        batch.commit()?;
        Ok(value)
    }

    /// Begins a scan, after all others. Removes what killed processes left of unfinished accounts,
    /// unless somebody removed the lock's file: such a process may then still be running, and its
    /// pages stay. Removes what they left of scans that were removed, too.
    ///
    /// # Errors
    /// If there is such a scan already, if it is another organization's, or if writing fails.
    pub fn begin_scan(&mut self, scan: &Scan) -> Result<()> {
        let wanted = scan.store_key();
        if wanted != self.key {
            let (path, found) = (self.path.clone(), self.key.clone());
            return Err(StoreError::OtherOrganization { path, found, wanted });
        }
        let end = scan.end.clone().map(|end| pack(&StoredEnd { end, accounts: 0 })).transpose()?;
        let record = pack(&Scan { end: None, ..scan.clone() })?;
        let nobody_else = self.lock.as_ref().is_some_and(|lock| lock.was_there);
        // Named before others can see the scan, so that they never take it for one that was cut
        // off.
        self.name_scan(Some(scan.id))?;
        let exists = StoreError::ScanExists { path: self.path.clone(), id: scan.id };
        let begun = self.change(|conn| {
            if knows_scan(conn, scan.id)? {
                return Err(exists.into());
            }
            if nobody_else {
                conn.execute(DROP_LEFTOVERS, [])?;
                conn.execute("UPDATE account SET under_way = NULL WHERE under_way IS NOT NULL", [])?;
            }
            conn.execute(
                "INSERT INTO scan (id, started_at, record, ended, sequence) \
                 VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(sequence), 0) + 1 FROM \
                     (SELECT sequence FROM scan UNION ALL SELECT sequence FROM removed_scan \
                      UNION ALL SELECT sequence FROM pruned_scan)))",
                params![scan.id.to_string(), scan.started_at.as_microsecond(), record, end],
            )?;
            Ok(())
        });
        if begun.is_err() {
            self.name_scan(None)?;
            return begun;
        }
        self.remove_leftovers()
    }

    /// Goes on with a scan: writes into the lock file that it is running.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn resume_scan(&mut self, id: ScanId) -> Result<()> {
        self.may_write()?;
        self.with(|conn| require_scan(conn, id))?;
        self.name_scan(Some(id))
    }

    /// Keeps the command that resumes a scan, for a person to copy. It must hold no secret.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn keep_resume_command(&mut self, id: ScanId, command: &str) -> Result<()> {
        self.change(|conn| {
            let sql = "UPDATE scan SET resume = ?2 WHERE id = ?1";
            one_scan(id, conn.execute(sql, [&id.to_string(), command])?)
        })
    }

    fn name_scan(&self, scan: Option<ScanId>) -> Result<()> {
        self.lock.as_ref().map_or(Ok(()), |lock| lock.name(scan))
    }

    /// Ends a scan, or replaces its end. If it came to its end by itself, writes the history of its
    /// accounts in the same transaction ([`Store::histories`]). Returns when the disk has the end and
    /// everything that was written before (within a batch: when the operating system has it).
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn finish_scan(&mut self, id: ScanId, end: &ScanEnd) -> Result<()> {
        self.may_write()?;
        // SQLite refuses to change it inside a transaction.
        let before: Option<i64> = if self.in_batch {
            None
        } else {
            self.with(|conn| {
                let before = conn.pragma_query_value(None, "synchronous", |row| row.get(0))?;
                conn.pragma_update(None, "synchronous", "FULL")?;
                Ok(Some(before))
            })?
        };
        let ended = self.batch(|store| {
            store.change(|conn| {
                let count = "SELECT count(*) FROM account WHERE scan = ?1";
                let accounts: u32 = conn.query_row(count, [id.to_string()], |row| row.get(0))?;
                let end = pack(&StoredEnd { end: end.clone(), accounts: accounts.into() })?;
                let sql = "UPDATE scan SET ended = ?2 WHERE id = ?1";
                one_scan(id, conn.execute(sql, params![id.to_string(), end])?)
            })?;
            if end.interrupted.is_none() { store.write_histories(id) } else { Ok(()) }
        });
        if let Some(before) = before {
            self.with(|conn| Ok(conn.pragma_update(None, "synchronous", before)?))?;
        }
        ended?;
        self.name_scan(None)
    }

    /// Removes a scan with everything in it and the documents that no other scan uses, and returns
    /// its space to the file system. Its history of an account stays, with all that a later scan
    /// needs of it, until a later scan has read the account: no other scan's history depends on
    /// whether this one is there.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn remove_scan(&mut self, id: ScanId) -> Result<()> {
        self.batch(|store| {
            store.detach_histories(id)?;
            store.change(|conn| {
                one_scan(id, conn.execute("DELETE FROM scan WHERE id = ?1", [id.to_string()])?)?;
                conn.execute(DROP_UNUSED, [])?;
                Ok(())
            })
        })?;
        if self.in_batch { Ok(()) } else { self.shrink() }
    }

    /// Puts accounts on the scan's list. Replaces what is known of an account that is on it
    /// already.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn discovered(&mut self, scan: ScanId, accounts: &[Account]) -> Result<()> {
        let blobs = accounts.iter().map(pack).collect::<Result<Vec<_>>>()?;
        self.change(|conn| {
            require_scan(conn, scan)?;
            let mut statement = conn.prepare(
                "INSERT INTO account (scan, account_id, account) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET account = excluded.account",
            )?;
            for (account, blob) in accounts.iter().zip(&blobs) {
                statement.execute(params![scan.to_string(), account.id.as_str(), blob])?;
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
        self.change(|conn| {
            let ids = ensure_account(conn, scan, account)?;
            execute(conn, DROP_UNDER_WAY, ids.each_ref())?;
            let sql = "UPDATE account SET under_way = attempt + 1 WHERE scan = ?1 AND account_id = ?2";
            execute(conn, sql, ids.each_ref())?;
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
            return Err(StoreError::OtherAccount(account));
        }
        let roles = page.roles.as_ref();
        self.change(|conn| {
            let added = execute(
                conn,
                "INSERT INTO page (scan, account_id, seq, first_arn, last_arn, roles, documents, attempt) \
                 SELECT scan, account_id, \
                     (SELECT coalesce(max(seq), 0) + 1 FROM page WHERE scan = :scan AND account_id = :account), \
                     :first, :last, :roles, :documents, under_way \
                 FROM account WHERE scan = :scan AND account_id = :account AND under_way IS NOT NULL",
                named_params! {
                    ":scan": scan.to_string(),
                    ":account": account.as_str(),
                    ":first": roles.map(|roles| roles.first.as_str()),
                    ":last": roles.map(|roles| roles.last.as_str()),
                    ":roles": roles.map(|roles| &roles.blob),
                    ":documents": page.documents,
                },
            )?;
            if added == 1 { Ok(()) } else { Err(StoreError::NotBegun(account).into()) }
        })
    }

    /// Records what became of an account, and makes it visible. Pages stay if every role was seen
    /// (`scanned`, `partial`), and are removed otherwise. The outcome of an earlier attempt stays
    /// if this one fared worse.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn finish(&mut self, scan: ScanId, record: &AccountRecord) -> Result<()> {
        let packed = pack(record)?;
        self.change(|conn| {
            let ids = ensure_account(conn, scan, record.account_id)?;
            let ids = ids.each_ref();
            if record_of(conn, ids)?.is_some_and(|earlier| is_worse(record, &earlier)) {
                execute(conn, DROP_UNDER_WAY, ids)?;
                let sql = "UPDATE account SET under_way = NULL WHERE scan = ?1 AND account_id = ?2";
                execute(conn, sql, ids)?;
                return Ok(());
            }
            execute(conn, if record.coverage.has_roles() { DROP_OTHERS } else { DROP_PAGES }, ids)?;
            execute(
                conn,
                "UPDATE account SET record = ?3, attempt = coalesce(under_way, attempt + 1), under_way = NULL \
                 WHERE scan = ?1 AND account_id = ?2",
                params![ids[0], ids[1], packed],
            )?;
            // That of a finished scan followed from the facts that were replaced.
            execute(conn, DROP_HISTORY, ids)?;
            Ok(())
        })
    }

    /// One change as one transaction, or as one part of a batch: whole, or not at all.
    pub(crate) fn change<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        self.may_write()?;
        // A full disk makes SQLite undo the whole transaction. Later changes would then be kept
        // without the earlier ones.
        if self.in_batch && self.conn.is_autocommit() {
            return Err(StoreError::BatchUndone(self.path.clone()));
        }
        let path = &self.path;
        if self.in_batch {
            let savepoint = self.conn.savepoint().at(path)?;
            let value = work(&savepoint).at(path)?;
            savepoint.commit().at(path)?;
            return Ok(value);
        }
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).at(path)?;
        still_ours(self.lock.as_ref(), path)?;
        let value = work(&transaction).at(path)?;
        transaction.commit().at(path)?;
        Ok(value)
    }

    pub(crate) fn may_write(&self) -> Result<()> {
        if self.lock.is_some() { Ok(()) } else { Err(StoreError::ReadOnly(self.path.clone())) }
    }
}

/// Whether the lock's file is still the one that others look at. Called inside a transaction, so
/// that nobody else can begin to write before the transaction ends.
fn still_ours(lock: Option<&StoreLock>, path: &Path) -> Result<()> {
    let is_ours = lock.is_none_or(StoreLock::is_in_place);
    if is_ours { Ok(()) } else { Err(StoreError::LockLost(path.to_owned())) }
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
pub(crate) fn record_of(conn: &Connection, ids: [&String; 2]) -> Result<Option<AccountRecord>, Fault> {
    let sql = "SELECT record FROM account WHERE scan = ?1 AND account_id = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(ids)?;
    rows.next()?.map_or(Ok(None), |row| optional(row, 0))
}

/// An open batch. If it is dropped without a commit, also by a panic, it is undone.
struct Batch<'s> {
    store: &'s mut Store,
}

impl Batch<'_> {
    fn commit(self) -> Result<()> {
        let Store { conn, path, .. } = &*self.store;
        if conn.is_autocommit() {
            return Err(StoreError::BatchUndone(path.clone()));
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

fn knows_scan(conn: &Connection, scan: ScanId) -> Result<bool, Fault> {
    let mut statement = conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM scan WHERE id = ?1)")?;
    Ok(statement.query_row([scan.to_string()], |row| row.get(0))?)
}

pub(crate) fn require_scan(conn: &Connection, scan: ScanId) -> Result<(), Fault> {
    one_scan(scan, knows_scan(conn, scan)?.into())
}

/// Fails if a statement about a scan found no scan.
pub(crate) fn one_scan(id: ScanId, found: usize) -> Result<(), Fault> {
    if found == 1 { Ok(()) } else { Err(Fault::UnknownScan(id)) }
}

/// Puts the account on the scan's list with nothing but its id, unless it is on it. Returns the two
/// ids.
fn ensure_account(conn: &Connection, scan: ScanId, account: AccountId) -> Result<[String; 2], Fault> {
    require_scan(conn, scan)?;
    let ids = [scan.to_string(), account.to_string()];
    let sql = "INSERT INTO account (scan, account_id, account) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    execute(conn, sql, params![ids[0], ids[1], pack(&Account::named(account))?])?;
    Ok(ids)
}

/// Runs a statement that is run for every account or page, so its preparation is kept. Returns how
/// many rows it changed.
pub(crate) fn execute(conn: &Connection, sql: &str, values: impl Params) -> Result<usize, Fault> {
    Ok(conn.prepare_cached(sql)?.execute(values)?)
}

#[cfg(test)]
mod tests;
