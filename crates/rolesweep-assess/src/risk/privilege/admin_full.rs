//! Administrators.

use rolesweep_policy::PolicySet;

use super::ask::{Policies, Reply};
use super::asked::ADMIN;
use super::code::Code;
use super::level::PrivilegeLevel;
use super::names;
use super::rule::{Finding, Findings, PrivilegeRule};
use crate::guides::privilege as guides;

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

pub(super) fn find(policies: &Policies<'_>, findings: &mut Findings) {
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
                "administrator: {} and {} more actions of as many services on any resource{}",
                ADMIN.first().map(|(asked, _)| asked.action.to_string()).unwrap_or_default(),
                ADMIN.len().saturating_sub(1),
                names::because(&held)
            ),
        }),
    }
}
