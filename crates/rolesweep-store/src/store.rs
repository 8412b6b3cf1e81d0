//! One open store.

use std::path::{Path, PathBuf};

use rolesweep_model::StoreKey;
use rusqlite::Connection;

use crate::error::Result;
use crate::fault::{At as _, Fault};
use crate::lock::StoreLock;

/// One open store: for writing ([`Store::open`]), or for reading ([`Store::open_existing`]).
#[derive(Debug)]
pub struct Store {
    // Declared before the lock, so that it is closed before another process may write.
    pub(crate) conn: Connection,
    /// Without symbolic links.
    pub(crate) path: PathBuf,
    pub(crate) key: StoreKey,
    pub(crate) in_batch: bool,
    /// The right to write; `None` if the store is open for reading.
    pub(crate) lock: Option<StoreLock>,
}

impl Store {
    /// What the store is bound to.
    #[must_use]
    pub fn key(&self) -> &StoreKey {
        &self.key
    }

    /// Where the store is, without symbolic links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` on the database. Its failure becomes an error about this store.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        work(&self.conn).at(&self.path)
    }
}
