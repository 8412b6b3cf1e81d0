//! Checks that a store's file is still the one that was opened. SQLite continues to write to a
//! removed file without an error.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A store's file, as it was when it was opened. The check never opens it, because closing it again
/// would drop SQLite's locks.
pub(crate) struct StoreFile {
    path: PathBuf,
    opened: Option<Metadata>,
}

impl StoreFile {
    /// The file of an open store.
    pub(crate) fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), opened: fs::metadata(path).ok() }
    }

    /// A warning if another program has changed it since then. Nothing if that is unknown.
    pub(crate) fn lost(&self) -> Option<String> {
        let opened = self.opened.as_ref()?;
        let what = match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => "removed",
            Ok(now) if (now.dev(), now.ino()) != (opened.dev(), opened.ino()) => "replaced",
            // A store can shrink by itself, but never to nothing.
            Ok(now) if now.len() == 0 && opened.len() > 0 => "emptied",
            Ok(_) | Err(_) => return None,
        };
        Some(format!(
            "the store {} was {what} by somebody else during the scan: the report is made from everything that was collected, \
             but `rolesweep report` and `rolesweep scan --resume` will not find this scan there",
            self.path.display()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_gone_is_named_with_what_became_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        fs::write(&path, "facts").unwrap();
        let file = StoreFile::of(&path);
        fs::write(&path, "more facts").unwrap();
        assert_eq!(file.lost(), None);
        fs::write(&path, "").unwrap();
        assert!(file.lost().unwrap().contains("store.db was emptied by"));
        let other = folder.path().join("other");
        fs::write(&other, "others' facts").unwrap();
        fs::rename(&other, &path).unwrap();
        assert!(file.lost().unwrap().contains("store.db was replaced by"));
        fs::remove_file(&path).unwrap();
        assert!(file.lost().unwrap().contains("store.db was removed by"));
    }
}
