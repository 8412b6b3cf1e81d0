//! What comparisons share: the cases, the states of a request, and small cases for differences.

use std::sync::Arc;

use libtest_mimic::Failed;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rolesweep_policy::{CompiledPolicy, Context, PolicySet};
use serde_json::Value;

use crate::cases::{Case, case};
use crate::keys::{Key, Knowledge};
use crate::shrink::smaller;

/// How many differences are shown.
pub(crate) const SHOWN: usize = 10;

/// Random cases, the same ones in every run.
pub(crate) fn cases(count: usize) -> impl Iterator<Item = Result<Case, Failed>> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(move |_| match case().new_tree(&mut runner) {
        Ok(tree) => Ok(tree.current()),
        Err(error) => Err(error.to_string().into()),
    })
}

/// Checks a case. If there is a difference, describes it for the smallest case that has one.
pub(crate) fn smallest<C: Default>(
    mut case: Case,
    counts: &mut C,
    mut check: impl FnMut(&Case, &mut C) -> Result<Option<String>, Failed>,
) -> Result<Option<String>, Failed> {
    let Some(mut difference) = check(&case, counts)? else { return Ok(None) };
    'smaller: loop {
        for less in smaller(&case) {
            if let Some(same) = check(&less, &mut C::default())? {
                (case, difference) = (less, same);
                continue 'smaller;
            }
        }
        return Ok(Some(difference));
    }
}

/// The set of a case.
pub(crate) fn set(case: &Case) -> PolicySet {
    let compiled = |document: &Value| Arc::new(CompiledPolicy::parse(&document.to_string()));
    let names = (0..).map(|number| format!("policy {number}"));
    let set = names
        .zip(&case.policies)
        .fold(PolicySet::new(), |set, (name, document)| set.with(name, compiled(document)));
    match &case.boundary {
        Some(boundary) => set.bounded_by("boundary", compiled(boundary)),
        None => set,
    }
}

/// Every state of a request that agrees with what is known of its keys.
pub(crate) fn states(case: &Case) -> Vec<Vec<(&'static Key, Knowledge)>> {
    case.keys().fold(vec![Vec::new()], |states, (key, knowledge)| {
        let more = |state: Vec<(&'static Key, Knowledge)>| {
            key.states(knowledge).into_iter().map(move |one| [state.clone(), vec![(key, one)]].concat())
        };
        states.into_iter().flat_map(more).collect()
    })
}

pub(crate) fn context<'a>(facts: impl IntoIterator<Item = &'a (&'static Key, Knowledge)>) -> Context {
    facts
        .into_iter()
        .fold(Context::complete(), |context, (key, knowledge)| context.with(key.name, key.fact(*knowledge)))
}

/// What is known, for people.
pub(crate) fn facts(facts: &[(&'static Key, Knowledge)]) -> String {
    let one = |(key, knowledge): &(&'static Key, Knowledge)| match key.context(*knowledge) {
        Some(values) => format!("{} {values}", key.name),
        None => format!("{} {knowledge:?}", key.name),
    };
    facts.iter().map(one).collect::<Vec<_>>().join(", ")
}
