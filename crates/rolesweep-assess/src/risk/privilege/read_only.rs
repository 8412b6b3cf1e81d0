//! Reading and listing, and nothing else.

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
    code: "read-only",
    title: "The role only reads",
    level: "read-only",
    meaning: "Its policies allow actions that read or list, and no others.",
    guide: guides::READ_ONLY,
};

pub(super) fn find(
    policies: &Policies<'_>,
    named: &ActionSet,
    outlines: &[&Outline],
    boundary: Option<&Outline>,
    findings: &mut Findings,
) {
    match reach::find(policies, named, outlines, boundary, false) {
        Reach::None => {}
        Reach::Perhaps(unclear) => {
            findings.may_be(PrivilegeLevel::ReadOnly, || names::unclear(unclear.as_ref()));
        }
        Reach::Action(example) => findings.found.push(Finding {
            code: Code::ReadOnly,
            level: PrivilegeLevel::ReadOnly,
            confidence: example.held.confidence,
            is_certain: example.held.is_certain,
            evidence: format!("only reads: {}", example.words()),
        }),
    }
}
