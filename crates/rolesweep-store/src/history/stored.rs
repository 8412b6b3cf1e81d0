//! A history as it is stored, for any thread to read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rolesweep_model::{AccountHistory, AccountId, RoleHistory};

use crate::blob::decompress_record;
use crate::error::Result;
use crate::fault::{At as _, Fault, damaged};

/// The history of an account as it is stored. Any thread can read it.
#[derive(Debug)]
pub struct StoredHistory {
    /// The store that it is from, for errors.
    pub(super) path: PathBuf,
    pub(super) account: AccountId,
    /// The scan's number.
    pub(super) number: i64,
    pub(super) blob: Vec<u8>,
    /// The start of every scan, by number.
    pub(super) instants: Arc<BTreeMap<i64, Timestamp>>,
}

impl StoredHistory {
    /// How many bytes it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.blob.len()
    }

    /// The history.
    ///
    /// # Errors
    /// If it is damaged or another version wrote it.
    pub fn read(&self) -> Result<ScanHistory> {
        let history = unpack(&self.blob, self.account, self.number).at(&self.path)?;
        let instants = history.scans().iter().map(|number| self.instants.get(number).copied()).collect();
        let unknown = || damaged("a history names a scan that the store does not know").at(&self.path);
        let instants: Option<Vec<Timestamp>> = instants;
        Ok(ScanHistory { path: self.path.clone(), instants: instants.ok_or_else(unknown)?, history })
    }
}

/// The history of an account's roles as of a scan ([`StoredHistory::read`]).
#[derive(Debug)]
pub struct ScanHistory {
    /// The store that it is from, for errors.
    path: PathBuf,
    history: AccountHistory,
    instants: Vec<Timestamp>,
}

impl ScanHistory {
    /// The same history with this instant in place of the scan's own start, for a report that judges
    /// the scan as of another one.
    #[must_use]
    pub fn as_of(mut self, at: Timestamp) -> Self {
        if let Some(own) = self.instants.last_mut() {
            *own = at;
        }
        self
    }

    /// How many roles it has: those of the scan.
    #[must_use]
    pub fn len(&self) -> usize {
        self.history.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.history.is_empty()
    }

    /// Checks that it is the history of so many roles.
    ///
    /// # Errors
    /// If it is not: the store is damaged.
    pub fn require_roles(&self, roles: usize) -> Result<()> {
        let is_whole = self.len() == roles;
        if is_whole {
            Ok(())
        } else {
            Err(damaged("a history is not that of the roles of its scan").at(&self.path))
        }
    }

    /// The history of a role by its place among those of the account, in the order of
    /// [`Store::roles`](crate::Store::roles).
    #[must_use]
    pub fn role(&self, place: usize) -> Option<RoleHistory<'_>> {
        self.history.role(place, &self.instants)
    }
}

/// Reads a record, which has to be the history of this account as of the scan with this number.
pub(super) fn unpack(blob: &[u8], account: AccountId, number: i64) -> Result<AccountHistory, Fault> {
    let history = AccountHistory::decode(&decompress_record(blob)?, account)?;
    if history.scans().last() == Some(&number) {
        Ok(history)
    } else {
        Err(damaged("a history is that of another scan"))
    }
}
