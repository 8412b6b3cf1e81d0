//! Turns the errors of the engine, the store and the report into messages with remedies.

use std::error::Error;
use std::path::Path;

use rolesweep_connect::ConnectError;
use rolesweep_report::remedies::FOREIGN;
use rolesweep_report::{PipelineError, ReportError};
use rolesweep_scan::ScanError;
use rolesweep_scan::ports::{CloudError, ErrorKind};
use rolesweep_store::StoreError;

use super::Failure;
use crate::clock::whole_second;
use crate::exit::Exit;
use crate::process::{file_limit, threads};
use crate::shell;
use crate::store_writer::WriteError;

/// Makes a failure from an error of another crate.
macro_rules! from {
    ($($error:ty: $failure:ident,)+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                $failure(&error)
            }
        })+
    };
}
from! { ConnectError: connect, ScanError: scan, StoreError: store, ReportError: report, }

fn connect(error: &ConnectError) -> Failure {
    let failure = Failure::usage(format!("failed to {}", error.what)).cause(&error.cause);
    error.help.iter().fold(failure, Failure::hint)
}

fn scan(error: &ScanError) -> Failure {
    let failure = Failure::new(format!("failed to {error}"));
    match error {
        ScanError::Identity(cause) | ScanError::ListAccounts(cause) => cloud(failure, cause),
        ScanError::WrongClock(reading) => failure
            .cause(format!(
                "this machine says {}, and AWS says {} (the `Date` of its answers)",
                whole_second(reading.local),
                reading.server
            ))
            .hint(
                "set this machine's clock, best with NTP (`sudo timedatectl set-ntp true` on Linux, `sudo sntp -sS time.apple.com` on macOS), \
                 and run again",
            ),
        ScanError::UnitsUnreadable(cause) => cloud(failure, cause)
            .hint("select accounts by id with --accounts instead, which does not need the OUs"),
        ScanError::ListAccountsDenied(cause) => failure
            .because(cause)
            .hint(
                "scan from the management account or a delegated administrator's, with organizations:ListAccounts \
                 (`rolesweep setup --print caller-policy`)",
            )
            .hint("or name the accounts with --accounts-file; the report's scope then says so"),
        // `selection` tells each of them at its place.
        ScanError::Selection(_) => failure.exiting(Exit::Usage).hint("check the accounts and OUs that the settings name"),
        ScanError::FactSink(cause) => too_many_files(failure.because(cause.as_ref()), cause.as_ref()),
        ScanError::Aborted => Failure::new("stopped at once; the store keeps the accounts that were finished before").exiting(Exit::Interrupted),
        ScanError::Internal(_) => failure.hint("please report it, with the output of `-vvv`"),
    }
}

/// Adds what to do if the store could not open more files.
fn too_many_files(failure: Failure, cause: &(dyn Error + 'static)) -> Failure {
    match cause.downcast_ref() {
        Some(WriteError::Store(error)) => match file_limit::remedy(&**error) {
            Some(remedy) => failure.hint(remedy),
            None => failure,
        },
        _ => failure,
    }
}

/// Adds AWS's message, and what to do about it.
fn cloud(failure: Failure, error: &CloudError) -> Failure {
    let failure = failure.because(error);
    if let Some(meaning) = error.meaning() {
        return failure.hint(meaning.remedy(error.operation.action(), "the audit role"));
    }
    match error.kind {
        ErrorKind::Expired => failure.hint("renew the credentials and run again"),
        ErrorKind::Throttled => failure.hint("AWS kept throttling: wait a minute and run again"),
        ErrorKind::Transient => failure.hint("check the connection to AWS (network, proxy, endpoint) and run again"),
        ErrorKind::Denied => {
            failure.hint("`rolesweep setup --print caller-policy` prints what the caller needs")
        }
        ErrorKind::NoCredentials => failure
            .hint(
                "name a profile with `--profile` or AWS_PROFILE, sign in with `aws sso login`, set AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY, or run on a machine that has a role",
            )
            .hint("to try rolesweep without credentials: `rolesweep scan --demo`"),
        ErrorKind::Foreign => failure.hint(FOREIGN),
        // The message says what to do.
        ErrorKind::Gone | ErrorKind::Refused | ErrorKind::Malformed => failure,
    }
}

fn store(error: &StoreError) -> Failure {
    let failure = Failure::new("failed to use the store").because(error);
    match error {
        StoreError::Temporary { source, .. } => {
            Failure::new(format!("failed to {error}")).because(source.as_ref()).hint(
                "make room on that disk (`df` and `df -i` show its space and its files), or name a folder on another one with the variable TMPDIR",
            )
        }
        // The others contain it already.
        StoreError::Io { .. } => failure.hint("name a file with --store, in a folder that can be written"),
        _ => failure,
    }
}

fn report(error: &ReportError) -> Failure {
    let mut failure = Failure::new(format!("failed to {error}"));
    if let Some(source) = std::error::Error::source(error) {
        failure = failure.because(source);
    }
    match error.remedy() {
        Some(remedy) => failure.hint(remedy),
        None => failure,
    }
}

/// The report to this folder, or to stdout, was interrupted.
pub(crate) fn interrupted(folder: Option<&Path>) -> Failure {
    let failure = match folder {
        Some(folder) => Failure::new(format!("interrupted: nothing was written to `{}`", folder.display())),
        None => Failure::new("interrupted: the output on stdout is not complete"),
    };
    failure.hint("run the command again: the store keeps what was collected").exiting(Exit::Interrupted)
}

/// The report could not be made from this store.
pub(crate) fn pipeline(error: PipelineError, facts: &Path, again: &str) -> Failure {
    let kept = || kept(facts, again);
    match &error {
        PipelineError::Store(error @ StoreError::Temporary { .. }) => store(error).hint(kept()),
        PipelineError::Store(error) => store(error),
        PipelineError::Report(error) => report(error).hint(kept()),
        PipelineError::Stopped => Failure::new(format!("failed to {error}")).exiting(Exit::Interrupted),
        PipelineError::Threads(error) => threads::refused(error).hint(kept()),
        PipelineError::Unbalanced | PipelineError::Lost => {
            Failure::new(format!("failed to {error}")).hint("please report it, with the output of `-vvv`")
        }
    }
}

/// Where the facts are, if a report could not be made, and the command that makes it from them.
fn kept(facts: &Path, again: &str) -> String {
    format!(
        "the store {} keeps what was collected: {} writes the report without a new scan",
        facts.display(),
        shell::command(&format!("{again} -o DIR"))
    )
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    const AGAIN: &str = "rolesweep report --store store.db --scan 1";

    #[test]
    fn a_store_that_can_open_no_more_files_is_no_lack_of_permission() {
        let store =
            StoreError::TooManyOpenFiles { path: "s.db".into(), source: io::Error::from_raw_os_error(24) };
        let said = scan(&ScanError::FactSink(Box::new(WriteError::Store(store.into())))).to_string();
        assert!(said.contains("\n  help: raise the limit on open files"), "{said}");
        assert!(said.contains("too many files are open") && !said.contains("permission"), "{said}");
    }

    #[test]
    fn a_report_without_room_for_temporary_files_says_where_and_that_the_facts_are_kept() {
        let full = StoreError::Temporary {
            folder: "/var/tmp".into(),
            source: io::Error::from(io::ErrorKind::StorageFull).into(),
        };
        insta::assert_snapshot!(pipeline(PipelineError::Store(full), Path::new("store.db"), AGAIN), @r"
        failed to write temporary files in `/var/tmp`
          cause: no storage space
          help: make room on that disk (`df` and `df -i` show its space and its files), or name a folder on another one with the variable TMPDIR
          help: the store store.db keeps what was collected: `rolesweep report --store store.db --scan 1 -o DIR` writes the report without a new scan
        ");
    }

    #[test]
    fn every_failure_of_a_report_says_that_the_facts_are_kept() {
        let refused = |source: io::Error| {
            let error = ReportError::Io { action: "write", path: "out/roles.csv".into(), source };
            pipeline(PipelineError::Report(error), Path::new("store.db"), AGAIN).to_string()
        };
        let too_many = refused(io::Error::from_raw_os_error(24));
        assert!(too_many.contains("\n  help: raise the limit on open files"), "{too_many}");
        assert_eq!(too_many.matches("`rolesweep report").count(), 1, "{too_many}");
        // An input/output error.
        insta::assert_snapshot!(refused(io::Error::from_raw_os_error(5)), @r"
        failed to write `out/roles.csv`
          cause: Input/output error (os error 5)
          help: the store store.db keeps what was collected: `rolesweep report --store store.db --scan 1 -o DIR` writes the report without a new scan
        ");
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::FileTooLarge, io::ErrorKind::PermissionDenied]
        {
            let said = refused(kind.into());
            assert_eq!(said.matches("`rolesweep report").count(), 1, "{said}");
        }
    }
}
