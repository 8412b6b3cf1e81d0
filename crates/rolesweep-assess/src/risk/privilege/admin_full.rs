//! Administrators.

use rolesweep_policy::{PolicySet, Selection};

use super::ask::{Held, Policies, Reply};
use super::asked::ADMIN;
use super::code::Code;
use super::level::PrivilegeLevel;
use super::names;
use super::outline::Outline;
use super::patterns;
use super::rule::{Finding, Findings, PrivilegeRule};
use crate::guides::privilege as guides;
use crate::risk::Confidence;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "admin-full",
    title: "The role is an administrator",
    level: "admin",
    meaning: "Its policies allow twenty actions of as many services on any resource, among them iam:CreateUser and organizations:LeaveOrganization.",
    guide: guides::ADMIN_FULL,
};

/// Whether policies allow everything that an administrator may do.
pub(super) fn reply<'s>(policies: &Policies<'_>, set: &'s PolicySet) -> Reply<'s> {
    let mut reply: Option<Reply<'s>> = None;
    for (asked, _) in ADMIN.iter() {
        let one = policies.wide(asked, set, policies.contexts_of(asked));
        let both = reply.map_or(one, |so_far| so_far.and(one));
        if both.is_no() {
            return both;
        }
        reply = Some(both);
    }
    reply.unwrap_or(Reply::No)
}

pub(super) fn find(policies: &Policies<'_>, outlines: &[&Outline], findings: &mut Findings) {
    match reply(policies, policies.set) {
        Reply::No => {}
        Reply::Perhaps(unclear) => {
            findings.may_be(PrivilegeLevel::Admin, || names::unclear(unclear.as_ref()))
        }
        Reply::Yes(held) => findings.found.push(Finding {
            code: Code::AdminFull,
            level: PrivilegeLevel::Admin,
            confidence: held.confidence,
            is_certain: held.is_certain,
            evidence: format!(
                "administrator: {}{}",
                if allows_all(policies, outlines, &held) {
                    "every action on every resource".to_owned()
                } else {
                    format!("every action that was tried ({}) on any resource", tried())
                },
                names::because(&held)
            ),
        }),
    }
}

/// The actions that were tried, in words.
fn tried() -> String {
    let first = ADMIN.first().map(|(asked, _)| asked.action.to_string()).unwrap_or_default();
    let mut services: Vec<&str> = ADMIN.iter().map(|(asked, _)| asked.action.service()).collect();
    services.sort_unstable();
    services.dedup();
    format!("{first} and {} more, of {} services", ADMIN.len().saturating_sub(1), services.len())
}

/// Whether a statement allows everything, and nothing limits that.
fn allows_all(policies: &Policies<'_>, outlines: &[&Outline], held: &Held<'_>) -> bool {
    let is_limited = policies.boundary.is_some() || outlines.iter().any(|outline| !outline.denies.is_empty());
    let Some((_, statement)) = held.by.statement else { return false };
    let all = |patterns: &[String]| patterns.iter().any(|pattern| patterns::is_stars(pattern));
    !is_limited
        && held.is_certain
        && held.confidence == Confidence::High
        && statement.condition.as_ref().is_none_or(|condition| condition.is_empty())
        && matches!(&statement.actions, Selection::Only(actions) if all(actions))
        && matches!(&statement.resources, Some(Selection::Only(resources)) if all(resources))
}
