//! What nobody can say.

use super::code::Code;
use super::rule::PrivilegeRule;
use crate::guides::privilege as guides;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "privilege-unknown",
    title: "Nobody can say what the role may do",
    level: "unknown; the known lower bound is kept",
    meaning: "A document is missing or cannot be read, or a statement that decides is not understood.",
    guide: guides::UNKNOWN,
};

/// What every judgement leaves out.
pub(super) const NOT_LOOKED_AT: &str =
    "not looked at: resource policies, SCPs, RCPs, session policies, what uses the role";

/// Why the level may be higher.
pub(super) fn evidence(why: &str) -> String {
    format!("may be more: {why}")
}

pub(super) const CODE: Code = Code::Unknown;
