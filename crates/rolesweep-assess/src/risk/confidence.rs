//! How sure a judgement is.

use std::fmt;

use serde::Serialize;

/// How sure a judgement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It rests on something that is not known or not understood here.
    Low,
    /// It depends on a condition that does not say who comes in, or on something that a scan does not
    /// see.
    Medium,
    /// It follows from the documents alone. A condition that says who comes in is as certain, such as
    /// one on the subject of an OIDC token.
    High,
}

impl Confidence {
    /// All of them, the surest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
