//! How much a role may do.

use std::fmt;

use serde::Serialize;

/// How much a role may do. A later one is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrivilegeLevel {
    /// Nothing.
    None,
    /// It reads and lists, and changes nothing.
    ReadOnly,
    /// It changes something.
    Change,
    /// It reads data of resources that its policies name. It ranks as [`PrivilegeLevel::Change`], but
    /// for roles that others can assume.
    DataScoped,
    /// It reads data, or destroys what cannot be made again, wherever it is.
    Data,
    /// It can gain more rights if something exists that nobody looked for.
    EscalateDependent,
    /// It can gain more rights.
    Escalate,
    /// It may do everything, or can give itself the right to.
    Admin,
}

impl PrivilegeLevel {
    /// All of them, the highest first.
    pub const ALL: [Self; 8] = [
        Self::Admin,
        Self::Escalate,
        Self::EscalateDependent,
        Self::Data,
        Self::DataScoped,
        Self::Change,
        Self::ReadOnly,
        Self::None,
    ];

    /// The word for files. The two kinds of escalation have different words, because their severities
    /// differ.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ReadOnly => "read-only",
            Self::Change => "change",
            Self::DataScoped => "data-scoped",
            Self::Data => "data",
            Self::EscalateDependent => "escalate-dependent",
            Self::Escalate => "escalate",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for PrivilegeLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
