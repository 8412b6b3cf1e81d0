//! What can go wrong with a report, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rolesweep_model::ScanId;

/// Why a report was not written. The texts read well after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder holds something. A report never replaces an older one, not even one of the same
    /// scan.
    #[error("write a report into `{}`: it already holds {occupant}", path.display())]
    Occupied {
        /// The folder, as it was named.
        path: PathBuf,
        /// What it holds.
        occupant: Occupant,
    },
    /// The path names something that is not a folder.
    #[error("write a report into `{}`: it is not a folder", path.display())]
    NotADirectory {
        /// The path, as it was named.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{action} `{}`", path.display())]
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// Why it was refused.
        source: io::Error,
    },
    /// Writing to something other than a report's file, such as standard output, failed.
    #[error("write the output")]
    Stream(#[source] io::Error),
    /// A file of the report was begun and not sealed: a defect in rolesweep.
    #[error("finish the report: `{name}` was begun and not completed")]
    Unsealed {
        /// The file's name.
        name: String,
    },
}

/// What a folder holds that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupant {
    /// A scan's report.
    Report(ScanId),
    /// A file called `manifest.json` that rolesweep did not write.
    ForeignManifest,
    /// Something else. One file is named as an example.
    Entry(String),
}

impl fmt::Display for Occupant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Report(id) => write!(f, "the report of scan {id}"),
            Self::ForeignManifest => f.write_str("a `manifest.json` that is not a report's"),
            // Somebody else chose the name, so it must not reach a terminal unencoded.
            Self::Entry(name) => write!(f, "other files (`{}`)", crate::text::encode(name)),
        }
    }
}

/// What to do about a limit on the size of files.
const TOO_LARGE: &str =
    "raise the limit on the size of files (`ulimit -f`), or write to a file system without one";

impl ReportError {
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        if source.get_ref().is_some_and(|inner| inner.is::<Self>()) {
            return Self::from(source);
        }
        Self::Io { action, path: path.to_owned(), source }
    }

    /// What to do about it, as a sentence; `None` if the cause says it all.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Occupied { .. } => Some(
                "name a folder that does not exist yet or is empty (`-o DIR`), or move the older files away: a report never replaces anything",
            ),
            Self::NotADirectory { .. } => Some("name a folder, or a path that does not exist yet (`-o DIR`)"),
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull => {
                    Some("free some space, or name a folder on another disk (`-o DIR`)")
                }
                io::ErrorKind::QuotaExceeded => {
                    Some("your disk quota is used up: free some space, or name a folder elsewhere (`-o DIR`)")
                }
                io::ErrorKind::PermissionDenied => {
                    Some("make the folder writable for this user, or name another one (`-o DIR`)")
                }
                io::ErrorKind::ReadOnlyFilesystem => {
                    Some("name a folder on a file system that can be written to (`-o DIR`)")
                }
                io::ErrorKind::NotFound => Some(
                    "a part of the path does not exist, or no folder can be created in it: name another folder (`-o DIR`)",
                ),
                io::ErrorKind::NotADirectory => {
                    Some("a part of the path is a file: name another folder (`-o DIR`)")
                }
                io::ErrorKind::FileTooLarge => Some(TOO_LARGE),
                io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => {
                    Some("name a folder that does not exist yet, inside this one (`-o DIR`)")
                }
                _ => None,
            },
            Self::Stream(source) => match source.kind() {
                io::ErrorKind::StorageFull => Some("free some space where the output goes"),
                io::ErrorKind::FileTooLarge => Some(TOO_LARGE),
                _ => None,
            },
            Self::Unsealed { .. } => Some("this is a defect in rolesweep; please report it"),
        }
    }

    /// Whether the reader of the output has gone, such as `head`. The command then ends without a
    /// message.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Stream(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Recovers the named error of a report's file from the I/O error that carried it through a writer.
/// Any other error belongs to a stream.
impl From<io::Error> for ReportError {
    fn from(error: io::Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(Self::Stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_error_survives_its_way_through_a_writer() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let named = ReportError::io("write", Path::new("out/roles.csv"), full);
        let carried = io::Error::new(io::ErrorKind::StorageFull, named);
        let back = ReportError::io("finish", Path::new("elsewhere"), carried);
        assert_eq!(back.to_string(), "write `out/roles.csv`");
        assert!(back.remedy().unwrap().contains("free some space"));
    }

    #[test]
    fn only_a_stream_can_be_a_closed_pipe() {
        assert!(ReportError::from(io::Error::from(io::ErrorKind::BrokenPipe)).is_closed_pipe());
        assert!(!ReportError::from(io::Error::from(io::ErrorKind::StorageFull)).is_closed_pipe());
    }

    #[test]
    fn a_hostile_file_name_does_not_reach_the_terminal() {
        let occupant = Occupant::Entry("\u{1b}]0;x\u{7}".to_owned());
        assert!(!occupant.to_string().contains('\u{1b}'));
    }
}
