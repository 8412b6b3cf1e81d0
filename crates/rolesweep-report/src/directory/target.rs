//! Where a report goes: which path is meant, whether it is free, and which folders have to be made for it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::half_placed;
use crate::error::{Occupant, ReportError};
use rolesweep_model::ScanId;

/// How the names of the folders begin and end that a report is rendered in. A killed run may leave one behind: it is
/// nobody's report, and in nobody's way.
pub(super) const STAGING_PREFIX: &str = ".rolesweep-";
pub(super) const STAGING_SUFFIX: &str = ".tmp";

/// A path that a report can go to.
#[derive(Debug)]
pub(super) struct Target {
    /// The folder itself, links resolved.
    pub(super) path: PathBuf,
    /// What it is in.
    pub(super) parent: PathBuf,
    /// Whether it is there already, and empty.
    pub(super) exists: bool,
    /// Whether a killed run has left a staging folder in it.
    pub(super) leftovers: bool,
    /// What had to be made above it.
    pub(super) made: MadeFolders,
}

impl Target {
    /// Finds out what `path` means, and makes the folders above it.
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
        let leftovers = inspect(shown, &real)?;
        // The root of the file system is in nothing but itself.
        let parent = real.parent().unwrap_or(&real).to_owned();
        Ok(Self { path: real, parent, exists: true, leftovers, made: MadeFolders::default() })
    }

    fn missing(shown: &Path, error: io::Error) -> Result<Self, ReportError> {
        // A dangling link resolves to nothing, and a name such as `x/..` is none.
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
        Ok(Self { path: parent.join(name), parent, exists: false, leftovers: false, made })
    }
}

/// Refuses a folder that holds anything; tells whether it holds a killed run's staging folder. What such a run has half put in place is in
/// nobody's way: [`half_placed::clear`] takes it away.
pub(super) fn inspect(shown: &Path, real: &Path) -> Result<bool, ReportError> {
    let read_error = |error| ReportError::io("read the folder", shown, error);
    let mut leftovers = false;
    let mut others: Vec<OsString> = Vec::new();
    let mut manifest = false;
    for entry in fs::read_dir(real).map_err(read_error)? {
        let name = entry.map_err(read_error)?.file_name();
        if is_staging(&name) {
            leftovers = true;
        } else if name == super::MANIFEST {
            manifest = true;
            break;
        } else {
            others.push(name);
        }
    }
    if !manifest && leftovers && !others.is_empty() {
        let half_placed = half_placed::names(real).map_err(read_error)?;
        others.retain(|name| !half_placed.contains(name));
    }
    // The first by name, so that the message does not depend on the file system's order.
    let other = others.into_iter().map(|name| name.to_string_lossy().into_owned()).min();
    let occupant = if manifest {
        whose(&real.join(super::MANIFEST)).map_or(Occupant::ForeignManifest, Occupant::Report)
    } else if let Some(name) = other {
        Occupant::Entry(name)
    } else {
        return Ok(leftovers);
    };
    Err(ReportError::Occupied { path: shown.to_owned(), occupant })
}

fn is_staging(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(STAGING_PREFIX) && name.ends_with(STAGING_SUFFIX))
}

/// The scan that a manifest is of, whichever version wrote it.
fn whose(manifest: &Path) -> Option<ScanId> {
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

/// Folders that were made on the way. Dropped, it takes them away again where they are still empty.
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
            match private_folder().create(folder) {
                Ok(()) => made.0.push(folder.to_owned()),
                // Another run may have been faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(ReportError::io("make the folder", folder, error)),
            }
        }
        Ok(made)
    }

    /// They hold a report now, and stay.
    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Refused where something is in it, and then rightly so.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Makes folders that nobody else can enter.
fn private_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "modes are Unix's"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
