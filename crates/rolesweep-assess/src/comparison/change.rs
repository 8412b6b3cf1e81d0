//! What can become of a role from one scan to a later one.

use std::fmt;

use serde::Serialize;

/// What became of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is flagged now, and was not before.
    NewlyIdle,
    /// It was flagged before, too, and its severity was lower.
    SeverityRaised,
    /// It is flagged now, because its exemption ended or no longer covers it.
    ExemptionExpired,
    /// Another role has its ARN: it was deleted and created again.
    Recreated,
    /// It is exempt now, and was not before.
    NewlyExempt,
    /// It was flagged before, too.
    StillIdle,
    /// It was idle, and is used again.
    UsedAgain,
    /// It was idle, and is not used again, but another threshold applies to it now, or it is protected.
    NoLongerListed,
    /// It was idle, and does not exist any more.
    Gone,
    /// It is idle in one of the scans, and the other one did not read its account or its last use.
    NotComparable,
}

impl Change {
    /// All of them, those that ask for attention first.
    pub const ALL: [Self; 10] = [
        Self::NewlyIdle,
        Self::SeverityRaised,
        Self::ExemptionExpired,
        Self::Recreated,
        Self::NewlyExempt,
        Self::StillIdle,
        Self::UsedAgain,
        Self::NoLongerListed,
        Self::Gone,
        Self::NotComparable,
    ];

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewlyIdle => "newly_idle",
            Self::SeverityRaised => "severity_raised",
            Self::ExemptionExpired => "exemption_expired",
            Self::Recreated => "recreated",
            Self::NewlyExempt => "newly_exempt",
            Self::StillIdle => "still_idle",
            Self::UsedAgain => "used_again",
            Self::NoLongerListed => "no_longer_listed",
            Self::Gone => "gone",
            Self::NotComparable => "not_comparable",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
