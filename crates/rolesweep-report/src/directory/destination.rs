//! The destination of a report: which path is meant, whether it is free, and which folders have to
//! be created for it.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rolesweep_model::ScanId;
use serde::Deserialize;

use super::{staging, unfinished_move};
use crate::error::{Occupant, ReportError};
use crate::manifest::MANIFEST;

/// A path that a report can go to.
#[derive(Debug)]
pub(super) struct Destination {
    /// The folder itself, links resolved.
    pub(super) path: PathBuf,
    /// The folder that it is in.
    pub(super) parent: PathBuf,
    /// Whether it exists already, and is empty.
    pub(super) exists: bool,
    /// Whether a killed run has left a staging folder in it.
    pub(super) has_staging: bool,
    /// The folders above it that were created.
    pub(super) made: MadeFolders,
}

impl Destination {
    /// Finds out what `path` means, and creates the folders above it.
    pub(super) fn resolve(path: &Path) -> Result<Self, ReportError> {
        match fs::canonicalize(path) {
            Ok(real) => Self::existing(path, real),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::missing(path, error),
            Err(error) => Err(ReportError::io("use the folder", path, error)),
        }
    }

    fn existing(shown: &Path, real: PathBuf) -> Result<Self, ReportError> {
        if !real.is_dir() {
            return Err(ReportError::NotADirectory { path: shown.to_owned() });
        }
        let has_staging = inspect(shown, &real)?;
        // The root of the file system is its own parent.
        let parent = real.parent().unwrap_or(&real).to_owned();
        Ok(Self { path: real, parent, exists: true, has_staging, made: MadeFolders::default() })
    }

    fn missing(shown: &Path, error: io::Error) -> Result<Self, ReportError> {
        // A dangling link resolves to nothing, and a path such as `x/..` has no file name.
        let (Some(name), Err(_)) = (shown.file_name(), fs::symlink_metadata(shown)) else {
            return Err(ReportError::io("use the folder", shown, error));
        };
        let above = match shown.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let made = MadeFolders::make(above)?;
        let parent =
            fs::canonicalize(above).map_err(|error| ReportError::io("use the folder", above, error))?;
        Ok(Self { path: parent.join(name), parent, exists: false, has_staging: false, made })
    }
}

/// Refuses a folder that holds anything, and returns whether it holds a killed run's staging
/// folder. Files that such a run has moved do not count: [`unfinished_move::remove`] removes them.
pub(super) fn inspect(shown: &Path, real: &Path) -> Result<bool, ReportError> {
    let read_error = |error| ReportError::io("read the folder", shown, error);
    let entries = fs::read_dir(real).map_err(read_error)?.map(|entry| Ok(entry?.file_name()));
    let names = entries.collect::<io::Result<Vec<OsString>>>().map_err(read_error)?;
    let (staged, mut others): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| staging::is_name(name));
    let occupied = |occupant| Err(ReportError::Occupied { path: shown.to_owned(), occupant });
    if others.iter().any(|name| name == MANIFEST) {
        let scan = scan_of(&real.join(MANIFEST));
        return occupied(scan.map_or(Occupant::ForeignManifest, Occupant::Report));
    }
    if !staged.is_empty() && !others.is_empty() {
        let moved = unfinished_move::file_names(real).map_err(read_error)?;
        others.retain(|name| !moved.contains(name));
    }
    // The first by name, so that the message does not depend on the file system's order.
    match others.into_iter().map(|name| name.to_string_lossy().into_owned()).min() {
        Some(name) => occupied(Occupant::Entry(name)),
        None => Ok(!staged.is_empty()),
    }
}

/// The scan of a manifest, whichever version wrote it.
fn scan_of(manifest: &Path) -> Option<ScanId> {
    #[derive(Deserialize)]
    struct Part {
        scan: Id,
    }
    #[derive(Deserialize)]
    struct Id {
        id: ScanId,
    }
    let bytes = fs::read(manifest).ok()?;
    Some(serde_json::from_slice::<Part>(&bytes).ok()?.scan.id)
}

/// Folders that were created for this report. Dropping it removes those that are still empty.
#[derive(Debug, Default)]
pub(super) struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    fn make(path: &Path) -> Result<Self, ReportError> {
        let mut made = Self::default();
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|ancestor| *ancestor != Path::new("") && !ancestor.is_dir())
            .collect();
        for folder in missing.into_iter().rev() {
            // Nobody else can enter them.
            match DirBuilder::new().mode(0o700).create(folder) {
                Ok(()) => made.0.push(folder.to_owned()),
                // Another run may have been faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(ReportError::io("make the folder", folder, error)),
            }
        }
        Ok(made)
    }

    /// Keeps the folders, because they hold a report now.
    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // A folder that holds something stays.
            let _ = fs::remove_dir(folder);
        }
    }
}
