//! Whether a scan can be resumed, and how to read the rest of it.

use std::path::{Path, absolute};

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::Scan;

use crate::cli::{ACCOUNTS_FROM_STDIN, RESUME};
use crate::shell;

/// How long a scan can be resumed. Facts from two days do not belong in one report.
pub(super) const WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// How far ahead of the clock a scan may have begun. AWS refuses signatures whose time is further
/// off.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Why a scan cannot be resumed at this time: it began too long ago, or in the future.
pub(crate) fn out_of_time(scan: &Scan, now: Timestamp) -> Option<String> {
    let age = now.duration_since(scan.started_at);
    if age > WITHIN {
        return Some(format!("the last scan began at {}, more than 24 hours ago", scan.started_at));
    }
    (age < -AHEAD).then(|| {
        format!(
            "the last scan began at {}, and the clock says that it is {now}: one of the two times is wrong",
            scan.started_at
        )
    })
}

/// How to complete a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResumeAdvice {
    /// With this command.
    Command(Resume),
    /// It cannot be resumed. This is what to do instead.
    Instead(String),
}

/// A command that resumes a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resume {
    /// It omits the external id, which is a secret.
    pub(crate) command: String,
    pub(crate) needs_external_id: bool,
    /// The command that reports with these settings, if they are not the scan's own.
    pub(crate) then: Option<String>,
}

impl Resume {
    /// The same for a store, if the command does not name it already.
    pub(crate) fn in_store(self, path: &Path) -> Self {
        let path = absolute(path).unwrap_or_else(|_| path.to_owned());
        let before = self.command.strip_suffix(RESUME).unwrap_or(&self.command);
        Self { command: format!("{before} --store {}{RESUME}", shell::quote(path)), ..self }
    }

    /// The command, its purpose `what`, and what to do before and after.
    fn hint(&self, what: &str) -> String {
        let mut hint = format!("{} {what}", shell::command(&self.command));
        if self.command.contains(ACCOUNTS_FROM_STDIN) {
            hint.push_str("; give it the same accounts on stdin");
        }
        if self.needs_external_id {
            hint.push_str("; set ROLESWEEP_EXTERNAL_ID to the external id first");
        }
        if let Some(then) = &self.then {
            hint.push_str(&format!("; then {} reports with these settings", shell::command(then)));
        }
        hint
    }
}

impl ResumeAdvice {
    /// What to do: the command and its purpose `what`, or the alternative.
    pub(crate) fn hint(&self, what: &str) -> String {
        match self {
            Self::Command(resume) => resume.hint(what),
            Self::Instead(instead) => instead.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_says_what_the_command_needs_and_what_comes_after_it() {
        let resume =
            |command: &str| Resume { command: command.to_owned(), needs_external_id: false, then: None };
        let said = |resume: Resume| ResumeAdvice::Command(resume).hint("goes on");
        assert_eq!(said(resume("rolesweep scan --resume")), "`rolesweep scan --resume` goes on");
        assert_eq!(
            said(resume("rolesweep scan --resume").in_store(Path::new("/s 1.db"))),
            "`rolesweep scan --store '/s 1.db' --resume` goes on"
        );
        assert_eq!(
            said(Resume {
                needs_external_id: true,
                then: Some("rolesweep report --config c.toml".to_owned()),
                ..resume("rolesweep scan --accounts-file - --resume")
            }),
            "`rolesweep scan --accounts-file - --resume` goes on; give it the same accounts on stdin; set ROLESWEEP_EXTERNAL_ID to \
             the external id first; then `rolesweep report --config c.toml` reports with these settings"
        );
    }
}
