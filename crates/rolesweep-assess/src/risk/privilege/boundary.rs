//! What a role's permissions boundary takes away.

use rolesweep_model::text::first_few;

use super::admin_self;
use super::code::Code;
use super::names;
use super::outline::Outline;
use super::rule::Findings;

/// How many codes are named.
const CODES: usize = 3;

/// What a boundary, by its policy's ARN, takes away of what was found without it, in words. With each
/// goes whether paths through other roles of the account are still to be asked about, which nobody
/// compares. None if the boundary could not be read: that is said elsewhere.
pub(super) fn evidence(
    arn: &str,
    bound: &Outline,
    (with, asks): (&Findings, bool),
    (without, asked): (&Findings, bool),
) -> Option<String> {
    if bound.is_unread() {
        return None;
    }
    let boundary = names::boundary(arn);
    let mut gone: Vec<String> = without
        .found
        .iter()
        .map(|finding| finding.code)
        .filter(|code| *code != Code::None && with.found.iter().all(|finding| finding.code != *code))
        .map(|code| code.to_string())
        .collect();
    if asked && !asks {
        gone.push("paths through other roles".to_owned());
    }
    let line = |evidence: &str| {
        let end = admin_self::ENDS.iter().find_map(|end| evidence.strip_suffix(end));
        end.unwrap_or(evidence).to_owned()
    };
    let lines = |findings: &Findings| -> Vec<String> {
        findings.found.iter().map(|finding| line(&finding.evidence)).collect()
    };
    Some(if !gone.is_empty() {
        format!("{boundary} takes away {}", first_few(&gone, CODES, gone.len()))
    } else if asked || lines(with) != lines(without) {
        format!("{boundary} limits what its policies allow")
    } else {
        format!("{boundary} takes nothing of this away")
    })
}
