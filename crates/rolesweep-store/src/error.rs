//! What can go wrong with a store, and what to do about it.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use rolesweep_model::{AccountId, ScanId, StoreKey};

use crate::lock_file::{Holder, SUFFIX};

/// Why a store could not be opened, read or written. Each text says what to do, if there is
/// something to do.
///
/// A path is that of the store, or of the file or folder that the failure is about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store, or the file is empty.
    #[error("there is no store at {0}: run a scan first, or name another store with --store")]
    Missing(PathBuf),
    /// The file is something else.
    #[error("{0} is not a rolesweep store, or its beginning is damaged: name another file with --store")]
    NotAStore(PathBuf),
    /// The store belongs to another organization, or to another caller without one.
    #[error("the store {path} belongs to {found}, not to {wanted}: name another file with --store")]
    OtherOrganization {
        /// The store.
        path: PathBuf,
        /// What it is bound to.
        found: StoreKey,
        /// What was asked for.
        wanted: StoreKey,
    },
    /// The store was written by a newer version, whose schema this one does not know.
    #[error(
        "the store {path} was written by a newer version of rolesweep (its schema is {found}, this version knows {known}): \
         upgrade rolesweep, or name another file with --store"
    )]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema that this version knows.
        known: u32,
    },
    /// A record in the store was written by a newer version.
    #[error(
        "the store {path} holds records of a newer version of rolesweep (format {found}): upgrade rolesweep"
    )]
    NewerRecord {
        /// The store.
        path: PathBuf,
        /// The record's format version.
        found: u8,
    },
    /// Another process is writing to the store.
    #[error(
        "another scan ({}) is writing to {path}: wait until it has ended, or name another file with --store",
        .holder.as_ref().map_or_else(|| "of a process that gave no name".to_owned(), Holder::to_string)
    )]
    Locked {
        /// The store.
        path: PathBuf,
        /// Who holds it, if that could be read.
        holder: Option<Holder>,
    },
    /// The lock of this writer was removed or replaced, so that another process may write too. What
    /// was finished before still stands.
    #[error(
        "somebody removed or replaced the lock of the store {0} while the scan was running, so that another scan may be writing to it: \
         leave the file {0}{SUFFIX} alone, and scan again"
    )]
    LockLost(PathBuf),
    /// Something else is at the path of the store's lock.
    #[error(
        "{0} exists and is not a lock file of rolesweep: move it away, or name another file with --store"
    )]
    ForeignLock(PathBuf),
    /// The file belongs to another user, who could read everything that is written to it.
    #[error(
        "{path} belongs to another user (id {owner}, and this is {caller}), who could read everything in it: name another file with --store, \
         or scan as that user"
    )]
    OtherOwner {
        /// The file.
        path: PathBuf,
        /// The id of the user that it belongs to.
        owner: u32,
        /// The id of the user that asks.
        caller: u32,
    },
    /// The file has a second name, under which another scan would have a lock of its own.
    #[error(
        "the store {0} has another name (a hard link), under which another scan could write to it at the same time: remove the link, or \
         name another file with --store"
    )]
    HardLinked(PathBuf),
    /// Some other program holds the database for longer than a scan can wait.
    #[error(
        "the store {0} is in use by another program (a backup, a database shell): close it, and try again"
    )]
    Busy(PathBuf),
    /// The operating system refused.
    #[error(
        "no permission for {path}: check its owner and mode and those of its folder, or name another file with --store"
    )]
    Permission {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: Option<io::Error>,
    },
    /// The process, or the machine, has too many open files.
    #[error("{path} could not be opened: too many files are open")]
    TooManyOpenFiles {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file or its file system cannot be written.
    #[error("{0} is read-only, or was moved while in use: name a file with --store that can be written")]
    ReadOnly(PathBuf),
    /// The disk is full, or a quota is used up. What was finished before still stands.
    #[error(
        "no space left for {0}: make room on that disk (`df` and `df -i` show its space and its files), or name a file with --store on another \
         one"
    )]
    DiskFull(PathBuf),
    /// The file is damaged.
    #[error(
        "the store {path} is damaged ({detail}): restore it from a backup, or move it away and scan again"
    )]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The store holds no such scan.
    #[error("there is no scan {id} in the store {path}")]
    UnknownScan {
        /// The store.
        path: PathBuf,
        /// The scan.
        id: ScanId,
    },
    /// The store holds this scan already.
    #[error("there is a scan {id} in the store {path} already")]
    ScanExists {
        /// The store.
        path: PathBuf,
        /// The scan.
        id: ScanId,
    },
    /// A page came for an account that was not begun, or is finished.
    #[error("account {0} accepts no page: it was not begun, or is finished")]
    NotBegun(AccountId),
    /// A page holds roles of another account, or of two partitions.
    #[error("account {0} accepts no page with roles of another account or partition")]
    OtherAccount(AccountId),
    /// A page is too large to be read again. The number is its size before compression.
    #[error("a page of {0} bytes is too large to be kept: use a smaller page size")]
    PageTooLarge(usize),
    /// Facts could not be encoded: a defect in rolesweep, or no memory.
    #[error("facts could not be encoded: {0}")]
    Encode(Box<dyn Error + Send + Sync>),
    /// A call of this batch failed and undid the batch. Nothing of it was kept.
    #[error("an earlier failure undid this batch of writes to {0}")]
    BatchUndone(PathBuf),
    /// Reading or writing failed below the database, which does not say how: a bad disk, a file
    /// system that went away, a limit on the size of files. What was finished before still stands.
    #[error(
        "the store {path} could not be read or written ({source}): check its disk, its file system and the limit on the size of files \
         (`ulimit -f`), or name a file with --store elsewhere"
    )]
    Unreachable {
        /// The store.
        path: PathBuf,
        /// What SQLite said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Temporary files could not be written or read: the disk is full, or the folder cannot be
    /// written. The store is as it was. The text reads well after "failed to".
    #[error("write temporary files in `{}`", folder.display())]
    Temporary {
        /// The folder for temporary files.
        folder: PathBuf,
        /// What SQLite said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Something else failed in the file system.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// Something else failed in the database.
    #[error("the store {path}: {source}")]
    Database {
        /// The store.
        path: PathBuf,
        /// What SQLite said.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// The result of this crate's calls.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_gave_no_name_is_still_a_refusal() {
        let error = StoreError::Locked { path: "/data/o-example.db".into(), holder: None };
        assert!(error.to_string().starts_with("another scan (of a process that gave no name) is writing"));
    }
}
