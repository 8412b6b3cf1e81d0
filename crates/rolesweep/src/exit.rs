//! The exit codes: one table, public contract.

use std::process::ExitCode;

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, complete, and nothing that `--fail-on` asked about.
    Done,
    /// It could not run at all.
    CouldNotRun,
    /// Wrong usage or configuration.
    Usage,
    /// Findings, with `--fail-on findings`.
    Findings,
    /// Not complete.
    Incomplete,
    /// Interrupted.
    Interrupted,
}

/// A row of the table.
pub(crate) struct ExitCodeRow {
    /// Which ending.
    pub(crate) exit: Exit,
    /// The process's exit code.
    pub(crate) code: u8,
    /// What it means, for `--help` and the documentation.
    pub(crate) meaning: &'static str,
}

/// Every exit code with its meaning.
pub(crate) const EXIT_CODES: &[ExitCodeRow] = &[
    ExitCodeRow { exit: Exit::Done, code: 0, meaning: "done" },
    ExitCodeRow {
        exit: Exit::CouldNotRun,
        code: 1,
        meaning: "could not run; also: no account matched, the audit role could be assumed in no account, or the clock is wrong",
    },
    ExitCodeRow { exit: Exit::Usage, code: 2, meaning: "wrong usage or configuration" },
    ExitCodeRow { exit: Exit::Findings, code: 3, meaning: "there are findings, with --fail-on findings" },
    ExitCodeRow {
        exit: Exit::Incomplete,
        code: 4,
        meaning: "not complete (wins over 3); accepted gaps do not count, and --allow-partial turns it off",
    },
    ExitCodeRow { exit: Exit::Interrupted, code: 130, meaning: "interrupted by Ctrl-C or SIGTERM" },
];

impl Exit {
    /// The process's exit code.
    pub(crate) fn code(self) -> u8 {
        EXIT_CODES.iter().find(|row| row.exit == self).map_or(1, |row| row.code)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The table as it stands at the end of `--help`.
pub(crate) fn help_text() -> String {
    let mut text = String::from("Exit codes:\n");
    for row in EXIT_CODES {
        text.push_str(&format!("  {:>3}  {}\n", row.code, row.meaning));
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_one_row_and_codes_differ() {
        let mut codes: Vec<u8> = EXIT_CODES.iter().map(|row| row.code).collect();
        codes.dedup();
        assert_eq!(codes, [0, 1, 2, 3, 4, 130]);
        assert_eq!(Exit::Incomplete.code(), 4);
    }
}
