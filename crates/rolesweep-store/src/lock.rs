//! One writer at a time: an operating system's lock on a file beside the store.
//!
//! The lock belongs to the open file, so that it vanishes with the process that holds it, however that ends. The file stays: removing
//! it would let two processes lock two files of the same name.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

use jiff::Timestamp;

use crate::error::{At as _, Result, StoreError};
use crate::files;

/// The process that writes to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub pid: u32,
    /// Since when, to the second.
    pub since: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}, since {}", self.pid, self.since)
    }
}

impl Holder {
    fn current() -> Self {
        let now = Timestamp::now();
        Self { pid: std::process::id(), since: Timestamp::from_second(now.as_second()).unwrap_or(now) }
    }

    /// What a lock file says of its holder; `None` where it says nothing that makes sense.
    fn read(file: &File) -> Option<Self> {
        let mut text = String::new();
        file.take(128).read_to_string(&mut text).ok()?;
        let (pid, since) = text.trim_end().split_once(' ')?;
        Some(Self { pid: pid.parse().ok()?, since: since.parse().ok()? })
    }

    fn write(&self, mut file: &File) -> io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{} {}", self.pid, self.since)
    }
}

/// The right to write to one store; given back when dropped.
#[derive(Debug)]
pub(crate) struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// Takes the lock of the store at `store`, without waiting.
    pub(crate) fn take(store: &Path) -> Result<Self> {
        let path = files::beside(store, ".lock");
        let file = files::private(OpenOptions::new().read(true).write(true).create(true).truncate(false))
            .open(&path)
            .at(&path)?;
        files::tighten(&path).at(&path)?;
        acquire(&file, store, &path)?;
        Holder::current().write(&file).at(&path)?;
        Ok(Self { _file: file })
    }

    /// Finds out whether somebody holds the lock, and leaves everything as it was.
    pub(crate) fn check(store: &Path) -> Result<()> {
        let path = files::beside(store, ".lock");
        match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => acquire(&file, store, &path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error).at(&path),
        }
    }
}

fn acquire(file: &File, store: &Path, path: &Path) -> Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            Err(StoreError::Locked { path: store.to_owned(), holder: Holder::read(file) })
        }
        Err(TryLockError::Error(error)) => Err(error).at(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_and_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        StoreLock::check(&store).unwrap();
        assert!(!files::beside(&store, ".lock").exists());
        let first = StoreLock::take(&store).unwrap();
        for refusal in [StoreLock::take(&store).map(drop).unwrap_err(), StoreLock::check(&store).unwrap_err()]
        {
            assert!(
                refusal.to_string().contains(&format!("(process {}, since 2", std::process::id())),
                "{refusal}"
            );
        }
        drop(first);
        StoreLock::check(&store).unwrap();
        StoreLock::take(&store).unwrap();
    }

    #[test]
    fn a_lock_file_with_nonsense_names_nobody() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "4242", "x 2026-11-22T10:20:30Z", "4242 yesterday", "\u{fffd}"] {
            let path = folder.path().join("lock");
            std::fs::write(&path, text).unwrap();
            assert_eq!(Holder::read(&File::open(&path).unwrap()), None, "{text:?}");
        }
    }
}
