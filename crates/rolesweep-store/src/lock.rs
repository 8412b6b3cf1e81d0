//! One writer at a time: an operating system's lock on a file beside the store.
//!
//! The lock belongs to the open file, so it ends with the process that holds it, however that ends.
//! The file stays: if it were removed, two processes could lock two files of the same name. A
//! writer notices if its file was removed or replaced all the same, and stops.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rolesweep_model::ScanId;
use rustix::fs::OFlags;

use crate::error::{Result, StoreError};
use crate::fault::At as _;
use crate::files;
use crate::lock_file::{Holder, SUFFIX, Writer};
use crate::owner::require_own;

/// How often and how long to wait for processes that only look at the lock. That is five seconds in
/// all, because they may not get a processor for a while.
const LOOKERS: (u32, Duration) = (250, Duration::from_millis(20));

/// The right to write to one store. Dropping it gives the right back.
#[derive(Debug)]
pub(crate) struct StoreLock {
    file: File,
    path: PathBuf,
    /// Which file it is: its device, and its number on that device.
    identity: (u64, u64),
    holder: Holder,
    /// Whether nobody else can be writing: the lock's file was there before, or the store is new.
    /// The file stays when a process ends. So if a store has no such file, somebody removed it,
    /// maybe while a process was writing.
    pub(crate) was_there: bool,
}

impl StoreLock {
    /// Takes the lock of the store at `store`. Waits only for processes that look at the lock.
    pub(crate) fn take(store: &Path) -> Result<Self> {
        let path = files::beside(store, SUFFIX);
        let (file, was_there) = match open(&path, OpenOptions::new().write(true).create_new(true)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (existing(&path)?.ok_or_else(|| StoreError::ForeignLock(path.clone()))?, true)
            }
            opened => (opened.at(&path)?, false),
        };
        files::tighten(&path).at(&path)?;
        acquire(&file, store, &path)?;
        let metadata = file.metadata().at(&path)?;
        let holder = Holder::current();
        holder.write(&file).at(&path)?;
        let lock = Self { file, path, identity: (metadata.dev(), metadata.ino()), holder, was_there };
        // If the file was removed between opening and locking it, others lock another file by now.
        if lock.is_in_place() { Ok(lock) } else { Err(StoreError::LockLost(store.to_owned())) }
    }

    /// Finds out whether somebody holds the lock, and leaves everything as it was.
    pub(crate) fn check(store: &Path) -> Result<()> {
        let path = files::beside(store, SUFFIX);
        existing(&path)?.map_or(Ok(()), |file| refuse_writer(&file, store, &path))
    }

    /// Who holds the lock now. Leaves everything as it was.
    pub(crate) fn writer(store: &Path) -> Result<Writer> {
        let path = files::beside(store, SUFFIX);
        match open(&path, &mut OpenOptions::new()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Writer::Nobody),
            opened => opened.and_then(|file| look(&file)).at(&path),
        }
    }

    /// Writes into the lock file which scan is made.
    pub(crate) fn name(&self, scan: Option<ScanId>) -> Result<()> {
        Holder { scan, ..self.holder.clone() }.write(&self.file).at(&self.path)
    }

    /// Whether the file is still where others look for it.
    pub(crate) fn is_in_place(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok_and(|now| (now.dev(), now.ino()) == self.identity)
    }
}

/// Opens a lock's file. Refuses links, and returns at once if the path is not a file.
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    files::private(options.read(true).custom_flags(flags)).open(path)
}

/// The lock's file, if there is one. Refuses anything else by its kind, its owner or its content,
/// and leaves it as it is.
fn existing(path: &Path) -> Result<Option<File>> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.at(path)?,
    };
    let foreign = || StoreError::ForeignLock(path.to_owned());
    if !found.is_file() {
        return Err(foreign());
    }
    require_own(path)?;
    let file = open(path, OpenOptions::new().write(true)).at(path)?;
    Writer::named_in(&file).map(|_| Some(file)).ok_or_else(foreign)
}

/// Takes the lock. If a shared lock is refused too, a writer has it. A process that only looks is
/// gone in a moment.
fn acquire(file: &File, store: &Path, path: &Path) -> Result<()> {
    for _ in 0..LOOKERS.0 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => refuse_writer(file, store, path)?,
            locked => return locked.map_err(io::Error::from).at(path),
        }
        std::thread::sleep(LOOKERS.1);
    }
    Err(StoreError::Locked { path: store.to_owned(), holder: None })
}

fn refuse_writer(file: &File, store: &Path, path: &Path) -> Result<()> {
    let holder = match look(file).at(path)? {
        Writer::Nobody => return Ok(()),
        Writer::Unnamed => None,
        Writer::Named(holder) => Some(holder),
    };
    Err(StoreError::Locked { path: store.to_owned(), holder })
}

/// Who has the lock. Takes a shared lock, because others may look at the same time.
fn look(file: &File) -> io::Result<Writer> {
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| Writer::Nobody),
        Err(TryLockError::WouldBlock) => Ok(Writer::named_in(file).unwrap_or(Writer::Unnamed)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCAN: &str = "019aa000-0000-7000-8000-000000000001";

    #[test]
    fn a_second_writer_is_refused_and_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        StoreLock::check(&store).unwrap();
        assert!(!files::beside(&store, SUFFIX).exists());
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
    fn the_lock_says_which_scan_is_made_for_as_long_as_it_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        assert_eq!(StoreLock::writer(&store).unwrap(), Writer::Nobody);
        let lock = StoreLock::take(&store).unwrap();
        let scan: ScanId = SCAN.parse().unwrap();
        assert!(StoreLock::writer(&store).unwrap().of(scan).is_none());
        lock.name(Some(scan)).unwrap();
        let writer = StoreLock::writer(&store).unwrap();
        assert_eq!(writer.of(scan).unwrap().pid, std::process::id());
        lock.name(None).unwrap();
        assert!(StoreLock::writer(&store).unwrap().of(scan).is_none());
        assert_ne!(StoreLock::writer(&store).unwrap(), Writer::Nobody);
        drop(lock);
        assert_eq!(StoreLock::writer(&store).unwrap(), Writer::Nobody);
    }

    #[test]
    fn a_file_that_is_no_lock_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let path = files::beside(&store, SUFFIX);
        let long = format!("4242 2026-11-22T10:20:30Z {}\n", " ".repeat(200));
        for text in
            ["4242", "x 2026-11-22T10:20:30Z", "# This file is generated by Cargo.\n", "\u{fffd}", &long]
        {
            fs::write(&path, text).unwrap();
            for refusal in [StoreLock::take(&store).map(drop), StoreLock::check(&store)] {
                let refusal = refusal.unwrap_err();
                assert!(matches!(refusal, StoreError::ForeignLock { .. }), "{text:?}: {refusal}");
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        // What a process leaves if it is killed right after it creates the file.
        for text in ["", "\0\0\0"] {
            fs::write(&path, text).unwrap();
            StoreLock::take(&store).unwrap();
        }
    }

    #[test]
    fn a_link_instead_of_the_lock_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let victim = folder.path().join("victim");
        fs::write(&victim, "").unwrap();
        std::os::unix::fs::symlink(&victim, files::beside(&store, SUFFIX)).unwrap();
        let refusal = StoreLock::take(&store).map(drop).unwrap_err();
        assert!(matches!(refusal, StoreError::ForeignLock { .. }), "{refusal}");
        assert_eq!(fs::read_to_string(&victim).unwrap(), "");
    }

    #[test]
    fn a_lock_that_somebody_removed_or_replaced_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let first = StoreLock::take(&store).unwrap();
        assert!(first.is_in_place() && !first.was_there);
        fs::remove_file(files::beside(&store, SUFFIX)).unwrap();
        assert!(!first.is_in_place());
        let second = StoreLock::take(&store).unwrap();
        assert!(second.is_in_place() && !second.was_there && !first.is_in_place());
        drop(second);
        assert!(StoreLock::take(&store).unwrap().was_there);
    }

    #[test]
    fn a_process_that_only_looks_is_waited_for_and_is_not_a_writer() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        drop(StoreLock::take(&store).unwrap());
        let looker = File::open(files::beside(&store, SUFFIX)).unwrap();
        looker.lock_shared().unwrap();
        StoreLock::check(&store).unwrap();
        let waiting = std::thread::spawn({
            let store = store.clone();
            move || StoreLock::take(&store).map(drop)
        });
        // Longer than a process takes to look, if it has a processor.
        std::thread::sleep(Duration::from_millis(300));
        looker.unlock().unwrap();
        waiting.join().unwrap().unwrap();
    }
}
