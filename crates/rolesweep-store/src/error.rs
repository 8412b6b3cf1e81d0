//! What can go wrong with a store, and what to do about it.

use std::error::Error;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rolesweep_model::{AccountId, DecodeError, FORMAT_VERSION, ScanId, StoreKey};
use rusqlite::ErrorCode;

use crate::blob::BlobError;
use crate::files;
use crate::lock::{Holder, SUFFIX};

/// Why a store could not be opened, read or written. Each text says what to do, if there is
/// something to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store, or the file is empty.
    #[error("there is no store at {path}: run a scan first, or name another store with --store")]
    Missing {
        /// Where rolesweep looked for it.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{path} is not a rolesweep store, or its beginning is damaged: name another file with --store")]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
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
        "somebody removed or replaced the lock of the store {path} while the scan was running, so that another scan may be writing to it: \
         leave the file {path}{SUFFIX} alone, and scan again"
    )]
    LockLost {
        /// The store.
        path: PathBuf,
    },
    /// Something else is at the path of the store's lock.
    #[error(
        "{path} exists and is not a lock file of rolesweep: move it away, or name another file with --store"
    )]
    ForeignLock {
        /// The path.
        path: PathBuf,
    },
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
        "the store {path} has another name (a hard link), under which another scan could write to it at the same time: remove the link, or \
         name another file with --store"
    )]
    HardLinked {
        /// The store.
        path: PathBuf,
    },
    /// Some other program holds the database for longer than a scan can wait.
    #[error(
        "the store {path} is in use by another program (a backup, a database shell): close it, and try again"
    )]
    Busy {
        /// The store.
        path: PathBuf,
    },
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
    #[error("{path} is read-only, or was moved while in use: name a file with --store that can be written")]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
    },
    /// The disk is full, or a quota is used up. What was finished before still stands.
    #[error(
        "no space left for {path}: make room on that disk (`df` and `df -i` show its space and its files), or name a file with --store on another \
         one"
    )]
    DiskFull {
        /// The file or folder.
        path: PathBuf,
    },
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
    #[error("account {account} accepts no page: it was not begun, or is finished")]
    NotBegun {
        /// The account.
        account: AccountId,
    },
    /// A page holds roles of another account, or of two partitions.
    #[error("account {account} accepts no page with roles of another account or partition")]
    OtherAccount {
        /// The account.
        account: AccountId,
    },
    /// A page is too large to be read again.
    #[error("a page of {bytes} bytes is too large to be kept: use a smaller page size")]
    PageTooLarge {
        /// Its size before compression.
        bytes: usize,
    },
    /// Facts could not be encoded: a defect in rolesweep, or no memory.
    #[error("facts could not be encoded: {0}")]
    Encode(Box<dyn Error + Send + Sync>),
    /// A call of this batch failed and undid the batch. Nothing of it was kept.
    #[error("an earlier failure undid this batch of writes to {path}")]
    BatchUndone {
        /// The store.
        path: PathBuf,
    },
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

/// Names the file that a failure is about.
pub(crate) trait At<T> {
    /// The same result, with the failure as a [`StoreError`] about `path`.
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> At<T> for rusqlite::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|error| from_sqlite(path, error))
    }
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|error| from_io(path, error))
    }
}

impl<T> At<T> for Result<T, DecodeError> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|error| from_decode(path, &error))
    }
}

impl<T> At<T> for Result<T, BlobError> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|error| match error {
            BlobError::Decode(error) => from_decode(path, &error),
            other => damaged(path, &other),
        })
    }
}

pub(crate) fn damaged(path: &Path, detail: &dyn ToString) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), detail: detail.to_string() }
}

fn from_decode(path: &Path, error: &DecodeError) -> StoreError {
    match error {
        DecodeError::OtherVersion(found) if *found > FORMAT_VERSION => {
            StoreError::NewerRecord { path: path.to_owned(), found: *found }
        }
        other => damaged(path, other),
    }
}

fn from_io(path: &Path, source: io::Error) -> StoreError {
    let path = path.to_owned();
    if is_out_of_files(&source) {
        return StoreError::TooManyOpenFiles { path, source };
    }
    match source.kind() {
        io::ErrorKind::PermissionDenied => StoreError::Permission { path, source: Some(source) },
        io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path },
        io::ErrorKind::FileTooLarge => StoreError::Unreachable { path, source: Box::new(source) },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull { path },
        _ => StoreError::Io { path, source },
    }
}

/// `EMFILE` and `ENFILE`: the same numbers on Linux and on macOS. The standard library has no kind
/// for them.
const OUT_OF_FILES: [i32; 2] = [24, 23];

fn is_out_of_files(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| OUT_OF_FILES.contains(&code))
}

/// Whether no file can be opened now. SQLite says only that it could not open one. This must not
/// open the store's own file: closing it again would drop SQLite's locks.
fn out_of_files() -> Option<io::Error> {
    File::open("/dev/null").err().filter(is_out_of_files)
}

/// `SQLITE_IOERR_SHMSIZE`: the shared-memory file beside the store could not be made large enough.
const IOERR_SHMSIZE: i32 = 4874;

fn from_sqlite(path: &Path, error: rusqlite::Error) -> StoreError {
    let owned = path.to_owned();
    if let Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) = error.sqlite_error_code()
        && let Some(source) = out_of_files()
    {
        return StoreError::TooManyOpenFiles { path: owned, source };
    }
    match (error.sqlite_error_code(), error.sqlite_error().map(|e| e.extended_code)) {
        (_, Some(IOERR_SHMSIZE)) | (Some(ErrorCode::DiskFull), _) => StoreError::DiskFull { path: owned },
        (Some(ErrorCode::ReadOnly), _) => StoreError::ReadOnly { path: owned },
        // SQLite does not say why it could not create a file there. The operating system does if it
        // is asked for one.
        (Some(ErrorCode::PermissionDenied | ErrorCode::CannotOpen), _) => {
            match files::probe(files::folder(path)) {
                Err(refusal) => from_io(path, refusal),
                Ok(()) => StoreError::Permission { path: owned, source: None },
            }
        }
        (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => StoreError::Busy { path: owned },
        (Some(ErrorCode::SystemIoFailure), _) => {
            StoreError::Unreachable { path: owned, source: Box::new(error) }
        }
        (Some(ErrorCode::NotADatabase), _) => StoreError::NotAStore { path: owned },
        // This crate's statements are correct. So if SQLite does not understand one, or if a value
        // has another type than its column, the tables are not those of the schema.
        (Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown), _) => damaged(path, &error),
        (None, _) => damaged(path, &error),
        _ => StoreError::Database { path: owned, source: Box::new(error) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_file_system_are_named() {
        let path = Path::new("/data/o-example.db");
        for (kind, text) in [
            (io::ErrorKind::PermissionDenied, "no permission for /data/o-example.db"),
            (io::ErrorKind::ReadOnlyFilesystem, "/data/o-example.db is read-only"),
            (io::ErrorKind::StorageFull, "no space left for /data/o-example.db"),
            (io::ErrorKind::QuotaExceeded, "no space left for /data/o-example.db"),
            (io::ErrorKind::FileTooLarge, "the store /data/o-example.db could not be read or written"),
        ] {
            let error = Err::<(), _>(io::Error::from(kind)).at(path).unwrap_err();
            assert!(error.to_string().starts_with(text), "{error}");
        }
    }

    #[test]
    fn too_many_open_files_are_no_lack_of_permission() {
        for code in OUT_OF_FILES {
            let error = Err::<(), _>(io::Error::from_raw_os_error(code)).at(Path::new("/data/o-example.db"));
            let error = error.unwrap_err();
            assert!(matches!(error, StoreError::TooManyOpenFiles { .. }), "{error:?}");
            assert_eq!(error.to_string(), "/data/o-example.db could not be opened: too many files are open");
        }
        let refused = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(14), None);
        let error = Err::<(), _>(refused).at(Path::new("/data/o-example.db")).unwrap_err();
        assert!(matches!(error, StoreError::Permission { .. }), "there are files left here: {error:?}");
    }

    #[test]
    fn a_failure_underneath_the_database_names_what_may_be_wrong() {
        let failure = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(778), None);
        let error = Err::<(), _>(failure).at(Path::new("/data/o-example.db")).unwrap_err();
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains("ulimit -f"), "{error}");
    }

    #[test]
    fn why_a_file_cannot_be_made_is_what_the_operating_system_says() {
        let folder = tempfile::tempdir().unwrap();
        let cannot_open = || {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
            Err::<(), _>(rusqlite::Error::SqliteFailure(code, None))
        };
        // A file can be created in this folder, so the store's file itself must be the cause.
        let error = cannot_open().at(&folder.path().join("store.db")).unwrap_err();
        assert!(matches!(error, StoreError::Permission { source: None, .. }), "{error}");
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = cannot_open().at(&file.join("store.db")).unwrap_err();
        assert!(error.to_string().contains("Not a directory"), "{error}");
    }

    #[test]
    fn a_process_that_gave_no_name_is_still_a_refusal() {
        let error = StoreError::Locked { path: "/data/o-example.db".into(), holder: None };
        assert!(error.to_string().starts_with("another scan (of a process that gave no name) is writing"));
    }
}
