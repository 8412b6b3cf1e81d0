//! The folder in which a report is written before it appears.

use std::ffi::OsStr;
use std::fs::{Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use tempfile::TempDir;

const PREFIX: &str = ".rolesweep-";
const SUFFIX: &str = ".tmp";
/// How many random letters and digits the name has.
const UNIQUE: usize = 6;

/// Makes a staging folder that nobody else can enter.
pub(super) fn create_in(folder: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .rand_bytes(UNIQUE)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(folder)
}

/// Whether a name is that of a staging folder.
pub(super) fn is_name(name: &OsStr) -> bool {
    let unique = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    unique.is_some_and(|name| name.len() == UNIQUE && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether two files belong to the same user.
pub(super) fn same_owner(a: &Metadata, b: &Metadata) -> bool {
    a.uid() == b.uid()
}
