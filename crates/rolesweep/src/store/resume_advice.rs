//! How to read what a scan has not read.

use crate::shell;

/// How to complete a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResumeAdvice {
    /// With this command. The external id is a secret and not in it.
    Command { command: String, needs_external_id: bool },
    /// It cannot be resumed: what to do instead.
    Instead(String),
}

impl ResumeAdvice {
    /// What to do: the command and `what` it does, or the alternative.
    pub(crate) fn hint(&self, what: &str) -> String {
        match self {
            Self::Command { command, needs_external_id } => {
                let variable = if *needs_external_id {
                    "; set ROLESWEEP_EXTERNAL_ID to the external id first"
                } else {
                    ""
                };
                format!("{} {what}{variable}", shell::command(command))
            }
            Self::Instead(instead) => instead.clone(),
        }
    }
}
