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
use crate::shrink::smaller;

/// How many differences are shown.
pub(crate) const SHOWN: usize = 10;

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
    let (mut counts, mut constructs) = (Counts::default(), Constructs::default());
    let mut differences = Vec::new();
    for case in cases(sets) {
        let case = case?;
        constructs.count(&case);
        let check = |case: &Case, counts: &mut Counts| check(&mut judge, case, counts);
        differences.extend(smallest(case, &mut counts, check)?);
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
            let documents = json!({"policies": case.policies, "boundary": case.boundary});
            format!("{action} on {resource}: {what}\n    {documents}")
        };
        if !is_right {
            return Ok(Some(describe(format!("{ours:?} with {}, and iam-simulate says {theirs:?}", facts(&known)))));
        }
        for ((context, state), theirs) in contexts.iter().zip(&states).zip(theirs) {
            counts.states += 1;
            let expected = if theirs { Verdict::Allowed } else { Verdict::Denied };
            match set.answer(&asked, &on, context).verdict() {
                Some(ours) if ours == expected => {}
                None => counts.unknown_states += 1,
                ours => {
                    return Ok(Some(describe(format!("{ours:?} with {}, and iam-simulate says {expected:?}", facts(state)))));
                }
            }
        }
    }
    Ok(None)
}

/// What is known, for people.
pub(crate) fn facts(facts: &[(&'static Key, Knowledge)]) -> String {
    let one = |(key, knowledge): &(&'static Key, Knowledge)| match key.context(*knowledge) {
        Some(values) => format!("{} {values}", key.name),
        None => format!("{} {knowledge:?}", key.name),
    };
    facts.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What iam-simulate reads otherwise than AWS documents it, and the same in other words. The page
/// about the evaluation has the reasons.
const OTHER_WORDS: &[(&str, &[&str])] = &[
    ("*:*", &["*"]),
    ("i*:PassRole", &["iam:PassRole"]),
    ("*role/other", &["arn:aws:iam::111111111111:role/other"]),
    ("*key", &["arn:aws:s3:::bucket/key", "arn:aws-cn:s3:::bucket/key"]),
    ("1577836800", &["2020-01-01T00:00:00Z"]),
];

/// The same in `NotResource`, where it does not read a star at the end of a short ARN.
const OTHER_WORDS_IN_NOT_RESOURCE: &[(&str, &[&str])] =
    &[("arn:*", &["arn:*:*:*:*:*"]), ("arn:aws:iam::*", &["arn:aws:iam::*:*"]), ("arn:aws:s3*", &["arn:aws:s3:::*"])];

/// The document in words that iam-simulate reads as AWS does.
fn readable(document: &Value) -> Value {
    fn reword(value: &Value, is_new: bool, element: &str) -> Value {
        match value {
            Value::Array(items) => items
                .iter()
                .flat_map(|item| match reword(item, is_new, element) {
                    Value::Array(several) => several,
                    one => vec![one],
                })
                .collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| {
                    // The keys of an operator are below it.
                    let element = if element.contains("Equals") { element } else { name };
                    (name.clone(), reword(value, is_new, element))
                })
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Value::String(text) => match words(element).find(|(word, _)| word == text) {
                Some((_, [one])) => json!(one),
                Some((_, several)) => json!(several),
                // It replaces variables whatever the version is. No text of a request has `$(`.
                None if !is_new => json!(text.replace("${", "$(")),
                None if element.contains("Equals") => json!(text.replace("${*}", "*")),
                None => json!(text),
            },
            other => other.clone(),
        }
    }
    fn words(element: &str) -> impl Iterator<Item = &'static (&'static str, &'static [&'static str])> {
        let not_resource = if element == "NotResource" { OTHER_WORDS_IN_NOT_RESOURCE } else { &[] };
        OTHER_WORDS.iter().chain(not_resource)
    }
    let is_new = document["Version"] == "2012-10-17";
    reword(document, is_new, "")
}
