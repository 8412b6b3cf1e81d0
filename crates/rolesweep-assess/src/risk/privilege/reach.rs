//! Whether policies allow any action of a kind on anything.

use hashbrown::HashMap;
use rolesweep_model::text::count;
use rolesweep_policy::{Action as Question, Context, Fact, Ground};

use super::ask::{Held, Policies, Reply};
use super::named::{Named, PATTERNS};
use super::names;
use super::outline::{Outline, matched};
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
    Action(Example<'a>),
}

/// An action that is allowed.
#[derive(Debug)]
pub(super) struct Example<'a> {
    action: Action,
    pub(super) held: Held<'a>,
    /// The resource, if a statement names one.
    resource: Option<String>,
    /// How many such actions the allows name, and of how many services.
    among: (usize, usize),
    /// Whether a deny or a boundary may take some of them away.
    is_limited: bool,
}

impl Example<'_> {
    /// `iam:PassRole on *, for example, of up to 12 actions of 2 services (policy "a", statement 1)`
    pub(super) fn words(&self) -> String {
        let (actions, services) = self.among;
        let among = if actions > 1 {
            let up_to = if self.is_limited { "up to " } else { "" };
            let (actions, services) = (count(actions as u64, "action"), count(services as u64, "service"));
            format!(", for example, of {up_to}{actions} of {services}")
        } else {
            String::new()
        };
        let Self { action, held, resource, .. } = self;
        format!("{action}{}{among}{}", names::on(resource.as_deref()), names::because(held))
    }
}

/// Looks for an action that changes something, or for one that does not, among the actions that the
/// allows name. The most harmful of those that are surely allowed is the example.
pub(super) fn find<'a>(
    policies: &Policies<'a>,
    named: &ActionSet,
    outlines: &[&Outline],
    boundary: Option<&Outline>,
    changing: bool,
) -> Reach<'a> {
    let all: Vec<&Outline> = outlines.iter().copied().chain(boundary).collect();
    let meant = named.that_change(changing);
    let mut search = Search {
        policies,
        best: Reach::None,
        left: ASKED,
        among: (meant.len(), meant.services()),
        is_limited: boundary.is_some() || all.iter().any(|outline| !outline.denies.is_empty()),
    };
    if meant.by_harm().take(FEW).any(|action| search.is_found(action)) {
        return search.best;
    }
    if meant.len() > FEW {
        let mut kinds = kinds(meant.by_harm().collect(), &all);
        let are_too_many = kinds.len() > MANY;
        kinds.truncate(MANY);
        let is_found = kinds.into_iter().any(|action| search.is_found(action));
        if !is_found && are_too_many && matches!(search.best, Reach::None) {
            return Reach::Perhaps(None);
        }
    }
    search.best
}

/// One action of each kind: no statement tells actions of the same kind apart.
fn kinds(actions: Vec<Action>, all: &[&Outline]) -> Vec<Action> {
    let mut kind_of = vec![0_u32; actions.len()];
    let mut last = 0;
    let selections = all.iter().flat_map(|outline| outline.allows.iter().chain(&outline.denies));
    for set in selections.flat_map(matched).filter(|set| !set.is_empty()) {
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
    among: (usize, usize),
    is_limited: bool,
}

impl Search<'_, '_> {
    /// Tries an action. It is found if it is allowed as surely as can be.
    fn is_found(&mut self, action: Action) -> bool {
        let question = Question::new(&action.to_string());
        let with = action
            .changes_with()
            .map(|(key, value)| self.policies.context.clone().with(key, Fact::value(value)));
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
                        Reach::Action(Example { held: known, .. }) => {
                            (held.is_certain, held.confidence) > (known.is_certain, known.confidence)
                        }
                        _ => true,
                    };
                    if is_better {
                        self.best = Reach::Action(Example {
                            action,
                            held,
                            resource: resource.map(str::to_owned),
                            among: self.among,
                            is_limited: self.is_limited,
                        });
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
