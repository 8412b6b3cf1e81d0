//! Files that somebody else owns, or knows by another name.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::error::{Result, StoreError};
use crate::fault::At as _;
use crate::files;

/// Refuses a file of another user's: whoever owns it can read what is written to it. A file that does not exist is nobody's.
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

/// Refuses a store that another user owns, with all that belongs to it, and one that has a second name.
pub(crate) fn require_one_owner(store: &Path) -> Result<()> {
    require_own(store)?;
    files::companions(store).try_for_each(|companion| require_own(&companion))?;
    if fs::metadata(store).is_ok_and(|metadata| metadata.is_file() && metadata.nlink() > 1) {
        return Err(StoreError::HardLinked(store.to_owned()));
    }
    Ok(())
}
