//! The message for a failure: what happened, why, and what to do.

pub(crate) mod from_errors;
pub(crate) mod selection;

use std::error::Error;
use std::fmt;

use rolesweep_report::result::Problem;

use crate::cli::Completion;
use crate::exit::Exit;
use crate::process::file_limit;
use crate::terminal::text::NO_BREAK;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code that goes with it.
    pub(crate) exit: Exit,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

/// What the command's own functions return.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// Something that failed. `message` says what.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { exit: Exit::CouldNotRun, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// An invalid command line or configuration.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(message).exiting(Exit::Usage)
    }

    /// The same with another exit code.
    #[must_use]
    pub(crate) fn exiting(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Adds an error and all of its causes.
    #[must_use]
    pub(crate) fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            let text = error.to_string();
            // A source whose text is already part of the error above adds nothing.
            if !self.causes.last().is_some_and(|last| last.contains(&text)) {
                self.causes.push(text);
            }
            next = error.source();
        }
        match file_limit::remedy(error) {
            Some(remedy) => self.hint(remedy),
            None => self,
        }
    }

    /// Adds a cause in words.
    #[must_use]
    pub(crate) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds something that the user can do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same, with each command in what the user can do completed.
    #[must_use]
    pub(crate) fn completed_by(mut self, completion: &Completion) -> Self {
        for hint in &mut self.hints {
            *hint = completion.complete(hint);
        }
        self
    }
}

impl Failure {
    /// The same for the record of a result.
    pub(crate) fn problem(&self) -> Problem {
        let plain = |text: &str| text.replace(NO_BREAK, " ");
        // The mistakes in the settings come as lines, each with its place and its help.
        let (message, mistakes) = self.message.split_once('\n').unwrap_or((&self.message, ""));
        let mut problem = Problem { message: plain(message), causes: Vec::new(), help: Vec::new() };
        for line in mistakes.lines().map(str::trim) {
            match line.strip_prefix("help: ") {
                Some(help) => problem.help.push(plain(help)),
                None => problem.causes.push(plain(line)),
            }
        }
        problem.causes.extend(self.causes.iter().map(|text| plain(text)));
        problem.help.extend(self.hints.iter().map(|text| plain(text)));
        problem
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, "\n  cause: {}", cause.replace('\n', "\n         "))?;
        }
        for hint in &self.hints {
            write!(f, "\n  help: {}", hint.replace('\n', "\n        "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the disk is full")]
    struct Full;

    #[derive(Debug, thiserror::Error)]
    #[error("the store cannot be written")]
    struct Store(#[source] Full);

    #[test]
    fn the_record_has_the_mistakes_in_the_settings_apart_from_what_to_do() {
        let failure = Failure::usage(
            "2 invalid settings\nflag --a: bad\n  help: write b\nflag --c: worse\n  help: write d",
        );
        let problem = failure.problem();
        assert_eq!(problem.message, "2 invalid settings");
        assert_eq!(problem.causes, ["flag --a: bad", "flag --c: worse"]);
        assert_eq!(problem.help, ["write b", "write d"]);
    }

    #[test]
    fn a_failure_says_what_why_and_what_to_do() {
        let failure =
            Failure::new("the scan stopped").because(&Store(Full)).hint("free some room\nand run it again");
        insta::assert_snapshot!(failure.to_string(), @r"
        the scan stopped
          cause: the store cannot be written
          cause: the disk is full
          help: free some room
                and run it again
        ");
    }
}
