//! The limit on memory. If an allocation fails, Rust ends the process without a message. So a limit
//! that is too low is found at the start.

use rustix::process::{Resource, getrlimit};

use crate::failure::{Failure, Outcome};
use crate::terminal::text;

const MIB: u64 = 1024 * 1024;

/// Scans of the demo failed below this, on two processors. Most of it is never used, because each
/// thread reserves some.
pub(crate) const OF_A_SCAN: u64 = 640 * MIB;

/// The same for a report.
pub(crate) const OF_A_REPORT: u64 = 288 * MIB;

/// Refuses to start if the process may have less memory than this.
///
/// # Errors
/// If the limit on the address space (`ulimit -v`) or the data (`ulimit -d`) is lower.
pub(crate) fn check(least: u64) -> Outcome<()> {
    for (resource, flag) in [(Resource::As, "-v"), (Resource::Data, "-d")] {
        if let Some(limit) = getrlimit(resource).current.filter(|limit| *limit < least) {
            return Err(Failure::new("failed to start: the limit on memory is too low")
                .cause(format!(
                    "the process may have {} MiB (`ulimit {flag}`); it needs at least {} MiB",
                    text::number(limit / MIB),
                    text::number(least / MIB)
                ))
                .hint(format!(
                    "raise the limit where rolesweep is started: `ulimit {flag} unlimited` in a shell"
                )));
        }
    }
    Ok(())
}
