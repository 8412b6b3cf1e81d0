//! The paths of the catalogue, ready to ask.

use std::sync::LazyLock;

use crate::catalogue::{EscalationPath, Target, escalation_paths};

use super::super::ask::{Policies, Reply};
use super::super::asked::Asked;

/// A path with its actions, ready to ask.
pub(crate) struct Path {
    pub(super) path: &'static EscalationPath,
    pub(super) actions: Vec<&'static Asked>,
}

/// The paths that give a role more rights.
static PATHS: LazyLock<Vec<Path>> = LazyLock::new(|| {
    let paths = escalation_paths().iter().filter(|path| path.pays_for_role);
    paths
        .map(|path| {
            let actions: Vec<&Asked> = path.actions.iter().filter_map(|action| Asked::of(*action)).collect();
            Path { path, actions }
        })
        .collect()
});

/// The paths all of whose actions policies may allow.
pub(super) fn within(policies: &Policies<'_>) -> impl Iterator<Item = &'static Path> {
    PATHS.iter().filter(|path| path.actions.iter().all(|asked| policies.may_allow(asked)))
}

/// Whether the answer may depend on the account's other roles, and on which role asks.
pub(crate) fn asks_account(policies: &Policies<'_>) -> (bool, bool) {
    let is_asked = |path: &&Path| {
        path.asks_account()
            && path.actions.iter().all(|asked| match path.path.target {
                Target::PassedRole(_) if !is_pass_role(asked) => !policies.anywhere(asked).is_no(),
                _ => policies.is_granted(asked),
            })
    };
    let asked: Vec<&Path> = within(policies).filter(is_asked).collect();
    let asks_trust = |path: &&Path| path.other_role().is_some_and(|needs| needs.trust);
    (!asked.is_empty(), asked.iter().any(asks_trust))
}

pub(super) fn is_pass_role(asked: &Asked) -> bool {
    asked.action.service() == "iam" && asked.action.name() == "PassRole"
}

/// What another role has to be for a path to end in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    /// An administrator: its rights are what the path gains.
    pub(super) administrator: bool,
    /// It trusts the role that is judged.
    pub(super) trust: bool,
    /// A customer-managed policy is attached to it.
    pub(super) customer_policy: bool,
}

impl Path {
    /// Whether it ends in a role of the account that can be found among its roles.
    pub(super) fn asks_account(&self) -> bool {
        matches!(self.path.target, Target::PassedRole(_)) || self.other_role().is_some()
    }

    /// What the other role has to be. There is none if that cannot be seen: what another role's
    /// boundary holds back. Chains of roles are a rule of their own.
    pub(super) fn other_role(&self) -> Option<Needs> {
        let needs = |administrator, trust, customer_policy| Needs { administrator, trust, customer_policy };
        match self.path.id {
            "iam-012" => Some(needs(true, false, false)),
            // These make the other role an administrator.
            "iam-014" | "iam-017" => Some(needs(false, true, false)),
            "iam-016" => Some(needs(false, true, true)),
            "iam-019" | "iam-021" => Some(needs(false, false, false)),
            "iam-020" => Some(needs(false, false, true)),
            _ => None,
        }
    }

    /// The replies to each of its actions; none if one of them is not allowed.
    pub(super) fn each<'a>(&self, ask: impl Fn(&'static Asked) -> Reply<'a>) -> Vec<Reply<'a>> {
        let mut replies = Vec::with_capacity(self.actions.len());
        for asked in &self.actions {
            let reply = ask(asked);
            if reply.is_no() {
                return Vec::new();
            }
            replies.push(reply);
        }
        replies
    }
}

/// The better of two ways.
pub(super) fn better<'a>(one: Vec<Reply<'a>>, other: Vec<Reply<'a>>) -> Vec<Reply<'a>> {
    let all = |replies: &[Reply<'a>]| replies.iter().copied().reduce(Reply::and).unwrap_or(Reply::No);
    if all(&other).rank() > all(&one).rank() { other } else { one }
}

/// The action that passes a role to a service.
pub(super) fn pass_role() -> Option<&'static Asked> {
    Asked::named("iam:PassRole")
}
