//! Destroying what cannot be made again, anywhere.

use super::ask::Policies;
use super::asked::DESTROY;
use super::code::Code;
use super::data;
use super::rule::{Findings, PrivilegeRule};
use crate::guides::privilege as guides;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "destroy",
    title: "The role destroys what cannot be made again",
    level: "data",
    meaning: "Its policies allow an action on a resource that nobody named that deletes keys, backups, databases, objects or the audit log, or changes the organization or people's access.",
    guide: guides::DESTROY,
};

pub(super) fn find(policies: &Policies<'_>, findings: &mut Findings) {
    data::listed(policies, findings, &DESTROY, Code::Destroy, |what| {
        format!("destroys or changes {}", data::list_of(what))
    });
}
