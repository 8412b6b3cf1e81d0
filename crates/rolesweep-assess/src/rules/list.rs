//! The list of all rules.

use super::idle;
use super::rule::{Level, Rule, privilege_levels};
use crate::risk::{privilege, trust};
use crate::status::Status;

/// Every rule, by subject.
pub fn rules() -> impl Iterator<Item = Rule> {
    let privilege = privilege::RULES.iter().map(Rule::from);
    idle::RULES.iter().copied().chain(privilege).chain(trust::RULES.iter().map(Rule::from))
}

/// The rule with this code. A code of a report may name a case of its rule after a colon, such as
/// `escalate:lambda-001`.
#[must_use]
pub fn rule(code: &str) -> Option<Rule> {
    let code = code.split_once(':').map_or(code, |(rule, _)| rule);
    rules().find(|rule| rule.code == code)
}

/// The rules behind a word that a report shows beside codes: a status, a privilege level or a trust
/// level.
#[must_use]
pub fn rules_of_word(word: &str) -> Vec<Rule> {
    let status = Status::ALL.into_iter().find(|status| status.as_str() == word).and_then(of_status);
    let is_meant = |rule: &Rule| match rule.level {
        Level::Words(_) => status == Some(rule.code),
        Level::Privilege(levels) => privilege_levels(levels).any(|level| level.as_str() == word),
        Level::Trust(level) => level.is_some_and(|level| level.as_str() == word),
    };
    let is_unknown =
        |rule: &Rule| word == "unknown" && matches!(rule.code, "privilege-unknown" | "trust-unknown");
    rules().filter(|rule| is_meant(rule) || is_unknown(rule)).collect()
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
