//! Whether a role is used, by the time of its last use and its threshold.

use std::fmt;

use jiff::Timestamp;
use rolesweep_model::{LastUse, Role};
use serde::Serialize;

use crate::threshold::Threshold;
use crate::time::{DAY, TRACKING_WINDOW, seconds_between};

/// What a role's last use means. Every role has exactly one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Used within its threshold.
    Active,
    /// Was used, and has been idle longer than its threshold.
    Inactive,
    /// No use on record, and older than its threshold.
    Unused,
    /// No use on record, and not older than its threshold.
    New,
    /// AWS did not answer for its last use.
    Unknown,
}

impl Status {
    /// All of them, in the order of every table that shows them.
    pub const ALL: [Self; 5] = [Self::Active, Self::Inactive, Self::Unused, Self::New, Self::Unknown];

    /// The status of a role with this age and threshold, in seconds, and how long it has been idle.
    pub(crate) fn of<S>(
        role: &Role<S>,
        age: i64,
        threshold: Threshold,
        as_of: Timestamp,
    ) -> (Self, Option<Idle>) {
        let limit = threshold.seconds();
        match role.last_use {
            LastUse::NotCollected => (Self::Unknown, None),
            LastUse::Used { at, .. } => {
                let seconds = seconds_between(at, as_of);
                let status = if seconds > limit { Self::Inactive } else { Self::Active };
                let idle = Idle { seconds, is_minimum: false };
                (status, Some(idle))
            }
            LastUse::NoneRecorded => {
                // The age decides and not the idle time, which ends at the window. With a threshold of
                // exactly the window, a role that is older still is older than its threshold. A
                // threshold of 0 means at once, so at age 0 too.
                let status = if age > limit || limit == 0 { Self::Unused } else { Self::New };
                let idle = Idle { seconds: age.min(TRACKING_WINDOW), is_minimum: age > TRACKING_WINDOW };
                (status, Some(idle))
            }
        }
    }

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Unused => "unused",
            Self::New => "new",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How long a role has been idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Idle {
    /// In whole seconds, rounded down.
    pub seconds: i64,
    /// Whether it may be longer: no use is recorded, and the role is older than AWS's tracking
    /// window.
    pub is_minimum: bool,
}

impl Idle {
    /// In days, rounded down.
    #[must_use]
    pub fn days(self) -> i64 {
        self.seconds / DAY
    }
}
