//! What a document is about, before anything is asked: so that little is asked, and judgements are
//! shared by the roles for which they are the same.

use rolesweep_policy::{Effect, Policy, Selection, Statement};

use super::patterns;
use crate::catalogue::ActionSet;

/// What a document is about.
#[derive(Debug)]
pub(super) struct Outline {
    /// The known actions that its allows name; all if it may allow anything.
    pub(super) named: ActionSet,
    /// Whether an allow names no known action.
    pub(super) names_unknown: bool,
    is_unread: bool,
    /// The actions of its allows.
    pub(super) allows: Vec<Selection<String>>,
    /// The actions of its denies.
    pub(super) denies: Vec<Selection<String>>,
    pub(super) about: About,
}

/// What of the role a document says anything of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    /// Its own ARN or policies.
    pub(super) own: bool,
    pub(super) account: bool,
    pub(super) tags: bool,
}

impl About {
    pub(super) fn is_any(self) -> bool {
        self.own || self.account || self.tags
    }

    /// What either of two documents says something of.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            own: self.own || other.own,
            account: self.account || other.account,
            tags: self.tags || other.tags,
        }
    }
}

/// What a role may do with itself and its own policies.
const OWN_ACTIONS: [&str; 6] = [
    "iam:putrolepolicy",
    "iam:attachrolepolicy",
    "iam:createpolicyversion",
    "iam:setdefaultpolicyversion",
    "iam:deleterolepermissionsboundary",
    "iam:putrolepermissionsboundary",
];

impl Outline {
    /// That of a document that could not be read.
    pub(super) fn unread() -> Self {
        Self { named: ActionSet::all(), is_unread: true, ..Self::empty() }
    }

    fn empty() -> Self {
        Self {
            named: ActionSet::new(),
            names_unknown: false,
            is_unread: false,
            allows: Vec::new(),
            denies: Vec::new(),
            about: About::default(),
        }
    }

    /// Whether it is that of a document that could not be read.
    pub(super) fn is_unread(&self) -> bool {
        self.is_unread
    }

    pub(super) fn new(policy: &Policy) -> Self {
        let mut outline = Self::empty();
        for statement in &policy.statements {
            match statement.effect {
                Effect::Allow if names_nothing(statement) => {}
                Effect::Allow => {
                    let named = named(&statement.actions);
                    outline.names_unknown |= named.is_empty();
                    outline.named.union(&named);
                    outline.allows.push(statement.actions.clone());
                }
                Effect::Deny => outline.denies.push(statement.actions.clone()),
            }
            outline.note(statement);
        }
        outline
    }

    fn note(&mut self, statement: &Statement) {
        let resources = match &statement.resources {
            Some(Selection::Only(resources) | Selection::AllBut(resources)) => resources.as_slice(),
            None => &[],
        };
        let is_negated = matches!(statement.resources, Some(Selection::AllBut(_)));
        for resource in resources.iter().filter(|resource| !patterns::is_stars(resource)) {
            let account = resource.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3));
            self.about.account |= account.is_none_or(|account| !account.is_empty() && account != "*");
            let is_open = resource
                .splitn(6, ':')
                .nth(5)
                .is_some_and(|last| matches!(last, "*" | "role/*" | "policy/*") || patterns::is_stars(last));
            self.about.own |= (is_negated || !is_open) && is_about_own(&statement.actions);
        }
        for key in statement.condition_keys() {
            let key = key.to_ascii_lowercase();
            self.about.own |= key == "aws:principalarn";
            self.about.account |= key == "aws:principalaccount";
            self.about.tags |= key.starts_with("aws:principaltag/");
        }
        if statement.has_variables() {
            self.about = About { own: true, account: true, tags: true };
        }
    }
}

/// Whether a statement is about no resource at all.
fn names_nothing(statement: &Statement) -> bool {
    match &statement.resources {
        Some(Selection::Only(resources)) => resources.is_empty(),
        Some(Selection::AllBut(resources)) => resources.iter().any(|resource| patterns::is_stars(resource)),
        None => false,
    }
}

/// The known actions that an element names, or may name.
fn named(actions: &Selection<String>) -> ActionSet {
    match actions {
        Selection::Only(patterns) => {
            let mut set = ActionSet::new();
            patterns.iter().for_each(|pattern| set.insert_matching(pattern));
            set
        }
        Selection::AllBut(patterns) => {
            let mut set = ActionSet::all();
            let clear = patterns.iter().filter(|pattern| patterns::is_clear_action(pattern));
            clear.for_each(|pattern| set.remove_matching(pattern));
            set
        }
    }
}

/// The known actions that an element's patterns match: those by patterns that everybody understands
/// in the same way, and those by others. An element treats all actions of a set alike.
pub(super) fn matched(actions: &Selection<String>) -> [ActionSet; 2] {
    let (Selection::Only(patterns) | Selection::AllBut(patterns)) = actions;
    let (mut clear, mut unclear) = (ActionSet::new(), ActionSet::new());
    for pattern in patterns {
        let set = if patterns::is_clear_action(pattern) { &mut clear } else { &mut unclear };
        set.insert_matching(pattern);
    }
    [clear, unclear]
}

fn is_about_own(actions: &Selection<String>) -> bool {
    let Selection::Only(patterns) = actions else { return true };
    patterns.iter().any(|pattern| {
        let pattern = pattern.to_ascii_lowercase();
        match pattern.find(['*', '?']) {
            Some(end) => OWN_ACTIONS.iter().any(|action| action.starts_with(&pattern[..end])),
            None => OWN_ACTIONS.contains(&pattern.as_str()),
        }
    })
}
