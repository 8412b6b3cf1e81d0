//! What is said of a role.

use super::code::Code;
use super::level::PrivilegeLevel;
use crate::risk::Confidence;

/// What a role may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    /// The highest level that is known to be reached.
    pub level: PrivilegeLevel,
    /// Whether it may be higher: a document is missing, or a statement is not understood.
    pub is_unknown: bool,
    /// How sure the level is.
    pub confidence: Confidence,
    /// What was found, the worst first. Levels that a higher one includes are among them only if
    /// they say more.
    pub codes: Vec<Code>,
    /// Why, in lines for people: one for each code, then what is not known, and what was not looked
    /// at. Names in them are as policies have them.
    pub evidence: Vec<String>,
    /// The roles that it may assume, as far as its own policies decide that.
    pub assumes: Assumes,
}

/// Which roles a role may assume by its own policies, if they trust it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Assumes {
    /// Those that it may assume, but for the denied ones.
    pub allowed: Vec<Assumable>,
    /// Patterns of the ARNs of roles that it surely may not assume, not even those of its account that
    /// name it.
    pub denied: Vec<Box<str>>,
    /// Whether that is so for every role: its boundary or a deny forbids it.
    pub none: bool,
}

/// Roles that a role may assume.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Assumable {
    /// A pattern of their ARNs, as a policy has it.
    pub pattern: Box<str>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Privilege {
    /// The word for files: `unknown`, or the level's.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        if self.is_unknown { "unknown" } else { self.level.as_str() }
    }
}
