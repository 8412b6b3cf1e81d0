//! The files of a store: where they are, and that nobody else reads them.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::Access;

/// `path` with `suffix` added to its file name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The files that SQLite keeps beside a store.
pub(crate) fn companions(store: &Path) -> impl Iterator<Item = PathBuf> {
    ["-journal", "-wal", "-shm"].into_iter().map(move |suffix| beside(store, suffix))
}

/// The folder that `path` is in; the current one for a bare name.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// `path` without symbolic links, so that two names of one store have one lock. The last component
/// does not have to exist.
pub(crate) fn resolve(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
            Ok(fs::canonicalize(folder(path))?.join(name))
        }
        resolved => resolved,
    }
}

/// Options that make a new file readable by its owner alone, from its first byte on.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Creates the folder, and the missing ones above it, for the owner alone.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Takes the permissions for the file away from group and others, if it exists.
///
/// It uses the path and does not open the file: closing any handle of a file drops the locks that
/// SQLite has on it in the same process (POSIX `fcntl`).
pub(crate) fn tighten(path: &Path) -> io::Result<()> {
    let mut permissions = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if permissions.mode() & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "other users could read this file; now only its owner can");
        permissions.set_mode(0o600);
        fs::set_permissions(path, permissions)?;
    }
    Ok(())
}

/// Warns about a folder in which every user can replace files.
pub(crate) fn look_at_folder(folder: &Path) {
    let mode = fs::metadata(folder).map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o1002 == 0o0002 {
        tracing::warn!(
            folder = %folder.display(),
            "every user can replace files in this folder; keep the store in a folder of your own"
        );
    }
}

/// Finds out whether files can be created and written in a folder. If the folder does not exist,
/// this tries the nearest one above it that does.
pub(crate) fn probe(folder: &Path) -> io::Result<()> {
    let existing = folder
        .ancestors()
        .map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above })
        .find(|above| above.exists())
        .unwrap_or_else(|| Path::new("."));
    let unique = jiff::Timestamp::now().as_nanosecond();
    let path = existing.join(format!(".rolesweep-{}-{unique}.probe", std::process::id()));
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&path)?;
    // A full disk can still create an empty file, so this writes something.
    let written = file.write_all(&[0; 16 * 1024]).and_then(|()| file.sync_all());
    drop(file);
    fs::remove_file(&path)?;
    written
}

/// The folder in which SQLite writes temporary files; `None` if it finds none.
///
/// <https://www.sqlite.org/tempfiles.html>, section 5
pub(crate) fn temporary_folder() -> Option<PathBuf> {
    let named = ["SQLITE_TMPDIR", "TMPDIR"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let usual = ["/var/tmp", "/usr/tmp", "/tmp", "."].into_iter().map(PathBuf::from);
    let may_write = |folder: &PathBuf| rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok();
    named.chain(usual).find(|folder| folder.is_dir() && may_write(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_name_is_in_the_current_folder() {
        assert_eq!(folder(Path::new("store.db")), Path::new("."));
        assert_eq!(folder(Path::new("/data/store.db")), Path::new("/data"));
    }

    #[test]
    fn probing_leaves_nothing_behind_and_refuses_what_is_not_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        probe(&folder.path().join("not/there/yet")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(probe(&file.join("below")).is_err());
    }
}
