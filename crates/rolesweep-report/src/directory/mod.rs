//! The folder of a report, which appears whole or not at all.
//!
//! Files are written in a staging folder beside the destination, brought to the disk, and appear
//! with one rename. A folder that holds anything is refused, even a report of the same scan. A
//! report replaces nothing, so a path that was handed on, or signed, keeps its meaning. Running
//! `report -o DIR` twice therefore needs two folders.
//!
//! A rename is not always possible: an empty folder may be a mount point (a container's volume), be
//! in a folder that cannot be written, or be the shell's current folder, which a rename would
//! replace. The staging folder is then inside, and the files move up one by one, the manifest last:
//! a folder without one is not a report. If a run is killed meanwhile, the manifest stays in the
//! staging folder. It names each file with its hash, so that the next report can remove the files
//! that were moved, and nothing else (`unfinished_move`).

mod destination;
mod file;
mod staging;
mod stale_staging;
mod unfinished_move;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rolesweep_model::Scan;
use tempfile::TempDir;

use destination::{Destination, inspect};
pub(crate) use file::ReportFile;

use crate::error::ReportError;
use crate::manifest::{FileEntry, MANIFEST, Manifest};
use crate::output::{Output, Written};
use crate::sha256::sha256;

/// A report that is being written. If it is dropped without `commit`, also by a panic, it leaves
/// nothing behind.
#[derive(Debug)]
pub struct ReportDirectory {
    /// The path as the user named it, for messages.
    shown: PathBuf,
    // Fields are dropped in this order: the staging folder has to be gone before the folders above
    // it can go.
    staging: TempDir,
    destination: Destination,
    inside: bool,
    begun: Vec<&'static str>,
    sealed: Vec<FileEntry>,
}

impl ReportDirectory {
    /// Finds out whether a report can be written to `path`, and leaves everything as it was. It is
    /// for use before a scan, which may take long.
    ///
    /// # Errors
    ///
    /// As [`ReportDirectory::create`], and if a file cannot be written.
    pub fn check(path: &Path) -> Result<(), ReportError> {
        let mut directory = Self::begin(path)?;
        let mut probe = directory.create_file(MANIFEST)?;
        probe.write_all(b"{}")?;
        probe.sync()
    }

    /// Begins a report that will appear at `path`: a folder that does not exist yet, or an empty
    /// one. Removes what killed runs left there more than a day ago.
    ///
    /// # Errors
    ///
    /// [`ReportError::Occupied`] and [`ReportError::NotADirectory`] for a path that cannot be used,
    /// [`ReportError::Io`] for what the file system refuses.
    pub fn create(path: &Path) -> Result<Self, ReportError> {
        let this = Self::begin(path)?;
        if this.destination.exists {
            unfinished_move::remove(&this.destination.path)
                .map_err(|error| ReportError::io("remove what a killed run left in", path, error))?;
        }
        stale_staging::remove_beside(this.staging.path());
        Ok(this)
    }

    fn begin(path: &Path) -> Result<Self, ReportError> {
        let destination = Destination::resolve(path)?;
        let current = std::env::current_dir().and_then(fs::canonicalize).ok();
        let beside = can_be_replaced(&destination, current.as_deref())
            .then(|| staging::create_in(&destination.parent));
        let (staging, inside) = match beside {
            Some(Ok(staging)) => (Ok(staging), false),
            Some(Err(error)) if !destination.exists => (Err(error), false),
            _ => (staging::create_in(&destination.path), true),
        };
        let staging = staging.map_err(|error| staging_error(path, error))?;
        Ok(Self {
            shown: path.to_owned(),
            staging,
            destination,
            inside,
            begun: Vec::new(),
            sealed: Vec::new(),
        })
    }

    /// Begins a file. [`ReportDirectory::seal`] completes it.
    pub(crate) fn create_file(&mut self, name: &'static str) -> Result<ReportFile, ReportError> {
        let file = ReportFile::create(self.staging.path(), name, self.shown.join(name))?;
        self.begun.push(name);
        Ok(file)
    }

    /// Completes a file. The manifest lists files in the order in which they were sealed.
    pub(crate) fn seal(&mut self, output: Output<ReportFile>) -> Result<(), ReportError> {
        let (file, written) = output.finish()?;
        let name = file.name();
        file.sync()?;
        let Written { rows, bytes, sha256 } = written;
        self.sealed.push(FileEntry { name: name.to_owned(), rows: Some(rows), bytes, sha256 });
        Ok(())
    }

    /// Writes the manifest, with the sealed files in it, and makes the report appear. Returns the
    /// sealed files, and the SHA-256 of the manifest.
    ///
    /// # Errors
    ///
    /// [`ReportError::Unsealed`] for a file that was begun and not sealed,
    /// [`ReportError::Occupied`] if somebody filled the folder meanwhile, [`ReportError::Io`].
    /// After an error there is no report, and no part of one.
    pub(crate) fn commit(mut self, mut manifest: Manifest) -> Result<(Vec<FileEntry>, String), ReportError> {
        let unsealed = |name: &&&str| !self.sealed.iter().any(|file| file.name == **name);
        if let Some(name) = self.begun.iter().find(unsealed) {
            return Err(ReportError::Unsealed { name: (*name).to_owned() });
        }
        manifest.files.clone_from(&self.sealed);
        let bytes = manifest.to_bytes()?;
        let staged = self.stage_manifest(&bytes)?;

        if self.inside {
            self.move_up()?;
            self.sync_folder(&self.destination.path)?;
            // It is empty by now. The report is whole even if the folder cannot be removed.
            drop(self.staging);
        } else {
            self.swap_in()?;
            let _ = self.staging.keep();
            // The rename is done: the report is written even if this fails.
            let _ = sync(&self.destination.parent);
        }
        drop(staged);
        self.destination.made.keep();
        Ok((self.sealed, sha256(&bytes)))
    }

    /// Writes the manifest, the last file. Other runs see that this run is alive as long as it
    /// keeps the result.
    fn stage_manifest(&mut self, bytes: &[u8]) -> Result<Option<File>, ReportError> {
        let mut file = self.create_file(MANIFEST)?;
        // Locked before it has any content that others could read.
        let lock = if self.inside { unfinished_move::lock(self.staging.path()) } else { None };
        file.write_all(bytes)?;
        file.sync()?;
        self.sync_folder(self.staging.path())?;
        Ok(lock)
    }

    /// Renames the staging folder. By POSIX, the rename replaces an empty folder and nothing else.
    fn swap_in(&self) -> Result<(), ReportError> {
        let Err(error) = fs::rename(self.staging.path(), &self.destination.path) else {
            return Ok(());
        };
        if self.destination.path.is_dir() {
            // If somebody filled the folder meanwhile, this error says more.
            inspect(&self.shown, &self.destination.path)?;
        }
        Err(ReportError::io("put the report in its place,", &self.shown, error))
    }

    /// Moves the files out of the staging folder, which is inside the destination, the manifest
    /// last.
    fn move_up(&self) -> Result<(), ReportError> {
        inspect(&self.shown, &self.destination.path)?;
        let mut moved: Vec<PathBuf> = Vec::new();
        for name in &self.begun {
            if let Err(error) = self.place(name) {
                for file in moved {
                    // The first error says more than an error of this call.
                    let _ = fs::remove_file(file);
                }
                return Err(ReportError::io("put in its place", &self.shown.join(name), error));
            }
            moved.push(self.destination.path.join(name));
        }
        Ok(())
    }

    /// Moves one file up.
    fn place(&self, name: &str) -> io::Result<()> {
        fs::rename(self.staging.path().join(name), self.destination.path.join(name))
    }

    fn sync_folder(&self, folder: &Path) -> Result<(), ReportError> {
        sync(folder).map_err(|error| ReportError::io("write", &self.shown, error))
    }
}

/// The folder for a scan's report if the user names none: `rolesweep-report/<date>-<short scan id>`
/// below `base`. More reports of the same scan get `-2`, `-3` …
#[must_use]
pub fn default_path(base: &Path, scan: &Scan) -> PathBuf {
    // RFC 3339: the date is before the `T`.
    let started = scan.started_at.to_string();
    let date = started.split('T').next().unwrap_or_default();
    let stem = format!("{date}-{}", scan.id.short());
    let folder = base.join("rolesweep-report");
    let mut path = folder.join(&stem);
    let mut number = 2;
    while fs::symlink_metadata(&path).is_ok() {
        path = folder.join(format!("{stem}-{number}"));
        number += 1;
    }
    path
}

/// Whether a rename can replace the destination without harm.
fn can_be_replaced(destination: &Destination, current: Option<&Path>) -> bool {
    let Destination { path, parent, exists, has_staging, .. } = destination;
    !exists || (current != Some(path) && !has_staging && same_device(path, parent))
}

fn same_device(a: &Path, b: &Path) -> bool {
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() != b.ino(),
        _ => false,
    }
}

/// Brings a folder's entries to the disk.
fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems cannot do this, and nothing can be done about it.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// The library's error without its path, because the staging folder's name means nothing to the
/// reader.
fn staging_error(shown: &Path, error: io::Error) -> ReportError {
    let plain = error.kind().into();
    let plain = error.raw_os_error().map_or(plain, io::Error::from_raw_os_error);
    ReportError::io("write a report into", shown, plain)
}

#[cfg(test)]
mod tests;
