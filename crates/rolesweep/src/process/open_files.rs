//! Open files: raises the limit as far as possible, and reads only as many accounts at a time as
//! there are files for.

use std::fs;
use std::num::NonZeroUsize;
use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::file_limit::{WHERE, limit};
use crate::failure::{Failure, Outcome};
use crate::terminal::text;

/// More than any scan opens. With no limit, a child process that closes every possible file would
/// take minutes.
const PLENTY: u64 = 65_536;

/// The most that macOS allows, even if it reports no limit: `OPEN_MAX` in its `sys/syslimits.h`.
const MACOS: u64 = 10_240;

/// Files that a scan has open besides the connections of its accounts: the store and its
/// companions, the report, configuration and credentials, the runtime, and the calls that list
/// accounts and OUs.
const OTHERS: u64 = 40;

/// What one account may have open: a connection to STS, one to IAM, and one that is being opened or
/// closed.
const PER_ACCOUNT: u64 = 3;

/// The same if the server runs in this process, which then has both ends of each connection.
const PER_ACCOUNT_OF_THE_DEMO: u64 = 2 * PER_ACCOUNT;

/// The most files that a report has open.
const OF_A_REPORT: u64 = 24;

/// Files that a signal listener needs, with some to spare. tokio panics if it gets no sockets for
/// it.
const OF_A_SIGNAL: u64 = 10;

/// Files that are open at the start while they are counted: stdin, stdout, stderr, and the folder
/// that is read.
const STANDARD: u64 = 4;

/// Counts the files that are already open, and raises the soft limit on open files to the hard one.
/// macOS starts programs with 256.
pub(super) fn raise() {
    let open = fs::read_dir("/dev/fd").map_or(0, |files| files.count() as u64);
    let _ = INHERITED.set(open.saturating_sub(STANDARD));
    let limits = getrlimit(Resource::Nofile);
    let enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= PLENTY);
    if enough(limits.current) {
        return;
    }
    let hard = limits.maximum.map_or(PLENTY, |hard| hard.min(PLENTY));
    for wanted in [hard, hard.min(MACOS)] {
        let higher = limits.current.is_some_and(|current| current < wanted);
        if higher && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limits }).is_ok() {
            return;
        }
    }
}

/// How many files were open when the process began, besides stdin, stdout and stderr.
static INHERITED: OnceLock<u64> = OnceLock::new();

/// The limit on open files, less the files that the process inherited.
fn own_limit() -> Option<u64> {
    limit().map(|limit| limit.saturating_sub(INHERITED.get().copied().unwrap_or_default()))
}

/// Whether enough files are left to listen for signals.
pub(crate) fn suffice_for_a_signal() -> bool {
    own_limit().is_none_or(|limit| limit >= OF_A_SIGNAL)
}

/// Checks that enough files are left for a report.
///
/// # Errors
/// If too few are left.
pub(crate) fn check_for_a_report() -> Outcome<()> {
    match own_limit().filter(|limit| *limit < OF_A_REPORT) {
        Some(limit) => Err(too_few("a report", limit, OF_A_REPORT)),
        None => Ok(()),
    }
}

fn too_few(what: &str, limit: u64, least: u64) -> Failure {
    Failure::new(format!("failed to start {what}: the limit on open files is too low"))
        .cause(format!(
            "the process may open {}; it needs at least {}",
            text::count(limit, "file"),
            text::number(least)
        ))
        .hint(format!("raise the limit on open files {WHERE}"))
}

/// How many accounts can be read at a time: as many as wanted, or as there are files for.
///
/// # Errors
/// If there are too few files for a single one.
pub(crate) fn accounts_at_a_time(wanted: NonZeroUsize, demo: bool) -> Outcome<NonZeroUsize> {
    let per_account = if demo { PER_ACCOUNT_OF_THE_DEMO } else { PER_ACCOUNT };
    let limit = own_limit();
    fitting(wanted, limit, per_account)
        .ok_or_else(|| too_few("the scan", limit.unwrap_or_default(), OTHERS + per_account))
}

fn fitting(wanted: NonZeroUsize, limit: Option<u64>, per_account: u64) -> Option<NonZeroUsize> {
    let Some(limit) = limit else { return Some(wanted) };
    let room = usize::try_from(limit.saturating_sub(OTHERS) / per_account).unwrap_or(usize::MAX);
    NonZeroUsize::new(room.min(wanted.get()))
}

/// The warning if fewer accounts are read at a time than were asked for.
pub(crate) fn fewer(wanted: NonZeroUsize, fits: NonZeroUsize) -> Option<String> {
    (fits < wanted).then(|| {
        format!(
            "reading {} at a time, not {}: the limit on open files is {}\n  help: raise it {WHERE}",
            text::count(fits.get() as u64, "account"),
            text::number(wanted.get() as u64),
            text::number(limit().unwrap_or_default())
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: usize) -> NonZeroUsize {
        NonZeroUsize::new(number).unwrap()
    }

    #[test]
    fn connections_stay_below_the_limit_on_open_files() {
        for (limit, fits) in [
            (None, Some(256)),
            (Some(20_000), Some(256)),
            (Some(256), Some(72)),
            (Some(64), Some(8)),
            (Some(43), Some(1)),
            (Some(42), None),
            (Some(0), None),
        ] {
            let found = fitting(number(256), limit, PER_ACCOUNT);
            assert_eq!(found.map(NonZeroUsize::get), fits, "{limit:?}");
        }
        assert_eq!(fitting(number(64), Some(256), PER_ACCOUNT_OF_THE_DEMO), Some(number(36)));
    }

    #[test]
    fn fewer_accounts_at_a_time_are_said_with_the_limit_and_the_remedy() {
        assert_eq!(fewer(number(64), number(64)), None);
        let said = fewer(number(256), number(72)).unwrap();
        assert!(
            said.starts_with("reading 72 accounts at a time, not 256: the limit on open files is "),
            "{said}"
        );
        assert!(said.contains("ulimit -n"), "{said}");
    }
}
