//! Paths that were found.

use super::super::ask::{Held, Reply};
use super::super::code::Code;
use super::super::level::PrivilegeLevel;
use super::super::names;
use super::super::rule::{Finding, Findings};
use crate::catalogue::{EscalationPath, escalation_path};
use crate::risk::Confidence;

/// Notes a path, if all of its actions are allowed.
pub(super) fn add(
    findings: &mut Findings,
    path: &'static EscalationPath,
    all: &[Reply<'_>],
    level: PrivilegeLevel,
    needs: &str,
) {
    let Some(reply) = all.iter().copied().reduce(Reply::and) else { return };
    match reply {
        Reply::No => {}
        Reply::Perhaps(unclear) => findings.may_be(level, || names::unclear(unclear.as_ref())),
        Reply::Yes(held) => {
            let held_by: Vec<Held<'_>> = all
                .iter()
                .filter_map(|reply| match reply {
                    Reply::Yes(held) => Some(*held),
                    _ => None,
                })
                .collect();
            let most = match (level, path.id) {
                // The older versions of a policy are not read.
                (PrivilegeLevel::EscalateDependent, _) | (_, "set-default-policy-version") => {
                    Confidence::Medium
                }
                _ => Confidence::High,
            };
            findings.found.push(Finding {
                code: Code::Escalate(path.id),
                level,
                confidence: held.confidence.min(most),
                is_certain: held.is_certain,
                evidence: format!(
                    "can escalate: {} {}{}{needs}",
                    path.id,
                    path.name(),
                    names::because_of(&held_by)
                ),
            });
        }
    }
}

/// Leaves out the paths that hold a smaller path which is as good.
pub(crate) fn keep_smallest(found: &mut Vec<Finding>) {
    let actions = |finding: &Finding| match finding.code {
        Code::Escalate(id) => escalation_path(id).map(|path| &path.actions),
        _ => None,
    };
    let is_smaller = |one: &Finding, other: &Finding| {
        let rank = |finding: &Finding| (finding.level, finding.is_certain, finding.confidence);
        actions(one).zip(actions(other)).is_some_and(|(few, many)| {
            few.len() < many.len()
                && few.iter().all(|action| many.contains(action))
                && rank(one) >= rank(other)
        })
    };
    let keep: Vec<bool> =
        found.iter().map(|finding| !found.iter().any(|other| is_smaller(other, finding))).collect();
    let mut keep = keep.into_iter();
    found.retain(|_| keep.next().unwrap_or(true));
}
