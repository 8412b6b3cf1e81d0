//! Which roles a role reaches.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::{HashMap, HashSet};

use super::chains::Chains;
use super::step::{From, State};
use crate::risk::Confidence;
use crate::risk::link::LinkKind;
use crate::risk::privilege::PrivilegeLevel;

/// How many kinds of roles a search visits at most. What it found by then is a lower bound.
const VISITS: usize = 10_000;

/// What a role reaches.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// The highest level of the roles.
    pub(super) level: Option<PrivilegeLevel>,
    /// The roles of that level.
    pub(super) roles: usize,
    pub(super) accounts: HashSet<u64>,
    /// One of them, the surest, and of these the nearest.
    pub(super) example: Option<Example>,
    /// A role that nobody can judge.
    pub(super) unknown: Option<String>,
    /// Whether the search ended early.
    pub(super) is_cut: bool,
}

/// A role that is reached, and how.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) arn: String,
    /// The role before it, if it is not the first step.
    pub(super) through: Option<String>,
    pub(super) confidence: Confidence,
    /// Whether anyone may assume it, whatever this role may do.
    pub(super) is_open: bool,
    /// Its kind and account.
    at: (usize, u64),
    visit: Visit,
}

/// A place that a search has still to visit. The surest is the greatest, and of these the nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Visit {
    confidence: Confidence,
    steps: Reverse<usize>,
    /// The place in the order in which they were found.
    order: Reverse<usize>,
    state: State,
    /// The place before it, if it is not the first step.
    before: Option<State>,
}

/// What a search has still to visit.
#[derive(Default)]
struct Todo {
    visits: BinaryHeap<Visit>,
    /// The surest way to each place.
    surest: HashMap<State, Confidence>,
    order: usize,
}

impl Todo {
    /// The surest way to a place, or to its kind in every account.
    fn surest(&self, state: State) -> Option<Confidence> {
        self.surest.get(&state).max(self.surest.get(&(state.0, None))).copied()
    }

    /// Adds the places that follow from one, if the way to them is surer than those that are known.
    fn add(&mut self, chains: &Chains, from: &From<'_>, visited: Option<Visit>) {
        let (confidence, steps) = visited.map_or((Confidence::High, 0), |one| (one.confidence, one.steps.0));
        for (state, step) in from.steps(chains) {
            let confidence = confidence.min(step);
            if self.surest(state).is_none_or(|known| known < confidence) {
                self.surest.insert(state, confidence);
                self.order += 1;
                let before = visited.map(|one| one.state);
                let (steps, order) = (Reverse(steps + 1), Reverse(self.order));
                self.visits.push(Visit { confidence, steps, order, state, before });
            }
        }
    }

    fn next(&mut self) -> Option<Visit> {
        loop {
            let visit = self.visits.pop()?;
            // A surer way may have been found after it, which was visited then.
            if self.surest(visit.state) == Some(visit.confidence) {
                return Some(visit);
            }
        }
    }
}

/// Everything that a role reaches, the surest first.
pub(super) fn search(chains: &Chains, from: &From<'_>) -> Reached {
    let mut reached = Reached::default();
    let mut counted = HashSet::new();
    let mut todo = Todo::default();
    todo.add(chains, from, None);
    let own = from.arn();
    let mut visits = 0;
    while let Some(visit) = todo.next() {
        let (at, account) = visit.state;
        let Some((kind, all)) = chains.kinds.get(at) else { continue };
        let one = account.map(|account| [account]);
        let accounts: &[u64] = one.as_ref().map_or(all.as_slice(), |one| one.as_slice());
        visits += 1;
        if visits > VISITS {
            reached.is_cut = true;
            break;
        }
        for account in accounts {
            let arn = kind.arn(*account);
            if Some(&arn) != own.as_ref() && counted.insert((at, *account)) {
                reached.note(kind, (at, *account), arn, visit);
            }
        }
        todo.add(chains, &From::kind(kind, accounts), Some(visit));
    }
    if let Some(example) = &mut reached.example {
        example.through = through(chains, example);
    }
    reached
}

/// The role before an example: in the same account if that one leads there as surely as others.
fn through(chains: &Chains, example: &Example) -> Option<String> {
    let (at, account) = example.visit.before?;
    let (kind, all) = chains.kinds.get(at)?;
    let one = account.map(|account| [account]);
    let accounts: &[u64] = one.as_ref().map_or(all.as_slice(), |one| one.as_slice());
    let (target, _) = chains.kinds.get(example.at.0)?;
    let same = accounts.binary_search(&example.at.1).ok().map(|_| &example.at.1);
    let mut surest: Option<(Confidence, u64)> = None;
    for account in same.into_iter().chain(accounts) {
        let step = From::kind(kind, &[*account]).step_to(target, example.at.1);
        if let Some(step) = step
            && surest.is_none_or(|(known, _)| known < step)
        {
            surest = Some((step, *account));
            if step >= example.visit.confidence {
                break;
            }
        }
    }
    surest.map(|(_, account)| kind.arn(account))
}

impl Reached {
    fn note(&mut self, kind: &LinkKind, at: (usize, u64), arn: String, visit: Visit) {
        if kind.is_unknown && self.unknown.is_none() {
            self.unknown = Some(arn.clone());
        }
        if self.level.is_some_and(|level| level > kind.level) {
            return;
        }
        if self.level != Some(kind.level) {
            self.level = Some(kind.level);
            self.roles = 0;
            self.accounts.clear();
            self.example = None;
        }
        self.roles += 1;
        self.accounts.insert(at.1);
        let confidence = visit.confidence.min(kind.confidence);
        let is_better = |known: &Example| (known.confidence, known.visit.steps) < (confidence, visit.steps);
        if self.example.as_ref().is_none_or(is_better) {
            let is_open = kind.trusts.is_open && !kind.trusts.is_limited;
            self.example = Some(Example { arn, through: None, confidence, is_open, at, visit });
        }
    }
}
