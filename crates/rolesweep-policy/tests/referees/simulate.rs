//! iam-simulate answers the same questions, once for every state of a request that agrees with what
//! is known.
//!
//! What is allowed is allowed in every state, and what is denied in none. If a state is known
//! completely, the answer is the same. A conditional answer claims nothing, but should not be so in
//! cases where every state has the same answer.

use std::sync::Arc;

use libtest_mimic::Failed;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rolesweep_policy::{Action, CompiledPolicy, Context, PolicySet, Resource, Verdict};
use serde_json::{Value, json};

use crate::Said;
use crate::cases::{Case, case};
use crate::constructs::{Constructs, EXPECTED};
use crate::keys::{Key, Knowledge};
use crate::node::{Packages, Process};

/// How many differences are shown.
const SHOWN: usize = 10;

/// What was compared.
#[derive(Debug, Default)]
struct Counts {
    answers: usize,
    allowed: usize,
    denied: usize,
    conditional: usize,
    uniform: usize,
    unknown: usize,
    states: usize,
    unknown_states: usize,
}

pub(crate) fn compare(packages: &Packages, sets: usize) -> Said {
    let mut judge = packages.start("simulate.mjs")?;
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut counts, mut constructs) = (Counts::default(), Constructs::default());
    let mut differences = Vec::new();
    for _ in 0..sets {
        let mut tree = case().new_tree(&mut runner).map_err(|error| error.to_string())?;
        constructs.count(&tree.current());
        if check(&mut judge, &tree.current(), &mut counts)?.is_none() {
            continue;
        }
        let mut smallest = tree.current();
        while tree.simplify() {
            if check(&mut judge, &tree.current(), &mut Counts::default())?.is_some() {
                smallest = tree.current();
            } else if !tree.complicate() {
                break;
            }
        }
        let difference = check(&mut judge, &smallest, &mut Counts::default())?.unwrap_or_default();
        differences.push(difference);
        if differences.len() == SHOWN {
            break;
        }
    }
    if !differences.is_empty() {
        return Err(format!("{} differences:\n{}", differences.len(), differences.join("\n")).into());
    }
    let missing: Vec<&str> =
        EXPECTED.iter().copied().filter(|name| !constructs.0.contains_key(*name)).collect();
    if !missing.is_empty() {
        return Err(format!("no set has these constructs: {}", missing.join(", ")).into());
    }
    Ok(format!("{sets} sets, {}; sets with each construct:{}", counts.text(), constructs.table()))
}

impl Counts {
    fn text(&self) -> String {
        format!(
            "{} answers: {} allowed, {} denied, {} conditional ({} of them uniform), {} unknown; \
             {} completely known states, {} of them unknown; 0 differences",
            self.answers,
            self.allowed,
            self.denied,
            self.conditional,
            self.uniform,
            self.unknown,
            self.states,
            self.unknown_states,
        )
    }
}

/// The set of a case.
pub(crate) fn set(case: &Case) -> PolicySet {
    let compiled = |document: &Value| Arc::new(CompiledPolicy::parse(&document.to_string()));
    let names = (0..).map(|number| format!("policy {number}"));
    let set = names.zip(&case.policies).fold(PolicySet::new(), |set, (name, document)| set.with(name, compiled(document)));
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
    facts.into_iter().fold(Context::complete(), |context, (key, knowledge)| context.with(key.name, key.fact(*knowledge)))
}

/// Compares one case, and describes the first difference.
fn check(judge: &mut Process, case: &Case, counts: &mut Counts) -> Result<Option<String>, Failed> {
    let set = set(case);
    let known: Vec<_> = case.keys().collect();
    let partial = context(&known);
    let states = states(case);
    let contexts: Vec<Context> = states.iter().map(|state| context(state)).collect();
    let variables = |state: &Vec<(&'static Key, Knowledge)>| -> Value {
        state.iter().filter_map(|(key, one)| Some((key.name.to_owned(), key.context(*one)?))).collect::<serde_json::Map<_, _>>().into()
    };
    let said = judge.ask(&json!({
        "policies": case.policies.iter().map(readable).collect::<Vec<_>>(),
        "boundary": case.boundary.as_ref().map(readable),
        "probes": case.probes,
        "contexts": states.iter().map(variables).collect::<Vec<_>>(),
    }))?;
    for (number, (action, resource)) in case.probes.iter().enumerate() {
        let (asked, on) = (Action::new(action), Resource::named(resource));
        let theirs: Vec<bool> =
            said["allowed"][number].as_array().into_iter().flatten().filter_map(Value::as_bool).collect();
        if theirs.len() != states.len() {
            return Err(format!("{} answers for {} states", theirs.len(), states.len()).into());
        }
        let ours = set.answer(&asked, &on, &partial).verdict();
        let is_uniform = theirs.iter().all(|one| *one == theirs[0]);
        counts.answers += 1;
        let is_right = match ours {
            Some(Verdict::Allowed) => {
                counts.allowed += 1;
                theirs.iter().all(|allowed| *allowed)
            }
            Some(Verdict::Denied) => {
                counts.denied += 1;
                theirs.iter().all(|allowed| !*allowed)
            }
            Some(Verdict::Conditional) => {
                counts.conditional += 1;
                counts.uniform += usize::from(is_uniform);
                true
            }
            None => {
                counts.unknown += 1;
                true
            }
        };
        let describe = |what: String| {
            let document = serde_json::to_string_pretty(&json!({"policies": case.policies, "boundary": case.boundary}));
            format!("{action} on {resource}: {what}\n{}", document.unwrap_or_default())
        };
        if !is_right {
            return Ok(Some(describe(format!("{ours:?} with {known:?}, and iam-simulate says {theirs:?}"))));
        }
        for ((context, state), theirs) in contexts.iter().zip(&states).zip(theirs) {
            counts.states += 1;
            let expected = if theirs { Verdict::Allowed } else { Verdict::Denied };
            match set.answer(&asked, &on, context).verdict() {
                Some(ours) if ours == expected => {}
                None => counts.unknown_states += 1,
                ours => {
                    return Ok(Some(describe(format!("{ours:?} with {state:?}, and iam-simulate says {expected:?}"))));
                }
            }
        }
    }
    Ok(None)
}

/// The document in words that iam-simulate reads as AWS does, as far as that is known.
fn readable(document: &Value) -> Value {
    let mut text = document.to_string();
    // It replaces variables whatever the version is. No text of a request has `$(`.
    if document["Version"] != "2012-10-17" {
        text = text.replace("${", "$(");
    }
    // It matches no service by a wildcard. An allow has the higher reading here, and a deny is
    // unknown.
    text = text.replace("\"*:*\"", "\"*\"").replace("\"i*:PassRole\"", "\"iam:PassRole\"");
    // It does not read seconds since 1970.
    text = text.replace("\"1577836800\"", "\"2020-01-01T00:00:00Z\"");
    serde_json::from_str(&text).unwrap_or_default()
}
