//! Refuses files that belong to another user, and stores that have a second name.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::error::{Result, StoreError};
use crate::fault::At as _;
use crate::files;

/// Refuses a file that belongs to another user, because its owner can read what is written to it.
/// Accepts a file that does not exist.
pub(crate) fn require_own(path: &Path) -> Result<()> {
    let owner = match fs::metadata(path) {
        Ok(metadata) => metadata.uid(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).at(path),
    };
    let caller = rustix::process::geteuid().as_raw();
    if owner == caller {
        Ok(())
    } else {
        Err(StoreError::OtherOwner { path: path.to_owned(), owner, caller })
    }
}

/// Refuses a store if it or one of its companions belongs to another user, or if it has a second
/// name.
pub(crate) fn require_one_owner(store: &Path) -> Result<()> {
    require_own(store)?;
    files::companions(store).try_for_each(|companion| require_own(&companion))?;
    if fs::metadata(store).is_ok_and(|metadata| metadata.is_file() && metadata.nlink() > 1) {
        return Err(StoreError::HardLinked(store.to_owned()));
    }
    Ok(())
}
