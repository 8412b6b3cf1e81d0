//! From what rules found to a privilege.

use std::cmp::Reverse;

use super::code::Code;
use super::judgement::{Assumes, Privilege};
use super::level::PrivilegeLevel;
use super::rule::{Finding, Findings};
use super::{escalate, names, unknown};
use crate::risk::Confidence;
use crate::risk::roles::Administrator;

/// How many escalation paths evidence explains. The others are only named.
const PATHS: usize = 3;

/// The privilege that follows from all findings.
pub(super) fn conclude(findings: Findings, assumes: Assumes) -> Privilege {
    let Findings { mut found, perhaps, boundary } = findings;
    let level = found.iter().map(|finding| finding.level).max().unwrap_or(PrivilegeLevel::None);
    let perhaps = perhaps.filter(|(possible, _)| *possible > level);
    if perhaps.is_some() {
        // Nobody can say that it may do nothing.
        found.retain(|finding| finding.code != Code::None);
    }
    let best = found.iter().filter(|finding| finding.level == level);
    let best = best.map(|finding| (finding.is_certain, finding.confidence)).max();
    let (is_certain, confidence) = best.unwrap_or((false, Confidence::Low));
    let is_unknown = !is_certain || perhaps.is_some();
    leave_out_what_is_included(&mut found, level);
    found.sort_by_key(|finding| {
        (Reverse(finding.level), Reverse(finding.is_certain), Reverse(finding.confidence), finding.code)
    });
    let mut codes: Vec<Code> = found.iter().map(|finding| finding.code).collect();
    let mut evidence = lines(&found);
    if let Some((_, why)) = &perhaps {
        evidence.push(names::evidence(&unknown::evidence(why)));
    }
    // A table shows the first lines only, and a boundary limits what they say.
    let second = evidence.len().min(1);
    evidence.splice(second..second, boundary.map(|boundary| names::evidence(&boundary)));
    if is_unknown {
        codes.push(unknown::CODE);
    }
    evidence.push(unknown::NOT_LOOKED_AT.to_owned());
    let confidence = if is_unknown { Confidence::Low } else { confidence };
    Privilege { level, is_unknown, confidence, codes, evidence, assumes }
}

/// Whether a role is an administrator by what rules found.
pub(super) fn administrator(findings: &Findings) -> Administrator {
    let admin = || findings.found.iter().filter(|finding| finding.level == PrivilegeLevel::Admin);
    if admin().any(|finding| finding.is_certain) {
        return Administrator::Yes;
    }
    match findings.perhaps {
        Some((PrivilegeLevel::Admin, _)) => Administrator::Unknown,
        _ if admin().next().is_some() => Administrator::Unknown,
        _ => Administrator::No,
    }
}

/// An administrator has every other level. What is listed beside it is what it need not take first.
fn leave_out_what_is_included(found: &mut Vec<Finding>, level: PrivilegeLevel) {
    escalate::keep_smallest(found);
    if level == PrivilegeLevel::Admin {
        let is_full = found.iter().any(|finding| finding.code == Code::AdminFull);
        found.retain(|finding| match finding.code {
            Code::AdminFull => true,
            Code::AdminSelf | Code::Data | Code::Destroy | Code::DataScoped => !is_full,
            _ => false,
        });
    }
}

/// A line for each finding, but only one for the paths beyond the first.
fn lines(found: &[Finding]) -> Vec<String> {
    let is_path = |finding: &Finding| matches!(finding.code, Code::Escalate(_));
    let mut paths = 0;
    let mut lines = Vec::new();
    for finding in found {
        if is_path(finding) {
            paths += 1;
            if paths > PATHS {
                continue;
            }
        }
        lines.push(names::evidence(&finding.evidence));
        if paths == PATHS {
            let rest = found.iter().filter(|finding| is_path(finding)).skip(PATHS);
            let rest: Vec<String> = rest.map(|finding| finding.code.to_string()).collect();
            if !rest.is_empty() {
                let rest = rolesweep_model::text::first_few(&rest, 12, rest.len());
                lines.push(names::evidence(&format!("can escalate also by {rest}")));
            }
            paths += 1;
        }
    }
    lines
}
