//! iam-simulate answers the same questions, once for every state of a request that agrees with what
//! is known.
//!
//! What is allowed is allowed in every state, and what is denied in none. If a state is known
//! completely, the answer is the same. A conditional answer claims nothing, but should not be so in
//! cases where every state has the same answer.

use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use rolesweep_policy::{Action, Context, Resource, Verdict};
use serde_json::{Value, json};

use crate::Said;
use crate::cases::Case;
use crate::compare::{SHOWN, cases, context, facts, set, smallest, states};
use crate::constructs::{Constructs, EXPECTED};
use crate::keys::{Key, Knowledge};
use crate::node::Process;
use crate::wording::readable;
use rolesweep_testing::npm::Packages;

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
    /// What the answers in completely known states took: ours with reading the documents, and
    /// iam-simulate's CPU.
    ours: Duration,
    theirs: Duration,
}

pub(crate) fn compare(packages: &Packages, sets: usize) -> Said {
    let mut judge = Process::start(packages, "simulate.mjs")?;
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
        let times = self.theirs.as_secs_f64() / self.ours.as_secs_f64();
        format!(
            "{} answers: {} allowed, {} denied, {} conditional ({} of them uniform), {} unknown; \
             {} completely known states, {} of them unknown; 0 differences; \
             these states took {:.1} s, and {times:.0} times as much of iam-simulate's CPU",
            self.answers,
            self.allowed,
            self.denied,
            self.conditional,
            self.uniform,
            self.unknown,
            self.states,
            self.unknown_states,
            self.ours.as_secs_f64(),
        )
    }
}

/// The answer to each question in each context.
fn evaluate(case: &Case, contexts: &[Context]) -> Vec<Vec<Option<Verdict>>> {
    let set = set(case);
    let of_probe = |(action, resource): &(&str, &str)| {
        let (asked, on) = (Action::new(action), Resource::named(resource));
        contexts.iter().map(|context| set.answer(&asked, &on, context).verdict()).collect()
    };
    case.probes.iter().map(of_probe).collect()
}

/// Compares one case, and describes the first difference.
fn check(judge: &mut Process, case: &Case, counts: &mut Counts) -> Result<Option<String>, Failed> {
    let set = set(case);
    let known: Vec<_> = case.keys().collect();
    let partial = context(&known);
    let states = states(case);
    let contexts: Vec<Context> = states.iter().map(context).collect();
    let variables = |state: &Vec<(&'static Key, Knowledge)>| -> Value {
        state
            .iter()
            .filter_map(|(key, one)| Some((key.name.to_owned(), key.context(*one)?)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let start = Instant::now();
    let evaluated = evaluate(case, &contexts);
    counts.ours += start.elapsed();
    let said = judge.ask(&json!({
        "policies": case.policies.iter().map(readable).collect::<Vec<_>>(),
        "boundary": case.boundary.as_ref().map(readable),
        "probes": case.probes,
        "contexts": states.iter().map(variables).collect::<Vec<_>>(),
    }))?;
    counts.theirs += Duration::from_micros(said["microseconds"].as_u64().ok_or("no time")?);
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
            return Ok(Some(describe(format!(
                "{ours:?} with {}, and iam-simulate says {theirs:?}",
                facts(&known)
            ))));
        }
        for ((ours, state), theirs) in evaluated[number].iter().zip(&states).zip(theirs) {
            counts.states += 1;
            let expected = if theirs { Verdict::Allowed } else { Verdict::Denied };
            match ours {
                Some(ours) if *ours == expected => {}
                None => counts.unknown_states += 1,
                Some(ours) => {
                    return Ok(Some(describe(format!(
                        "{ours:?} with {}, and iam-simulate says {expected:?}",
                        facts(state)
                    ))));
                }
            }
        }
    }
    Ok(None)
}
