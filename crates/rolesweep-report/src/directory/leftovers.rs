//! Staging folders that killed runs left behind: cleared away by the next report in the same place.
//!
//! A run that lives must not lose its folder, and nothing else of anybody may go. So only a folder of our exact name and our own user goes,
//! with nothing in it but a report's files, and only when nothing was written there for a day; rendering takes minutes.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::MANIFEST;
use super::target::{STAGING_PREFIX, STAGING_SUFFIX};
use crate::formats;

/// How long nothing was written into a folder that nobody writes into any more.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// How many letters and digits a staging folder's name has of its own.
const UNIQUE: usize = 6;

/// Clears leftovers beside a staging folder of this run. What cannot be cleared stays: it is in nobody's way.
pub(super) fn clear_beside(staging: &Path) {
    let (Some(folder), Ok(own)) = (staging.parent(), fs::symlink_metadata(staging)) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_ours(&entry.file_name()) && entry.path() != staging {
            let _ = clear(&entry.path(), &own);
        }
    }
}

pub(super) fn is_ours(name: &OsStr) -> bool {
    let unique = name
        .to_str()
        .and_then(|name| name.strip_prefix(STAGING_PREFIX))
        .and_then(|name| name.strip_suffix(STAGING_SUFFIX));
    unique.is_some_and(|name| name.len() == UNIQUE && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Removes a folder if it is one that a dead run of the same user left. Never more than its files by their names, and then the empty folder.
fn clear(folder: &Path, own: &Metadata) -> io::Result<()> {
    // A link is not followed.
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || !same_owner(&found, own) || !is_old(&found)? {
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
    // An instant that is still to come is not long ago.
    let age = SystemTime::now().duration_since(metadata.modified()?).unwrap_or_default();
    Ok(age > AGE)
}

#[cfg(unix)]
pub(super) fn same_owner(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    a.uid() == b.uid()
}

/// Elsewhere nothing says whose it is, and it stays.
#[cfg(not(unix))]
pub(super) fn same_owner(_: &Metadata, _: &Metadata) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn dated(path: &Path, before: Duration) {
        fs::File::open(path).unwrap().set_modified(SystemTime::now() - before).unwrap();
    }

    /// A staging folder with a file in it, both of that age.
    fn left(root: &Path, name: &str, file: &str, before: Duration) {
        let folder = root.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(file), "role_arn\n").unwrap();
        dated(&folder.join(file), before);
        dated(&folder, before);
    }

    #[test]
    fn only_what_a_dead_run_left_is_cleared() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let (long, short) = (AGE * 2, AGE / 2);
        left(root, ".rolesweep-aB3dE6.tmp", "roles.csv", long);
        left(root, ".rolesweep-whole1.tmp", MANIFEST, long);
        for format in formats::FORMATS {
            let file = root.join(".rolesweep-whole1.tmp").join(format.file());
            fs::write(&file, "role_arn\n").unwrap();
            dated(&file, long);
        }
        dated(&root.join(".rolesweep-whole1.tmp"), long);
        left(root, ".rolesweep-young1.tmp", "roles.csv", short);
        left(root, ".rolesweep-other1.tmp", "notes.txt", long);
        left(root, ".rolesweep-abc.tmp", "roles.csv", long);
        left(root, ".rolesweep-a.b.c1.tmp", "roles.csv", long);
        left(root, "kept", "roles.csv", long);
        // One that is still written to, in a folder whose own time stands still.
        left(root, ".rolesweep-alive1.tmp", "roles.csv", short);
        dated(&root.join(".rolesweep-alive1.tmp"), long);
        symlink(root.join("kept"), root.join(".rolesweep-link12.tmp")).unwrap();
        let own = root.join(".rolesweep-own123.tmp");
        fs::create_dir(&own).unwrap();
        dated(&own, long);

        clear_beside(&own);
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
