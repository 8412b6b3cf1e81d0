//! The rules that reports judge roles by. Each is declared once: its code, what it means, and what a
//! person does about it.
//!
//! `rolesweep rules` prints them, and the pages under `docs/rules/` are made of them.

mod controls;
mod guardrails;
mod guide;
mod idle;
mod page;
mod steps;

use crate::status::Status;

pub use controls::Control;
pub use guide::{Guide, Step};
pub use page::{index, page};

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
    /// How bad it is, in words.
    pub level: &'static str,
    /// What a person does about it.
    pub guide: Guide,
}

/// Every rule, by subject.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    idle::RULES.iter()
}

/// The rule with this code. A code of a report may name a case of its rule after a colon, such as
/// `escalate:lambda-001`.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    let code = code.split_once(':').map_or(code, |(rule, _)| rule);
    rules().find(|rule| rule.code == code)
}

/// The code of the rule on the use of a role that a role with this status breaks.
#[must_use]
pub fn of_status(status: Status) -> Option<&'static str> {
    match status {
        Status::Inactive => Some("inactive-role"),
        Status::Unused => Some("unused-role"),
        Status::Unknown => Some("last-use-not-collected"),
        Status::Active | Status::New => None,
    }
}

#[cfg(test)]
mod tests;
