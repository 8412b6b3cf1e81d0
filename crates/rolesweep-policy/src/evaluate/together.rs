//! What follows if several conditions are about the same key: they hold together, or exclude each
//! other.

use std::collections::BTreeMap;

use super::answer::Verdict;
use super::condition::Condition;
use super::context::Context;
use super::holds::Holds;
use super::rule::Rule;
use super::states::{State, states};
use crate::statement::Effect;

/// How many states of a request are looked at.
const STATES: usize = 1024;

/// How many times a statement is looked at in a state. Whoever writes a policy chooses how many there
/// are of both.
const LOOKS: usize = 16_384;

/// A statement that may apply.
pub(crate) struct Candidate<'a> {
    pub(crate) effect: Effect,
    /// Whether it belongs to the boundary.
    pub(crate) is_boundary: bool,
    /// Whether it applies apart from its conditions.
    pub(crate) applies: Holds,
    /// None if the document could not be read.
    pub(crate) rule: Option<&'a Rule>,
}

/// What is certain and what is possible over all states of the request. There is none if it
/// makes no difference, as no two conditions are about the same key.
pub(crate) fn bounds(
    candidates: &[Candidate<'_>],
    has_boundary: bool,
    context: &Context,
) -> Option<(Verdict, Verdict)> {
    let mut conditions: Vec<&Condition> = Vec::new();
    // Of each candidate: what is known of it, and the places of the conditions that are not.
    let mut open: Vec<(Holds, std::ops::Range<usize>)> = Vec::new();
    for candidate in candidates {
        let all = || candidate.rule.into_iter().flat_map(Rule::conditions);
        let depends = |condition: &&Condition| condition.holds(context) == Holds::Depends;
        let known = all().filter(|condition| !depends(condition)).map(|condition| condition.holds(context));
        let applies = Holds::all([candidate.applies].into_iter().chain(known));
        let begin = conditions.len();
        conditions.extend(all().filter(depends));
        open.push((applies, begin..conditions.len()));
    }
    let mut keys: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, condition) in conditions.iter().enumerate() {
        keys.entry(condition.key()).or_default().push(at);
    }
    let mut total = 1;
    let mut groups: Vec<(Vec<usize>, Vec<State>)> = Vec::new();
    // What is unclear only in some states is less than what is unclear in all.
    let is_unclear = open.iter().any(|(known, places)| *known == Holds::Unclear && !places.is_empty());
    for places in keys.into_values().filter(|places| places.len() > 1 || is_unclear) {
        let of_key: Vec<&Condition> = places.iter().map(|at| conditions[*at]).collect();
        let mut states = states(&of_key, context)?;
        states.sort_unstable();
        states.dedup();
        total *= states.len();
        if total > STATES || total * (candidates.len() + conditions.len()) > LOOKS {
            return None;
        }
        groups.push((places, states));
    }
    if groups.is_empty() {
        return None;
    }
    let mut holds = vec![Holds::Depends; conditions.len()];
    let mut bounds: Option<(Verdict, Verdict)> = None;
    for number in 0..total {
        let mut rest = number;
        for (places, states) in &groups {
            let state = &states[rest % states.len()];
            rest /= states.len();
            places.iter().zip(state).for_each(|(at, one)| holds[*at] = *one);
        }
        let part = |is_boundary: bool| {
            let of = |effect: Effect| {
                let these = candidates.iter().zip(&open);
                let these =
                    these.filter(move |(one, _)| (one.effect, one.is_boundary) == (effect, is_boundary));
                Tally::of(these.map(|(_, (known, places))| {
                    Holds::all([*known].into_iter().chain(holds[places.clone()].iter().copied()))
                }))
            };
            Tally::verdicts(of(Effect::Allow), of(Effect::Deny))
        };
        let (mut low, mut high) = part(false);
        if has_boundary {
            let (bound_low, bound_high) = part(true);
            (low, high) = (low.min(bound_low), high.min(bound_high));
        }
        let either = |one, other| if one == other { one } else { Verdict::Conditional };
        bounds = Some(bounds.map_or((low, high), |so_far| (either(so_far.0, low), either(so_far.1, high))));
    }
    bounds
}

/// Which certainties the statements of one effect have.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) certain: bool,
    pub(crate) depends: bool,
    pub(crate) unclear: bool,
}

impl Tally {
    fn of(each: impl Iterator<Item = Holds>) -> Self {
        let mut tally = Self::default();
        for holds in each {
            match holds {
                Holds::No => {}
                Holds::Depends => tally.depends = true,
                Holds::Unclear => tally.unclear = true,
                Holds::Yes => tally.certain = true,
            }
        }
        tally
    }

    /// What is certain of a request, and what is possible.
    pub(crate) fn verdicts(allow: Self, deny: Self) -> (Verdict, Verdict) {
        let allowed = match allow {
            Self { certain: true, .. } => Verdict::Allowed,
            Self { depends: true, .. } => Verdict::Conditional,
            _ => Verdict::Denied,
        };
        let highest = if allow.unclear { Verdict::Allowed } else { allowed };
        match deny {
            Self { certain: true, .. } => (Verdict::Denied, Verdict::Denied),
            Self { depends, unclear, .. } => {
                let undenied = if depends { Verdict::Conditional } else { Verdict::Allowed };
                let lowest = if unclear { Verdict::Denied } else { undenied };
                (allowed.min(lowest), highest.min(undenied))
            }
        }
    }
}
