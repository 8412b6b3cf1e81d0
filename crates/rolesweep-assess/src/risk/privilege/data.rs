//! Reading data anywhere, and destroying what cannot be made again anywhere.

use super::ask::{Held, Policies, Reply};
use super::asked::{Asked, DATA};
use super::code::Code;
use super::level::PrivilegeLevel;
use super::names;
use super::rule::{Finding, Findings, PrivilegeRule};
use crate::catalogue::ENCRYPTED;
use crate::guides::privilege as guides;
use crate::risk::Confidence;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "data",
    title: "The role reads data anywhere",
    level: "data",
    meaning: "Its policies allow an action that returns data itself, such as s3:GetObject or secretsmanager:GetSecretValue, on a resource that nobody named.",
    guide: guides::DATA,
};

pub(super) fn find(policies: &Policies<'_>, findings: &mut Findings) {
    listed(policies, findings, &DATA, Code::Data, |what| reading(what, "any key", ""));
}

/// Finds the actions of a list that are allowed on resources that nobody named.
pub(super) fn listed(
    policies: &Policies<'_>,
    findings: &mut Findings,
    list: &[(&'static Asked, &'static str)],
    code: Code,
    does: impl Fn(&[&str]) -> String,
) {
    let (mut actions, mut what, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for (asked, thing) in list {
        match policies.anywhere(asked) {
            Reply::No => {}
            Reply::Perhaps(unclear) => {
                findings.may_be(PrivilegeLevel::Data, || names::unclear(unclear.as_ref()));
            }
            Reply::Yes(held) => {
                actions.push(asked.action.to_string());
                if !what.contains(thing) {
                    what.push(*thing);
                }
                all.push(held);
            }
        }
    }
    // The surest action decides.
    let rank = |held: &Held<'_>| (held.is_certain, held.confidence);
    let Some(best) = all.iter().map(rank).max() else { return };
    all.retain(|held| rank(held) == best);
    findings.found.push(Finding {
        code,
        level: PrivilegeLevel::Data,
        confidence: best.1,
        is_certain: best.0,
        evidence: format!(
            "{}: {} on any resource{}",
            does(&what),
            names::actions(&actions, 3),
            names::because_of(&all)
        ),
    });
}

/// What a role does that reads this: `reads objects and secrets, and decrypts with any key`.
pub(super) fn reading(what: &[&str], keys: &str, of: &str) -> String {
    let (encrypted, read): (Vec<&str>, Vec<&str>) = what.iter().partition(|what| **what == ENCRYPTED);
    match (read.is_empty(), encrypted.is_empty()) {
        (true, _) => format!("decrypts with {keys}"),
        (false, true) => format!("reads {}{of}", list_of(&read)),
        (false, false) => format!("reads {}{of}, and decrypts with {keys}", list_of(&read)),
    }
}

/// `objects, parameters and secrets`
pub(super) fn list_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The surest of several permissions.
pub(super) fn surest(all: &[Held<'_>]) -> Option<(bool, Confidence)> {
    all.iter().map(|held| (held.is_certain, held.confidence)).max()
}
