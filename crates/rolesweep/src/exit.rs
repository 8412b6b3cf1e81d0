//! The exit codes, a public contract.

use std::process::ExitCode;

/// How the command ended, with the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It succeeded, is complete, and found nothing that `--fail-on` names.
    Done = 0,
    /// It could not run.
    CouldNotRun = 1,
    /// Invalid usage or configuration.
    Usage = 2,
    /// Findings at or above `--fail-on`.
    Findings = 3,
    /// Not complete.
    Incomplete = 4,
    /// It was interrupted.
    Interrupted = 130,
}

/// Every exit code with its meaning, for `--help`, the record of a result and the documentation.
pub(crate) const MEANINGS: [(Exit, &str); 6] = [
    (Exit::Done, "done"),
    (
        Exit::CouldNotRun,
        "could not run; or no account matched, no audit role could be assumed, the clock is wrong",
    ),
    (Exit::Usage, "wrong usage or configuration"),
    (Exit::Findings, "findings that --fail-on names"),
    (
        Exit::Incomplete,
        "not complete, whatever was found; accepted gaps do not count; --allow-partial turns it off",
    ),
    (Exit::Interrupted, "interrupted by Ctrl-C or SIGTERM"),
];

impl Exit {
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// What it means.
    pub(crate) fn meaning(self) -> &'static str {
        MEANINGS.iter().find(|(exit, _)| *exit == self).map_or("", |(_, meaning)| meaning)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The exit codes as they appear at the end of `--help`.
pub(crate) fn help_text() -> String {
    let lines = MEANINGS.map(|(exit, meaning)| format!("\n  {:>3}  {meaning}", exit.code()));
    format!("Exit codes:{}", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_help_fits_into_a_terminal_of_100_columns() {
        for line in help_text().lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}
