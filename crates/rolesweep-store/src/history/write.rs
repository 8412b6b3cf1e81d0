//! Histories are written when a scan finishes, and the newest of an account outlives its scan.

use rolesweep_model::{AccountHistory, AccountId, AccountRecord, Coverage, ScanId};
use rusqlite::params;

use super::stored::unpack;
use super::{encoded, roles};
use crate::blob::pack_record;
use crate::error::Result;
use crate::fault::{At as _, damaged};
use crate::read::{NumberedScan, optional};
use crate::store::Store;
use crate::write::execute;

impl Store {
    /// Writes the history of each account that a scan read, unless it is there. Histories of removed
    /// scans go as soon as their account has a newer one that this scan cannot take back: a resumed scan
    /// reads accounts again, and the history before it is then needed once more.
    pub(crate) fn write_histories(&mut self, scan: ScanId) -> Result<()> {
        let histories = self.histories(scan)?;
        for account in self.without_history(scan, histories.number)? {
            let history = histories.compute(self, account)?;
            self.put_history(account, histories.number, &history)?;
            self.change(|conn| {
                let sql = "DELETE FROM history WHERE account_id = ?1 AND sequence < \
                         (SELECT max(sequence) FROM history WHERE account_id = ?1 AND sequence < ?2) \
                     AND sequence NOT IN (SELECT sequence FROM scan)";
                execute(conn, sql, params![account.as_str(), histories.number])?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Makes what later scans need of a scan's history independent of its facts, before they are
    /// removed.
    pub(crate) fn detach_histories(&mut self, scan: ScanId) -> Result<()> {
        let scans = self.numbered_scans()?;
        let Some(own) = scans.iter().find(|known| known.scan.id == scan) else { return Ok(()) };
        if !own.scan.is_finished() {
            return Ok(());
        }
        // Later scans of an earlier version have no histories yet, which would follow from this one's.
        let without = scans.iter().filter(|known| known.number >= own.number && known.scan.is_finished());
        for known in without {
            self.write_histories(known.scan.id)?;
        }
        self.change(|conn| {
            // The last scan may be resumed, and then drops histories of its own.
            let sql = "DELETE FROM history WHERE sequence = ?1 AND EXISTS (SELECT 1 FROM history AS later \
                 WHERE later.account_id = history.account_id AND later.sequence > history.sequence \
                     AND later.sequence < (SELECT max(sequence) FROM scan))";
            conn.execute(sql, [own.number])?;
            let sql = "INSERT INTO removed_scan (sequence, started_at) VALUES (?1, ?2)";
            conn.execute(sql, params![own.number, own.scan.started_at.to_string()])?;
            Ok(())
        })?;
        for (account, history) in self.histories_of(own)? {
            let roles = roles(self, scan, account)?;
            let roles = roles.iter().map(|(id, used)| (id.as_str(), *used));
            let detached = history.detached(roles).at(&self.path)?;
            self.put_history(account, own.number, &detached)?;
        }
        Ok(())
    }

    fn put_history(&mut self, account: AccountId, number: i64, history: &AccountHistory) -> Result<()> {
        let blob = pack_record(&encoded(history, account)?)?;
        self.change(|conn| {
            let sql = "INSERT INTO history (account_id, sequence, record) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET record = excluded.record";
            execute(conn, sql, params![account.as_str(), number, blob])?;
            Ok(())
        })
    }

    /// The accounts that a scan read and that have no history of it.
    fn without_history(&self, scan: ScanId, number: i64) -> Result<Vec<AccountId>> {
        self.with(|conn| {
            let mut statement = conn.prepare(
                "SELECT record FROM account WHERE scan = ?1 AND record IS NOT NULL AND NOT EXISTS \
                     (SELECT 1 FROM history WHERE account_id = account.account_id AND sequence = ?2)",
            )?;
            let mut rows = statement.query(params![scan.to_string(), number])?;
            let mut accounts = Vec::new();
            while let Some(row) = rows.next()? {
                let record: Option<AccountRecord> = optional(row, 0)?;
                let was_read = |record: &AccountRecord| Coverage::has_roles(record.coverage);
                accounts.extend(record.filter(was_read).map(|record| record.account_id));
            }
            Ok(accounts)
        })
    }

    /// The stored histories of a scan, by account.
    fn histories_of(&self, known: &NumberedScan) -> Result<Vec<(AccountId, AccountHistory)>> {
        self.with(|conn| {
            let mut statement = conn.prepare("SELECT account_id, record FROM history WHERE sequence = ?1")?;
            let mut rows = statement.query([known.number])?;
            let mut histories = Vec::new();
            while let Some(row) = rows.next()? {
                let account: String = row.get(0)?;
                let account = account.parse().map_err(|_| damaged("a history has no account"))?;
                let blob = row.get_ref(1).and_then(|value| Ok(value.as_blob()?))?;
                histories.push((account, unpack(blob, account, known.number)?));
            }
            Ok(histories)
        })
    }
}
