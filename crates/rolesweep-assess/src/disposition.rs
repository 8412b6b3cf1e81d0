//! What follows from a role's status.

use std::fmt;

use serde::Serialize;

/// What follows from a role's status. Every role has exactly one disposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// AWS reserves it, or it is the audit role, whatever its status.
    Protected,
    /// Inactive or unused, and a written exemption is in force.
    Exempt,
    /// Inactive or unused, and neither protected nor exempt: a finding.
    Flagged,
    /// Unknown, and not protected.
    Undetermined,
    /// Active or new, and not protected: nothing follows.
    None,
}

impl Disposition {
    /// All of them, in the order of every table that shows them.
    pub const ALL: [Self; 5] = [Self::Protected, Self::Exempt, Self::Flagged, Self::Undetermined, Self::None];

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::Exempt => "exempt",
            Self::Flagged => "flagged",
            Self::Undetermined => "undetermined",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
