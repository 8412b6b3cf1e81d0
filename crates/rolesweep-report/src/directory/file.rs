//! One file of a report while it is written.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::error::ReportError;

/// A file of a report that is not in its final place yet. Its errors name the file: [`ReportError`]
/// recovers them from the [`io::Error`] that carries them.
#[derive(Debug)]
pub(crate) struct ReportFile {
    file: File,
    name: &'static str,
    /// The path at which the reader will find it, not the one at which it is written.
    shown: PathBuf,
}

impl ReportFile {
    /// Creates a file that nobody else can read. Fails if the name exists.
    pub(super) fn create(folder: &Path, name: &'static str, shown: PathBuf) -> Result<Self, ReportError> {
        let mut options = OpenOptions::new();
        match options.write(true).create_new(true).mode(0o600).open(folder.join(name)) {
            Ok(file) => Ok(Self { file, name, shown }),
            Err(error) => Err(ReportError::io("write", &shown, error)),
        }
    }

    /// The file's name in the report.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Writes it to the disk.
    pub(super) fn sync(self) -> Result<(), ReportError> {
        self.file.sync_all().map_err(|error| ReportError::io("write", &self.shown, error))
    }

    fn named(&self, error: io::Error) -> io::Error {
        // `write_all` tries again by itself, and has to recognise this kind.
        if error.kind() == io::ErrorKind::Interrupted {
            return error;
        }
        io::Error::new(error.kind(), ReportError::io("write", &self.shown, error))
    }
}

impl Write for ReportFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.file.write(buffer).map_err(|error| self.named(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| self.named(error))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named_with_its_file_and_a_remedy() {
        let mut file = ReportFile {
            file: OpenOptions::new().write(true).open("/dev/full").unwrap(),
            name: "roles.csv",
            shown: "out/roles.csv".into(),
        };
        let error = file.write_all(b"x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let error = ReportError::from(error);
        assert_eq!(error.to_string(), "write `out/roles.csv`");
        assert!(error.remedy().unwrap().contains("free some space"));
    }
}
