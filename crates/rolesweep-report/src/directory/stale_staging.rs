//! Removes the staging folders that killed runs left beside a report. The next report in the same
//! place does so.
//!
//! A run that is alive must not lose its folder, and nothing else may be removed. So a folder is
//! removed only if it has the name of a staging folder, belongs to the same user, holds nothing but
//! a report's files, and was not written to for a day. Writing a report takes minutes.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::staging;
use crate::formats;
use crate::manifest::MANIFEST;

/// After so long without a write, no run writes to the folder any more.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes the stale folders beside a staging folder of this run. A folder that cannot be removed
/// stays, and does no harm.
pub(super) fn remove_beside(own: &Path) {
    let (Some(folder), Ok(owner)) = (own.parent(), fs::symlink_metadata(own)) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if staging::is_name(&entry.file_name()) && entry.path() != own {
            let _ = remove(&entry.path(), &owner);
        }
    }
}

/// Removes a folder if a dead run of the same user left it: its files by their names, and then the
/// empty folder.
fn remove(folder: &Path, owner: &Metadata) -> io::Result<()> {
    // A link is not followed.
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || !staging::same_owner(&found, owner) || !is_old(&found)? {
        return Ok(());
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let known = entry.file_name().to_str().is_some_and(|name| name == MANIFEST || formats::is_file(name));
        let metadata = fs::symlink_metadata(entry.path())?;
        if !known || !metadata.is_file() || !is_old(&metadata)? {
            return Ok(());
        }
        files.push(entry.path());
    }
    files.iter().try_for_each(fs::remove_file)?;
    fs::remove_dir(folder)
}

fn is_old(metadata: &Metadata) -> io::Result<bool> {
    // A time in the future counts as recent.
    let age = SystemTime::now().duration_since(metadata.modified()?).unwrap_or_default();
    Ok(age > AGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn dated(path: &Path, before: Duration) {
        fs::File::open(path).unwrap().set_modified(SystemTime::now() - before).unwrap();
    }

    /// A staging folder with one file, both of that age.
    fn left(root: &Path, name: &str, file: &str, before: Duration) {
        let folder = root.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(file), "role_arn\n").unwrap();
        dated(&folder.join(file), before);
        dated(&folder, before);
    }

    #[test]
    fn only_what_a_dead_run_left_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let (long, short) = (AGE * 2, AGE / 2);
        left(root, ".rolesweep-aB3dE6.tmp", "roles.csv", long);
        left(root, ".rolesweep-whole1.tmp", MANIFEST, long);
        for format in formats::FORMATS {
            let file = root.join(".rolesweep-whole1.tmp").join(format.file);
            fs::write(&file, "role_arn\n").unwrap();
            dated(&file, long);
        }
        dated(&root.join(".rolesweep-whole1.tmp"), long);
        left(root, ".rolesweep-young1.tmp", "roles.csv", short);
        left(root, ".rolesweep-other1.tmp", "notes.txt", long);
        left(root, ".rolesweep-abc.tmp", "roles.csv", long);
        left(root, ".rolesweep-a.b.c1.tmp", "roles.csv", long);
        left(root, "kept", "roles.csv", long);
        // A run still writes to this file, although the time of its folder does not change.
        left(root, ".rolesweep-alive1.tmp", "roles.csv", short);
        dated(&root.join(".rolesweep-alive1.tmp"), long);
        symlink(root.join("kept"), root.join(".rolesweep-link12.tmp")).unwrap();
        let own = root.join(".rolesweep-own123.tmp");
        fs::create_dir(&own).unwrap();
        dated(&own, long);

        remove_beside(&own);
        let mut names: Vec<_> = fs::read_dir(root)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                ".rolesweep-a.b.c1.tmp",
                ".rolesweep-abc.tmp",
                ".rolesweep-alive1.tmp",
                ".rolesweep-link12.tmp",
                ".rolesweep-other1.tmp",
                ".rolesweep-own123.tmp",
                ".rolesweep-young1.tmp",
                "kept"
            ]
        );
        assert!(
            root.join("kept/roles.csv").exists() && root.join(".rolesweep-other1.tmp/notes.txt").exists()
        );
    }
}
