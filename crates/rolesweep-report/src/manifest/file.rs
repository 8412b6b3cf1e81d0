//! A file of a report in the manifest and the summary.

use serde::{Deserialize, Serialize};

/// A file of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// How many rows, the header aside; `None` for a file without rows.
    pub rows: Option<u64>,
    /// How many bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}
