//! Changing something.

use super::ask::Policies;
use super::code::Code;
use super::level::PrivilegeLevel;
use super::names;
use super::outline::Outline;
use super::reach::{self, Reach};
use super::rule::{Finding, Findings, PrivilegeRule};
use crate::catalogue::ActionSet;
use crate::guides::privilege as guides;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "change",
    title: "The role changes something",
    level: "change",
    meaning: "Its policies allow an action on some resource that writes, tags or manages permissions.",
    guide: guides::CHANGE,
};

pub(super) fn find(
    policies: &Policies<'_>,
    named: &ActionSet,
    outlines: &[&Outline],
    boundary: Option<&Outline>,
    findings: &mut Findings,
) {
    match reach::find(policies, named, outlines, boundary, true) {
        Reach::None => {}
        Reach::Perhaps(unclear) => {
            findings.may_be(PrivilegeLevel::Change, || names::unclear(unclear.as_ref()))
        }
        Reach::Action(example) => findings.found.push(Finding {
            code: Code::Change,
            level: PrivilegeLevel::Change,
            confidence: example.held.confidence,
            is_certain: example.held.is_certain,
            evidence: format!("changes things: {}", example.words()),
        }),
    }
}
