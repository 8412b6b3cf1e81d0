//! The actions that rules ask about, ready to ask.

use std::sync::LazyLock;

use rolesweep_policy::Action as Question;

use crate::catalogue::{
    Action, ActionSet, ListedAction, admin_actions, data_actions, destroy_actions, escalation_paths,
};

/// An action that rules ask about.
#[derive(Debug)]
pub(super) struct Asked {
    /// Its place among them.
    pub(super) index: usize,
    pub(super) action: Action,
    pub(super) question: Question,
    /// Whether the request names a managed policy.
    pub(super) attaches_policy: bool,
}

/// What the rules on administrators ask about beside the catalogue's lists.
const MORE: [&str; 3] =
    ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"];

/// All of them, in the order of the actions.
static ALL: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let lists = [admin_actions(), data_actions(), destroy_actions()];
    let listed = lists.into_iter().flatten().map(|listed| listed.action);
    let paths = escalation_paths().iter().flat_map(|path| path.actions.iter().copied());
    let more = MORE.iter().filter_map(|name| Action::find(name));
    let mut actions: Vec<Action> = listed.chain(paths).chain(more).collect();
    actions.sort_unstable();
    actions.dedup();
    let asked = |(index, action): (usize, Action)| Asked {
        index,
        action,
        question: Question::new(&action.to_string()),
        attaches_policy: action.service() == "iam"
            && action.name().starts_with("Attach")
            && action.name().ends_with("Policy"),
    };
    actions.into_iter().enumerate().map(asked).collect()
});

/// The actions of a written list, and what each is about.
pub(super) type List = Vec<(&'static Asked, &'static str)>;

fn list(of: &[ListedAction]) -> List {
    of.iter().filter_map(|listed| Some((Asked::of(listed.action)?, listed.what))).collect()
}

/// What an administrator may do.
pub(super) static ADMIN: LazyLock<List> = LazyLock::new(|| list(admin_actions()));
/// What reads data.
pub(super) static DATA: LazyLock<List> = LazyLock::new(|| list(data_actions()));
/// What destroys.
pub(super) static DESTROY: LazyLock<List> = LazyLock::new(|| list(destroy_actions()));

impl Asked {
    /// One of them. There is none if no list has the action.
    pub(super) fn of(action: Action) -> Option<&'static Self> {
        let at = ALL.binary_search_by_key(&action, |asked| asked.action).ok()?;
        ALL.get(at)
    }

    /// One of them by its name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        let name = name.to_ascii_lowercase();
        let at = ALL.binary_search_by(|asked| asked.question.as_str().cmp(&name)).ok()?;
        ALL.get(at)
    }
}

/// Some of the actions that rules ask about.
#[derive(Debug, Clone)]
pub(super) struct AskedSet(Box<[bool]>);

impl AskedSet {
    /// Those that are in a set.
    pub(super) fn of(actions: &ActionSet) -> Self {
        Self(ALL.iter().map(|asked| actions.contains(asked.action)).collect())
    }

    pub(super) fn contains(&self, asked: &Asked) -> bool {
        self.0.get(asked.index).copied().unwrap_or_default()
    }
}
