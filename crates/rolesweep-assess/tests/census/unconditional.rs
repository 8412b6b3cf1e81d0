//! What a document allows whatever the request, asked without the rules: nothing of the request is
//! known, and the answer has to be allowed.

use std::sync::Arc;

use rolesweep_assess::catalogue::{Action, Target, Unnamed, admin_actions, data_actions, escalation_paths};
use rolesweep_policy::{Action as Question, CompiledPolicy, Context, PolicySet, Resource, Verdict};

/// What a document allows whatever the request.
pub(crate) struct Unconditional {
    pub(crate) administrator: bool,
    /// It changes the role's own policies.
    pub(crate) own: bool,
    /// A path that passes a role is complete.
    pub(crate) passes: bool,
    /// A path is complete but for something that no scan sees.
    pub(crate) unseen: bool,
    pub(crate) data: bool,
}

impl Unconditional {
    pub(crate) fn of(document: &str) -> Self {
        let set = PolicySet::new().with("document", Arc::new(CompiledPolicy::parse(document)));
        let place =
            Unnamed { partition: "aws", region: "us-east-1", account: "111111111111", name: "q8x3zk1f7w" };
        let is_allowed = |action: Action| {
            let question = Question::new(&action.to_string());
            action.resources(&place).iter().all(|arn| {
                let answer = set.answer(&question, &Resource::named(arn), &Context::unknown());
                answer.verdict() == Some(Verdict::Allowed)
            })
        };
        let has_path = |is: fn(Target) -> bool| {
            let paths = escalation_paths().iter().filter(|path| path.pays_for_role && is(path.target));
            paths.map(|path| &path.actions).any(|actions| actions.iter().all(|action| is_allowed(*action)))
        };
        let is_own = |target| matches!(target, Target::OwnRole);
        let is_passed = |target| matches!(target, Target::PassedRole(_));
        let is_unseen = |target| {
            matches!(target, Target::Resource(_) | Target::User | Target::PermissionSet | Target::OtherRole)
        };
        Self {
            administrator: admin_actions().iter().all(|listed| is_allowed(listed.action)),
            own: has_path(is_own),
            passes: has_path(is_passed),
            unseen: has_path(is_unseen),
            data: data_actions().iter().any(|listed| is_allowed(listed.action)),
        }
    }
}
