//! How to read the rest of a scan.

use crate::shell;

/// How to complete a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResumeAdvice {
    /// With this command. It omits the external id, which is a secret.
    Command { command: String, needs_external_id: bool },
    /// It cannot be resumed. This is what to do instead.
    Instead(String),
}

impl ResumeAdvice {
    /// What to do: the command and its purpose `what`, or the alternative.
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
