//! Whether a store's file is still where it was opened. SQLite continues to write to a removed file without an error.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A store's file, as it was when it was opened. It is looked at and never opened: closing it again would drop SQLite's locks.
pub(crate) struct StoreFile {
    path: PathBuf,
    opened: Option<Metadata>,
}

impl StoreFile {
    /// The file of a store that is open.
    pub(crate) fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), opened: fs::metadata(path).ok() }
    }

    /// What somebody else did to it since then, as a warning; nothing where it cannot be known.
    pub(crate) fn lost(&self) -> Option<String> {
        let opened = self.opened.as_ref()?;
        let what = match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => "removed",
            Ok(now) if (now.dev(), now.ino()) != (opened.dev(), opened.ino()) => "replaced",
            // Shrinking is something that a store does by itself, but never to nothing.
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
