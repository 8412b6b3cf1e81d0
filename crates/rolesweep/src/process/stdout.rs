//! Checks whether there is a stdout.
//!
//! Before `main`, Rust opens `/dev/null` in place of a closed stdout, so that a file that is opened
//! later does not become stdout. It opens it for reading and writing, but a shell's `> /dev/null`
//! opens it only for writing. Some programs also open it for both, for a child whose output they
//! drop (Python's `subprocess.DEVNULL`). These two cases cannot be distinguished.

use std::io;

use rustix::fs::{FileType, OFlags, fcntl_getfl, fstat, stat};

use crate::failure::{Failure, Outcome};

/// Refuses to write data that nobody can read.
///
/// # Errors
/// If stdout is closed.
pub(crate) fn check() -> Outcome<()> {
    if !is_closed() {
        return Ok(());
    }
    Err(Failure::new("failed to write to stdout")
        .cause("stdout is closed, or is `/dev/null` opened for reading and writing, which looks the same")
        .hint("send the output to a file (`> FILE`) or to another program (`| PROGRAM`)")
        .hint("to drop it, open `/dev/null` for writing only (`> /dev/null`)"))
}

fn is_closed() -> bool {
    let stdout = io::stdout();
    let (Ok(status), Ok(flags)) = (fstat(&stdout), fcntl_getfl(&stdout)) else { return true };
    let Ok(null) = stat("/dev/null") else { return false };
    let is_null = FileType::from_raw_mode(status.st_mode).is_char_device() && status.st_rdev == null.st_rdev;
    is_null && flags.intersection(OFlags::RWMODE) == OFlags::RDWR
}
