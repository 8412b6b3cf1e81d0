//! The codes of what was found.

use std::fmt;

/// What was found of a role: a rule, and which case of it. Prints as the rule's code, or as
/// `escalate:lambda-001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// It is allowed everything.
    AdminFull,
    /// It can change its own permissions.
    AdminSelf,
    /// It can assume a role that has more rights.
    RoleChain,
    /// It can gain more rights by the path of this id.
    Escalate(&'static str),
    /// It reads data anywhere.
    Data,
    /// It destroys what cannot be made again.
    Destroy,
    /// It reads data of resources that its policies name.
    DataScoped,
    /// It changes something.
    Change,
    /// It reads and lists.
    ReadOnly,
    /// It may do nothing.
    None,
    /// A document is missing or not understood.
    Unknown,
}

impl Code {
    /// The rule's code.
    #[must_use]
    pub fn rule_code(self) -> &'static str {
        match self {
            Self::AdminFull => "admin-full",
            Self::AdminSelf => "admin-self",
            Self::RoleChain => "role-chain",
            Self::Escalate(_) => "escalate",
            Self::Data => "data",
            Self::Destroy => "destroy",
            Self::DataScoped => "data-scoped",
            Self::Change => "change",
            Self::ReadOnly => "read-only",
            Self::None => "none",
            Self::Unknown => "privilege-unknown",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Escalate(path) => write!(f, "escalate:{path}"),
            other => f.write_str(other.rule_code()),
        }
    }
}
