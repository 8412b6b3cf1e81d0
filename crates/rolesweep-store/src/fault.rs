//! Failures of SQLite, of the file system and of records, and what they mean for a store.

use std::fs::File;
use std::io;
use std::path::Path;

use rolesweep_model::{DecodeError, FORMAT_VERSION, ScanId};
use rusqlite::ErrorCode;

use crate::error::{Result, StoreError};
use crate::files;

/// A failure that does not yet name the file that it is about.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) enum Fault {
    Io(#[from] io::Error),
    Sqlite(#[from] rusqlite::Error),
    Decode(#[from] DecodeError),
    /// zstd refused it: it is not a frame, its checksum is wrong, or it holds more than the limit.
    #[error("a compressed record is unreadable: {0}")]
    Compression(io::Error),
    /// SQLite can read it, but its parts do not fit together.
    #[error("{0}")]
    Damaged(String),
    #[error("there is no scan {0}")]
    UnknownScan(ScanId),
    /// A complete error, to which no path is added.
    Store(#[from] StoreError),
}

pub(crate) fn damaged(detail: impl Into<String>) -> Fault {
    Fault::Damaged(detail.into())
}

/// Names the file that a failure is about.
pub(crate) trait At<T> {
    /// The same result, with the failure as a [`StoreError`] about `path`.
    fn at(self, path: &Path) -> Result<T>;
}

impl<T, E: Into<Fault>> At<T> for Result<T, E> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|fault| fault.into().at(path))
    }
}

impl Fault {
    pub(crate) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Io(error) => from_io(path, error),
            Self::Sqlite(error) => from_sqlite(path, error),
            Self::Decode(DecodeError::OtherVersion(found)) if found > FORMAT_VERSION => {
                StoreError::NewerRecord { path: path.to_owned(), found }
            }
            Self::UnknownScan(id) => StoreError::UnknownScan { path: path.to_owned(), id },
            Self::Store(error) => error,
            fault => StoreError::Damaged { path: path.to_owned(), detail: fault.to_string() },
        }
    }
}

fn from_io(path: &Path, source: io::Error) -> StoreError {
    let path = path.to_owned();
    if is_out_of_files(&source) {
        return StoreError::TooManyOpenFiles { path, source };
    }
    match source.kind() {
        io::ErrorKind::PermissionDenied => StoreError::Permission { path, source: Some(source) },
        io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(path),
        io::ErrorKind::FileTooLarge => StoreError::Unreachable { path, source: Box::new(source) },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull(path),
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
pub(crate) fn out_of_files() -> Option<io::Error> {
    File::open("/dev/null").err().filter(is_out_of_files)
}

/// `SQLITE_IOERR_SHMSIZE`: the shared-memory file beside the store could not be made large enough.
const IOERR_SHMSIZE: i32 = 4874;

fn from_sqlite(path: &Path, error: rusqlite::Error) -> StoreError {
    let owned = path.to_owned();
    let code = error.sqlite_error_code();
    if let Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) = code
        && let Some(source) = out_of_files()
    {
        return StoreError::TooManyOpenFiles { path: owned, source };
    }
    match code {
        _ if error.sqlite_error().is_some_and(|error| error.extended_code == IOERR_SHMSIZE) => {
            StoreError::DiskFull(owned)
        }
        Some(ErrorCode::DiskFull) => StoreError::DiskFull(owned),
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly(owned),
        // SQLite does not say why it could not create a file there. The operating system does if it
        // is asked for one.
        Some(ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            match files::probe(files::folder(path)) {
                Err(refusal) => from_io(path, refusal),
                Ok(()) => StoreError::Permission { path: owned, source: None },
            }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(owned),
        Some(ErrorCode::SystemIoFailure) => StoreError::Unreachable { path: owned, source: Box::new(error) },
        Some(ErrorCode::NotADatabase) => StoreError::NotAStore(owned),
        // This crate's statements are correct. So if SQLite does not understand one, or if a value
        // has another type than its column, the tables are not those of the schema.
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) | None => {
            StoreError::Damaged { path: owned, detail: error.to_string() }
        }
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
}
