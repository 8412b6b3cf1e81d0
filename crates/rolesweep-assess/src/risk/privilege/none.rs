//! No permission at all.

use super::code::Code;
use super::level::PrivilegeLevel;
use super::names;
use super::outline::Outline;
use super::rule::{Finding, PrivilegeRule};
use crate::catalogue::data_date;
use crate::guides::privilege as guides;
use crate::risk::Confidence;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "none",
    title: "The role may do nothing",
    level: "none",
    meaning: "Its policies allow no action, or a deny or its permissions boundary takes away what they allow.",
    guide: guides::NONE,
};

/// What to say of a role for which no other rule found anything.
pub(super) fn finding(outlines: &[&Outline], is_bounded: bool) -> Finding {
    let allows = || outlines.iter().flat_map(|outline| &outline.allows);
    let is_known = !outlines.iter().any(|outline| outline.names_unknown);
    let (confidence, evidence) = if outlines.is_empty() {
        (Confidence::High, "it has no policies".to_owned())
    } else if allows().next().is_none() {
        (Confidence::High, "its policies allow nothing".to_owned())
    } else if !is_known {
        let unknown = format!("its policies allow only actions that AWS did not document on {}", data_date());
        (Confidence::Low, unknown)
    } else {
        let what = if is_bounded {
            "a deny, a condition or the boundary takes"
        } else {
            "a deny or a condition takes"
        };
        (Confidence::High, format!("{what} away everything that its policies allow"))
    };
    let evidence = names::evidence(&evidence);
    Finding { code: Code::None, level: PrivilegeLevel::None, confidence, is_certain: true, evidence }
}
