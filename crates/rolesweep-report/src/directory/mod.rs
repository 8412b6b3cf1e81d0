//! The folder of a report, which appears whole or not at all.
//!
//! Files are rendered in a staging folder beside the target, brought to the disk, and appear with one rename. A folder
//! that holds anything is refused, a report of the same scan too: nothing older is replaced, so that a path that was
//! handed on, or signed, keeps meaning what it meant. `report -o DIR` twice therefore needs two folders.
//!
//! A rename is not always possible: an empty folder may be a mount point (a container's volume), stand in a folder that
//! may not be written, or be the folder that the command runs in, which a rename would pull away from under the shell. The
//! staging folder is then inside, and the files move up one by one, the manifest last: a folder without one is no report. A run that is killed
//! on the way leaves the manifest behind in the staging folder. It names each file with its hash, so that the next report there can take away what
//! was half put in place, and nothing else (`half_placed`).

mod file;
mod half_placed;
mod leftovers;
mod target;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rolesweep_model::Scan;
use tempfile::TempDir;

pub(crate) use file::ReportFile;
use target::{STAGING_PREFIX, STAGING_SUFFIX, Target, inspect};

use crate::error::ReportError;
use crate::manifest::{FileEntry, Manifest};
use crate::output::Output;

/// The manifest's name in a report.
pub const MANIFEST: &str = "manifest.json";

/// A report that is being written. Dropped without `commit`, also by a panic, it leaves nothing behind.
#[derive(Debug)]
pub struct ReportDirectory {
    /// The path as the user named it, for messages.
    shown: PathBuf,
    // Dropped in this order: the staging folder has to be gone before the folders above it can go.
    staging: TempDir,
    target: Target,
    inside: bool,
    begun: Vec<&'static str>,
    sealed: Vec<FileEntry>,
}

impl ReportDirectory {
    /// Finds out whether a report can be written to `path`, and leaves everything as it was: for before a scan, which may
    /// take long.
    ///
    /// # Errors
    ///
    /// As [`ReportDirectory::create`], and where a file cannot be written.
    pub fn check(path: &Path) -> Result<(), ReportError> {
        let mut directory = Self::begin(path)?;
        let mut probe = directory.create_file(MANIFEST)?;
        probe.write_all(b"{}")?;
        probe.sync()
    }

    /// Begins a report that will appear at `path`: a folder that does not exist yet, or an empty one. Clears away what killed runs left
    /// there more than a day ago.
    ///
    /// # Errors
    ///
    /// [`ReportError::Occupied`] and [`ReportError::NotADirectory`] for a path that cannot be had, [`ReportError::Io`]
    /// for what the file system refuses.
    pub fn create(path: &Path) -> Result<Self, ReportError> {
        let this = Self::begin(path)?;
        if this.target.exists {
            half_placed::clear(&this.target.path)
                .map_err(|error| ReportError::io("clear away what a killed run left in", path, error))?;
        }
        leftovers::clear_beside(this.staging.path());
        Ok(this)
    }

    fn begin(path: &Path) -> Result<Self, ReportError> {
        let target = Target::resolve(path)?;
        let current = std::env::current_dir().and_then(fs::canonicalize).ok();
        let beside = can_be_replaced(&target, current.as_deref()).then(|| stage_in(&target.parent));
        let (staging, inside) = match beside {
            Some(Ok(staging)) => (Ok(staging), false),
            Some(Err(error)) if !target.exists => (Err(error), false),
            _ => (stage_in(&target.path), true),
        };
        let staging = staging.map_err(|error| staging_error(path, error))?;
        Ok(Self { shown: path.to_owned(), staging, target, inside, begun: Vec::new(), sealed: Vec::new() })
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
        self.sealed.push(FileEntry::new(name, written));
        Ok(())
    }

    /// Writes the manifest, with the sealed files in it, and lets the report appear. Gives the sealed files.
    ///
    /// # Errors
    ///
    /// [`ReportError::Unsealed`] for a file that was begun and not sealed, [`ReportError::Occupied`] where somebody filled
    /// the target in the meantime, [`ReportError::Io`]. After an error there is no report, nor a part of one.
    pub(crate) fn commit(mut self, mut manifest: Manifest) -> Result<Vec<FileEntry>, ReportError> {
        let unsealed = |name: &&&str| !self.sealed.iter().any(|file| file.name == **name);
        if let Some(name) = self.begun.iter().find(unsealed) {
            return Err(ReportError::Unsealed { name: (*name).to_owned() });
        }
        manifest.files.clone_from(&self.sealed);
        let bytes = manifest.to_bytes()?;
        let staged = self.stage_manifest(&bytes)?;

        if self.inside {
            self.move_up()?;
            self.sync_folder(&self.target.path)?;
            // Empty by now; a failure to remove it takes nothing from the report.
            drop(self.staging);
        } else {
            self.swap_in()?;
            let _ = self.staging.keep();
            // The rename is done: that it may not have reached the disk yet is no reason to call the report unwritten.
            let _ = sync(&self.target.parent);
        }
        drop(staged);
        self.target.made.keep();
        Ok(self.sealed)
    }

    /// Writes the manifest, the last file. As long as what is given back lives, other runs see that this one does too.
    fn stage_manifest(&mut self, bytes: &[u8]) -> Result<Option<File>, ReportError> {
        let mut file = self.create_file(MANIFEST)?;
        // Before there is anything in it that others could go by.
        let held = if self.inside { half_placed::hold(self.staging.path()) } else { None };
        file.write_all(bytes)?;
        file.sync()?;
        self.sync_folder(self.staging.path())?;
        Ok(held)
    }

    /// Renames the staging folder to the target. Replaces an empty folder and, says POSIX, nothing else.
    fn swap_in(&self) -> Result<(), ReportError> {
        let Err(error) = fs::rename(self.staging.path(), &self.target.path) else {
            return Ok(());
        };
        if self.target.path.is_dir() {
            // Where the target has been filled in the meantime, that is the better message.
            inspect(&self.shown, &self.target.path)?;
        }
        Err(ReportError::io("put the report in its place,", &self.shown, error))
    }

    /// Moves the files out of the staging folder, which is inside the target, the manifest last.
    fn move_up(&self) -> Result<(), ReportError> {
        inspect(&self.shown, &self.target.path)?;
        let mut moved: Vec<PathBuf> = Vec::new();
        for name in &self.begun {
            if let Err(error) = self.place(name) {
                for file in moved {
                    // The error that is already at hand says more than one from here could.
                    let _ = fs::remove_file(file);
                }
                return Err(ReportError::io("put in its place", &self.shown.join(name), error));
            }
            moved.push(self.target.path.join(name));
        }
        Ok(())
    }

    /// Moves one file up.
    fn place(&self, name: &str) -> io::Result<()> {
        fs::rename(self.staging.path().join(name), self.target.path.join(name))
    }

    fn sync_folder(&self, folder: &Path) -> Result<(), ReportError> {
        sync(folder).map_err(|error| ReportError::io("write", &self.shown, error))
    }
}

/// The folder for a scan's report where the user names none: `rolesweep-report/<date>-<short scan id>` below `base`, with
/// `-2`, `-3` … behind it for further reports of the same scan.
#[must_use]
pub fn default_path(base: &Path, scan: &Scan) -> PathBuf {
    // RFC 3339: the date ends before the `T`.
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

/// Makes a staging folder that nobody else can enter.
fn stage_in(folder: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGING_PREFIX).suffix(STAGING_SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(folder)
}

/// Whether a rename can put a folder in the target's place without harm.
fn can_be_replaced(target: &Target, current: Option<&Path>) -> bool {
    !target.exists
        || (current != Some(&target.path) && !target.leftovers && same_device(&target.path, &target.parent))
}

#[cfg(unix)]
fn same_device(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() != b.ino(),
        _ => false,
    }
}

/// Elsewhere a rename does not replace a folder at all.
#[cfg(not(unix))]
fn same_device(_: &Path, _: &Path) -> bool {
    false
}

/// Brings a folder's entries to the disk.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    match fs::File::open(folder)?.sync_all() {
        // Some network file systems do not know how; then there is nothing to be done either.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The library's error with its own path taken out: the staging folder's name means nothing to the reader.
fn staging_error(shown: &Path, error: io::Error) -> ReportError {
    let plain = error.kind().into();
    let plain = error.raw_os_error().map_or(plain, io::Error::from_raw_os_error);
    ReportError::io("write a report into", shown, plain)
}

#[cfg(test)]
mod tests;
