//! What a run left if it was killed while its files moved up one by one into their folder.
//!
//! Its staging folder is still there, with the manifest, which moves last and names each file with
//! its SHA-256. A file with that name and hash is one that this run put there. Nothing else is
//! removed, and nothing at all while the run is alive: it then holds a lock on the manifest.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::staging;
use crate::formats;
use crate::manifest::{FileEntry, MANIFEST};
use crate::sha256::Sha256Writer;

/// Tells other runs that this one is alive, until the file is dropped. On a file system without
/// locks, they remove nothing either.
pub(super) fn lock(staging: &Path) -> Option<File> {
    let file = File::open(staging.join(MANIFEST)).ok()?;
    file.try_lock().ok()?;
    Some(file)
}

/// The names of the files that dead runs have moved into a report's folder.
pub(super) fn file_names(folder: &Path) -> io::Result<Vec<OsString>> {
    let found = abandoned(folder)?;
    Ok(found
        .into_iter()
        .flat_map(|run| run.placed)
        .filter_map(|path| Some(path.file_name()?.to_owned()))
        .collect())
}

/// Removes what dead runs left, and the manifest last: if this run is killed meanwhile, the next
/// one can go on.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    for run in abandoned(folder)? {
        run.placed.iter().chain(&run.staged).try_for_each(fs::remove_file)?;
        fs::remove_file(run.staging.join(MANIFEST))?;
        fs::remove_dir(run.staging)?;
    }
    Ok(())
}

/// The part of a manifest that names the files of its run.
#[derive(Deserialize)]
struct Staged {
    files: Vec<FileEntry>,
}

/// A run that was killed while its files moved.
struct Abandoned {
    staging: PathBuf,
    /// Its files that have moved.
    placed: Vec<PathBuf>,
    /// Those that are still in the staging folder, except the manifest.
    staged: Vec<PathBuf>,
    /// Its manifest. The lock keeps a second run from removing it too.
    _manifest: File,
}

fn abandoned(folder: &Path) -> io::Result<Vec<Abandoned>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if staging::is_name(&entry.file_name()) {
            found.extend(Abandoned::at(folder, entry.path()));
        }
    }
    Ok(found)
}

impl Abandoned {
    /// What a dead run of the same user left; `None` if anything differs from what such a run
    /// leaves.
    fn at(folder: &Path, staging: PathBuf) -> Option<Self> {
        // Links are not followed.
        let owner = fs::symlink_metadata(&staging).ok().filter(Metadata::is_dir)?;
        is_file_of(&owner, &staging.join(MANIFEST))?;
        let lock = lock(&staging)?;
        let manifest: Staged = serde_json::from_slice(&fs::read(staging.join(MANIFEST)).ok()?).ok()?;
        let (mut placed, mut staged) = (Vec::new(), Vec::new());
        for file in &manifest.files {
            if !formats::is_file(&file.name) {
                return None;
            }
            let (above, inside) = (folder.join(&file.name), staging.join(&file.name));
            if is_file_of(&owner, &inside).is_some() {
                staged.push(inside);
            } else if is_file_of(&owner, &above).is_some() && is_same(&above, file) {
                placed.push(above);
            }
        }
        let known = staged.len() + 1;
        (fs::read_dir(&staging).ok()?.count() == known).then_some(Self {
            staging,
            placed,
            staged,
            _manifest: lock,
        })
    }
}

fn is_file_of(owner: &Metadata, path: &Path) -> Option<()> {
    let metadata = fs::symlink_metadata(path).ok()?;
    (metadata.is_file() && staging::same_owner(&metadata, owner)).then_some(())
}

/// Whether a file holds what the manifest says.
fn is_same(path: &Path, entry: &FileEntry) -> bool {
    let hash = || -> io::Result<_> {
        let mut writer = Sha256Writer::new(io::sink());
        io::copy(&mut File::open(path)?, &mut writer)?;
        writer.finish()
    };
    hash().is_ok_and(|(_, bytes, sha256)| (bytes, sha256) == (entry.bytes, entry.sha256.clone()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, names as listed, staged_report, write};
    use super::*;
    use crate::ReportDirectory;
    use crate::error::{Occupant, ReportError};

    /// Leaves what a run leaves if it is killed after so many of its files have moved.
    fn killed_after(path: &Path, moves: usize) {
        let mut directory = staged_report(path);
        let bytes = super::super::tests::manifest_of(&directory).to_bytes().unwrap();
        drop(directory.stage_manifest(&bytes).unwrap());
        for name in &directory.begun[..moves] {
            directory.place(name).unwrap();
        }
        let _ = directory.staging.keep();
    }

    #[test]
    fn a_run_that_was_killed_between_its_files_does_not_block_a_folder() {
        for moves in 0..files().len() {
            let root = tempfile::tempdir().unwrap();
            let path = root.path().join("volume");
            killed_after(&path, moves);
            let before = listed(&path);
            ReportDirectory::check(&path).unwrap();
            assert_eq!(listed(&path), before, "a check leaves everything as it was");
            write(&path).unwrap();
            assert_eq!(listed(&path), files(), "{moves}");
        }
        // After the last move, the folder is a report.
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("volume");
        killed_after(&path, files().len());
        let error = ReportDirectory::check(&path).unwrap_err();
        assert!(matches!(error, ReportError::Occupied { occupant: Occupant::Report(_), .. }), "{error}");
    }

    #[test]
    fn after_a_run_that_was_killed_while_it_removed_files_the_next_one_goes_on() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("volume");
        killed_after(&path, 2);
        fs::remove_file(path.join("roles.csv")).unwrap();
        write(&path).unwrap();
        assert_eq!(listed(&path), files());
    }

    #[test]
    fn files_that_somebody_else_added_stay() {
        for (file, content) in [("roles.csv", "theirs"), ("notes.txt", "theirs")] {
            let root = tempfile::tempdir().unwrap();
            let path = root.path().join("volume");
            killed_after(&path, 1);
            fs::write(path.join(file), content).unwrap();
            let before = listed(&path);
            let error = write(&path).unwrap_err();
            let expected = Occupant::Entry(file.to_owned());
            assert!(
                matches!(&error, ReportError::Occupied { occupant, .. } if *occupant == expected),
                "{error}"
            );
            assert_eq!(listed(&path), before);
            assert_eq!(fs::read_to_string(path.join(file)).unwrap(), content);
        }
    }

    #[test]
    fn a_run_that_lives_keeps_its_files() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("volume");
        killed_after(&path, 1);
        let staging = listed(&path).into_iter().find(|name| name.ends_with(".tmp")).unwrap();
        let living = lock(&path.join(&staging)).unwrap();
        let error = ReportDirectory::check(&path).unwrap_err();
        assert!(error.to_string().contains("`roles.csv`"), "{error}");
        drop(living);
        ReportDirectory::check(&path).unwrap();
    }

    #[test]
    fn a_link_instead_of_a_file_is_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("volume");
        killed_after(&path, 1);
        let elsewhere = root.path().join("elsewhere.csv");
        fs::rename(path.join("roles.csv"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, path.join("roles.csv")).unwrap();
        assert!(write(&path).is_err());
        assert!(elsewhere.exists() && path.join("roles.csv").is_symlink());
    }
}
