//! The list of all rules.

use super::idle;
use super::rule::Rule;
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
