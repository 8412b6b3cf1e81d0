//! Whether policies allow any action of a kind on anything.

use hashbrown::HashMap;
use rolesweep_policy::{Action as Question, Context, Fact, Ground, Selection};

use super::ask::{Held, Policies, Reply};
use super::named::{Named, PATTERNS};
use super::outline::{Outline, named};
use crate::catalogue::{Action, ActionSet};

/// How many actions are tried one by one, before they are sorted by the statements about them.
const FEW: usize = 40;

/// How many kinds of actions are tried at most.
const MANY: usize = 2000;

/// How many patterns of resources are asked about one by one, for all actions together.
const ASKED: usize = 1000;

/// What was found.
#[derive(Debug)]
pub(super) enum Reach<'a> {
    /// No such action is allowed.
    None,
    /// Perhaps one is: by what is not understood, or there were too many to try.
    Perhaps(Option<Ground<'a>>),
    /// This one is, on this resource if a statement names some.
    Action(Action, Held<'a>, Option<String>),
}

/// Looks for an action that changes something, or for one that does not.
pub(super) fn find<'a>(
    policies: &Policies<'a>,
    outlines: &[&Outline],
    boundary: Option<&Outline>,
    changing: bool,
) -> Reach<'a> {
    let mut search = Search { policies, best: Reach::None, left: ASKED };
    let is_meant = |action: &Action| action.changes() == changing;
    let allows = || outlines.iter().flat_map(|outline| &outline.allows);
    let written = allows().flat_map(|allow| match allow {
        Selection::Only(patterns) => patterns.as_slice(),
        Selection::AllBut(_) => &[],
    });
    let mut candidates = written.flat_map(|pattern| matching(pattern)).filter(is_meant);
    if candidates.by_ref().take(FEW).any(|action| search.is_found(action)) {
        return search.best;
    }
    let has_more = candidates.next().is_some() || allows().any(|allow| matches!(allow, Selection::AllBut(_)));
    if has_more {
        let all: Vec<&Outline> = outlines.iter().copied().chain(boundary).collect();
        let mut kinds = kinds(allows(), &all, is_meant);
        let are_too_many = kinds.len() > MANY;
        kinds.truncate(MANY);
        let is_found = kinds.into_iter().any(|action| search.is_found(action));
        if !is_found && are_too_many && matches!(search.best, Reach::None) {
            return Reach::Perhaps(None);
        }
    }
    search.best
}

/// The actions that a pattern covers. Most patterns are names.
fn matching(pattern: &str) -> impl Iterator<Item = Action> {
    let (one, many) = match pattern.contains(['*', '?']) {
        true => (None, Some(Action::matching(pattern))),
        false => (Action::find(pattern), None),
    };
    one.into_iter().chain(many.into_iter().flatten())
}

/// One action of each kind that the allows name: no statement tells actions of the same kind apart.
fn kinds<'o>(
    allows: impl Iterator<Item = &'o Selection<String>>,
    all: &[&'o Outline],
    is_meant: impl Fn(&Action) -> bool,
) -> Vec<Action> {
    let mut named_by_allows = ActionSet::new();
    allows.for_each(|allow| named_by_allows.union(&named(allow)));
    let actions: Vec<Action> = named_by_allows.iter().filter(is_meant).collect();
    let mut kind_of = vec![0_u32; actions.len()];
    let mut last = 0;
    for selection in all.iter().flat_map(|outline| outline.allows.iter().chain(&outline.denies)) {
        let set = named(selection);
        let mut within: HashMap<u32, u32> = HashMap::new();
        for (action, kind) in actions.iter().zip(&mut kind_of) {
            if set.contains(*action) {
                *kind = *within.entry(*kind).or_insert_with(|| {
                    last += 1;
                    last
                });
            }
        }
    }
    let mut seen = hashbrown::HashSet::new();
    let each = actions.into_iter().zip(kind_of);
    each.filter(|(action, kind)| action.changes_with().is_some() || seen.insert(*kind))
        .map(|(action, _)| action)
        .collect()
}

struct Search<'p, 'a> {
    policies: &'p Policies<'a>,
    best: Reach<'a>,
    /// How many patterns may still be asked about one by one.
    left: usize,
}

impl Search<'_, '_> {
    /// Tries an action. It is found if it is allowed as surely as can be.
    fn is_found(&mut self, action: Action) -> bool {
        let question = Question::new(&action.to_string());
        let with = action
            .changes_with()
            .map(|(key, value)| self.policies.context.as_ref().clone().with(key, Fact::value(value)));
        let context: &Context = with.as_ref().unwrap_or(&self.policies.context);
        let limit = PATTERNS.min(self.left);
        let mut named = Named::new(self.policies, &question, std::slice::from_ref(context), limit);
        let mut is_found = false;
        for grant in self.policies.set.grants(&question, context) {
            match named.of(&grant, |_| true) {
                (Reply::No, _) => {}
                (Reply::Perhaps(unclear), _) => {
                    if matches!(self.best, Reach::None) {
                        self.best = Reach::Perhaps(unclear);
                    }
                }
                (Reply::Yes(held), resource) => {
                    let is_better = match &self.best {
                        Reach::Action(_, known, _) => {
                            (held.is_certain, held.confidence) > (known.is_certain, known.confidence)
                        }
                        _ => true,
                    };
                    if is_better {
                        self.best = Reach::Action(action, held, resource.map(str::to_owned));
                    }
                    if Reply::Yes(held).is_sure() {
                        is_found = true;
                        break;
                    }
                }
            }
        }
        self.left -= named.asked();
        is_found
    }
}
