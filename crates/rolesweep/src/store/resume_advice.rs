//! Whether a scan can be resumed, and how to read the rest of it.

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::Scan;

use crate::shell;

/// How long a scan can be resumed. Facts from two days do not belong in one report.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);

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
