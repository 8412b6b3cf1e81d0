//! One writer at a time: an operating system's lock on a file beside the store.
//!
//! The lock belongs to the open file, so it ends with the process that holds it, however that ends.
//! The file stays: if it were removed, two processes could lock two files of the same name. A
//! writer notices if its file was removed or replaced all the same, and stops.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rolesweep_model::ScanId;

use crate::error::{At as _, Result, StoreError};
use crate::files;

/// The suffix of the lock file. It is a name of our own: files such as `Cargo.lock` belong to other
/// programs.
pub(crate) const SUFFIX: &str = ".rolesweep-lock";

/// The length of a lock file's only line. It is always the same, so that one write replaces the
/// line and readers never see a part of it.
const LINE: usize = 96;

/// How often and how long to wait for processes that only look at the lock. That is five seconds in
/// all, because they may not get a processor for a while.
const LOOKERS: (u32, Duration) = (250, Duration::from_millis(20));

/// The process that writes to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub pid: u32,
    /// Since when, to the second.
    pub since: Timestamp,
    /// The scan that it makes; `None` before the scan has begun and after it has ended.
    pub scan: Option<ScanId>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}, since {}", self.pid, self.since)
    }
}

/// Who is writing to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// Nobody.
    Nobody,
    /// A process that the lock does not name.
    Unnamed,
    /// This process.
    Named(Holder),
}

impl Writer {
    /// The process, if it makes this scan.
    #[must_use]
    pub fn of(&self, id: ScanId) -> Option<&Holder> {
        match self {
            Self::Named(holder) if holder.scan == Some(id) => Some(holder),
            _ => None,
        }
    }
}

impl Holder {
    fn current(scan: Option<ScanId>) -> Self {
        let now = Timestamp::now();
        Self { pid: std::process::id(), since: Timestamp::from_second(now.as_second()).unwrap_or(now), scan }
    }

    fn read(file: &File) -> Content {
        // Longer than any lock file, so that a longer file is noticed.
        let mut bytes = [0; 2 * LINE];
        let read = file.read_at(&mut bytes, 0).unwrap_or_default();
        match bytes.get(..read).map(str::from_utf8) {
            Some(Ok(text)) => Content::parse(text),
            _ => Content::Foreign,
        }
    }

    fn write(&self, file: &File) -> io::Result<()> {
        let scan = self.scan.map(|scan| scan.to_string()).unwrap_or_default();
        let text = format!("{} {} {scan}", self.pid, self.since);
        let width = LINE - 1;
        file.write_all_at(format!("{text:<width$}\n").as_bytes(), 0)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Content {
    Empty,
    Holder(Holder),
    /// Something that a lock file never holds.
    Foreign,
}

impl Content {
    fn parse(text: &str) -> Self {
        if text.trim_matches('\0').is_empty() {
            return Self::Empty;
        }
        let holder = || {
            let mut words = text.strip_suffix('\n')?.split_ascii_whitespace();
            let (pid, since) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            let scan =
                words.next().map(|scan| scan.parse().ok()).map_or(Some(None), |scan| scan.map(Some))?;
            (words.next().is_none() && text.len() == LINE).then_some(Holder { pid, since, scan })
        };
        holder().map_or(Self::Foreign, Self::Holder)
    }

    fn holder(self) -> Option<Holder> {
        if let Self::Holder(holder) = self { Some(holder) } else { None }
    }
}

/// The right to write to one store. Dropping it gives the right back.
#[derive(Debug)]
pub(crate) struct StoreLock {
    file: File,
    path: PathBuf,
    /// Which file it is: its device, and its number on that device.
    identity: (u64, u64),
    since: Timestamp,
    was_there: bool,
}

impl StoreLock {
    /// Takes the lock of the store at `store`. Waits only for processes that look at the lock.
    pub(crate) fn take(store: &Path) -> Result<Self> {
        let path = files::beside(store, SUFFIX);
        let (file, was_there) = match open(&path, OpenOptions::new().create_new(true)) {
            Ok(file) => (file, false),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (existing(&path)?.ok_or_else(|| StoreError::ForeignLock { path: path.clone() })?, true)
            }
            Err(error) => return Err(error).at(&path),
        };
        files::tighten(&path).at(&path)?;
        acquire(&file, store, &path)?;
        let metadata = file.metadata().at(&path)?;
        let holder = Holder::current(None);
        holder.write(&file).at(&path)?;
        let lock =
            Self { file, identity: (metadata.dev(), metadata.ino()), since: holder.since, path, was_there };
        // If the file was removed between opening and locking it, others lock another file by now.
        if lock.is_in_place() { Ok(lock) } else { Err(StoreError::LockLost { path: store.to_owned() }) }
    }

    /// Finds out whether somebody holds the lock, and leaves everything as it was.
    pub(crate) fn check(store: &Path) -> Result<()> {
        let path = files::beside(store, SUFFIX);
        match existing(&path)? {
            Some(file) => look(&file, store, &path),
            None => Ok(()),
        }
    }

    /// Who holds the lock now. Leaves everything as it was.
    pub(crate) fn writer(store: &Path) -> Result<Writer> {
        let path = files::beside(store, SUFFIX);
        // A shared lock, because others may look at the same time.
        let file = match OpenOptions::new().read(true).custom_flags(no_links()).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Writer::Nobody),
            Err(error) => return Err(error).at(&path),
        };
        Ok(match file.try_lock_shared() {
            Ok(()) => Writer::Nobody,
            Err(TryLockError::WouldBlock) => {
                Holder::read(&file).holder().map_or(Writer::Unnamed, Writer::Named)
            }
            Err(TryLockError::Error(error)) => return Err(error).at(&path),
        })
    }

    /// Writes into the lock file which scan is made.
    pub(crate) fn name(&self, scan: Option<ScanId>) -> Result<()> {
        Holder { since: self.since, ..Holder::current(scan) }.write(&self.file).at(&self.path)
    }

    /// Whether nobody else can be writing: the lock's file was there before, or the store is new.
    /// The file stays when a process ends. So if a store has no such file, somebody removed it,
    /// maybe while a process was writing.
    pub(crate) fn was_there(&self) -> bool {
        self.was_there
    }

    /// Notes that the store is new, so that nobody can have had its lock.
    pub(crate) fn of_a_new_store(&mut self) {
        self.was_there = true;
    }

    /// Whether the file is still where others look for it.
    pub(crate) fn is_in_place(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok_and(|now| (now.dev(), now.ino()) == self.identity)
    }
}

/// The flags that make an open refuse links, and return at once if the path is not a file.
fn no_links() -> i32 {
    use rustix::fs::OFlags;
    (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed()
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    files::private(options.read(true).write(true).custom_flags(no_links())).open(path)
}

/// The lock's file, if there is one. Refuses anything else by its kind, its owner or its content,
/// and leaves it as it is.
fn existing(path: &Path) -> Result<Option<File>> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).at(path),
    };
    if !found.is_file() {
        return Err(StoreError::ForeignLock { path: path.to_owned() });
    }
    files::require_own(path)?;
    let file = open(path, &mut OpenOptions::new()).at(path)?;
    match Holder::read(&file) {
        Content::Foreign => Err(StoreError::ForeignLock { path: path.to_owned() }),
        Content::Empty | Content::Holder(_) => Ok(Some(file)),
    }
}

/// Takes the lock. If a shared lock is refused too, a writer has it. A process that only looks is
/// gone in a moment.
fn acquire(file: &File, store: &Path, path: &Path) -> Result<()> {
    for _ in 0..LOOKERS.0 {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => look(file, store, path)?,
            Err(TryLockError::Error(error)) => return Err(error).at(path),
        }
        std::thread::sleep(LOOKERS.1);
    }
    Err(StoreError::Locked { path: store.to_owned(), holder: None })
}

/// Refuses if a writer has the lock.
fn look(file: &File, store: &Path, path: &Path) -> Result<()> {
    match file.try_lock_shared() {
        Ok(()) => file.unlock().at(path),
        Err(TryLockError::WouldBlock) => {
            Err(StoreError::Locked { path: store.to_owned(), holder: Holder::read(file).holder() })
        }
        Err(TryLockError::Error(error)) => Err(error).at(path),
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
        assert!(first.is_in_place() && !first.was_there());
        fs::remove_file(files::beside(&store, SUFFIX)).unwrap();
        assert!(!first.is_in_place());
        let second = StoreLock::take(&store).unwrap();
        assert!(second.is_in_place() && !second.was_there() && !first.is_in_place());
        drop(second);
        assert!(StoreLock::take(&store).unwrap().was_there());
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
