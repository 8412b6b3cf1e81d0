//! What a rule is.

use crate::guides::Guide;
use crate::risk::privilege::{PrivilegeLevel, PrivilegeRule};
use crate::risk::trust::{TrustLevel, TrustRule};

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Whether the role is used.
    Use,
    /// What the role may do.
    Privilege,
    /// Who can assume the role.
    Trust,
}

impl Subject {
    /// All of them, in the order of the list of rules.
    pub const ALL: [Self; 3] = [Self::Use, Self::Privilege, Self::Trust];

    /// The heading of its rules.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Use => "Whether the role is used",
            Self::Privilege => "What the role may do",
            Self::Trust => "Who can assume the role",
        }
    }
}

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its code, in kebab-case. It never changes.
    pub code: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Which roles it finds, in one sentence.
    pub meaning: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What a person does about it.
    pub guide: Guide,
}

/// How bad it is that a rule finds a role.
#[derive(Debug, Clone, Copy)]
pub enum Level {
    /// In words.
    Words(&'static str),
    /// By who could take the role over, for the privilege level with this word, or for the levels
    /// that the text names.
    Privilege(&'static str),
    /// By what the role may do, for this trust level; `None` if the rule goes with several.
    Trust(Option<TrustLevel>),
}

impl From<&PrivilegeRule> for Rule {
    fn from(rule: &PrivilegeRule) -> Self {
        let &PrivilegeRule { code, title, level, meaning, guide } = rule;
        Self { code, subject: Subject::Privilege, title, meaning, level: Level::Privilege(level), guide }
    }
}

impl From<&TrustRule> for Rule {
    fn from(rule: &TrustRule) -> Self {
        let &TrustRule { code, title, level, meaning, guide } = rule;
        Self { code, subject: Subject::Trust, title, meaning, level: Level::Trust(level), guide }
    }
}

/// The privilege levels that a text names.
pub(super) fn privilege_levels(text: &str) -> impl Iterator<Item = PrivilegeLevel> {
    let names = move |level: &PrivilegeLevel| text.split([' ', ',', ';']).any(|word| word == level.as_str());
    PrivilegeLevel::ALL.into_iter().filter(names)
}
