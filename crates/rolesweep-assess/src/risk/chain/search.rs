//! Which roles a role reaches.

use std::collections::VecDeque;

use hashbrown::HashSet;

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
    /// One of them, the nearest.
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
}

/// A place that a search has still to visit.
struct Visit {
    state: State,
    confidence: Confidence,
    through: Option<String>,
}

/// Everything that a role reaches, the nearest first.
pub(super) fn search(chains: &Chains, from: &From<'_>) -> Reached {
    let mut reached = Reached::default();
    let mut counted = HashSet::new();
    let mut seen: HashSet<State> = HashSet::new();
    let mut todo = VecDeque::new();
    let mut go_on =
        |todo: &mut VecDeque<Visit>, from: &From<'_>, confidence: Confidence, through: Option<String>| {
            for (state, step) in from.steps(chains) {
                let is_new = !seen.contains(&(state.0, None)) && seen.insert(state);
                if is_new {
                    let confidence = confidence.min(step);
                    todo.push_back(Visit { state, confidence, through: through.clone() });
                }
            }
        };
    go_on(&mut todo, from, Confidence::High, None);
    let own = from.arn();
    let mut visits = 0;
    while let Some(Visit { state: (at, account), confidence, through }) = todo.pop_front() {
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
                reached.note(kind, *account, arn, confidence, through.as_deref());
            }
        }
        let next = From::kind(kind, accounts);
        let through = next.arn();
        go_on(&mut todo, &next, confidence, through);
    }
    reached
}

impl Reached {
    fn note(
        &mut self,
        kind: &LinkKind,
        account: u64,
        arn: String,
        confidence: Confidence,
        through: Option<&str>,
    ) {
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
        self.accounts.insert(account);
        let confidence = confidence.min(kind.confidence);
        if self.example.as_ref().is_none_or(|known| known.confidence < confidence) {
            self.example = Some(Example { arn, through: through.map(str::to_owned), confidence });
        }
    }
}
