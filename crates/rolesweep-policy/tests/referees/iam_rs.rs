//! iam-rs answers the same questions about sets without a boundary, in completely known states.

use iam_rs::{Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, Principal, PrincipalId};
use libtest_mimic::Failed;
use rolesweep_policy::{Action, Resource, Verdict};
use serde_json::{Value, json};

use crate::Said;
use crate::cases::Case;
use crate::compare::{SHOWN, cases, context, facts, set, smallest, states};
use crate::keys::{Key, Knowledge};

/// How many states of a request are compared for each question.
const STATES: usize = 12;

/// What was compared.
#[derive(Debug, Default)]
struct Counts {
    sets: usize,
    answers: usize,
    unknown: usize,
    refused: usize,
    refused_sets: usize,
}

pub(crate) fn compare(sets: usize) -> Said {
    let mut counts = Counts::default();
    let mut differences = Vec::new();
    for case in cases(sets) {
        let case = case?;
        if case.boundary.is_some() || case.policies.iter().any(has_what_it_lacks) {
            continue;
        }
        counts.sets += 1;
        differences.extend(smallest(case, &mut counts, check)?);
        if differences.len() == SHOWN {
            break;
        }
    }
    if !differences.is_empty() {
        return Err(format!("{} differences:\n{}", differences.len(), differences.join("\n")).into());
    }
    let Counts { sets, answers, unknown, refused, refused_sets } = counts;
    Ok(format!(
        "{sets} sets, {answers} answers, {unknown} of them unknown; 0 differences; \
         iam-rs refused {refused_sets} of the sets, and {refused} more answers"
    ))
}

/// Compares one case, and describes the first difference.
fn check(case: &Case, counts: &mut Counts) -> Result<Option<String>, Failed> {
    let ours = set(case);
    let theirs: Result<Vec<IAMPolicy>, _> =
        case.policies.iter().map(|document| serde_json::from_value(readable(document))).collect();
    // It does not know every combination of an operator with prefix and suffix.
    let Ok(theirs) = theirs else {
        counts.refused_sets += 1;
        return Ok(None);
    };
    let states = states(case);
    for (action, resource) in &case.probes {
        for state in states.iter().step_by(states.len().div_ceil(STATES)) {
            let request = IAMRequest::new_with_context(
                Principal::Aws(PrincipalId::String("arn:aws:iam::111111111111:role/team/me".to_owned())),
                *action,
                Arn::parse(resource).map_err(|error| error.to_string())?,
                typed(state),
            );
            // It takes wildcards in the value of a variable for wildcards.
            let has_star = state.iter().any(|(key, one)| key.context(*one) == Some(json!("*")));
            if has_star && json!(case.policies).to_string().contains("${") {
                continue;
            }
            let Ok(decision) = iam_rs::evaluate_policies(&theirs, &request) else {
                counts.refused += 1;
                continue;
            };
            counts.answers += 1;
            let expected = if decision == Decision::Allow { Verdict::Allowed } else { Verdict::Denied };
            match ours.answer(&Action::new(action), &Resource::named(resource), &context(state)).verdict() {
                None => counts.unknown += 1,
                Some(verdict) if verdict == expected => {}
                other => {
                    let documents = json!(case.policies);
                    return Ok(Some(format!(
                        "{action} on {resource}: {other:?} with {}, and iam-rs says {decision:?}\n    {documents}",
                        facts(state)
                    )));
                }
            }
        }
    }
    Ok(None)
}

/// The values of a request in the types that iam-rs wants.
fn typed(state: &[(&'static Key, Knowledge)]) -> Context {
    let mut context = Context::new();
    for (key, knowledge) in state {
        let value = match key.context(*knowledge) {
            None => continue,
            Some(Value::String(text)) if key.operators.contains(&"Bool") => {
                ContextValue::Boolean(text == "true")
            }
            Some(Value::String(text)) if key.operators.contains(&"NumericEquals") => {
                ContextValue::Number(text.parse().unwrap_or_default())
            }
            Some(Value::String(text)) => ContextValue::String(text),
            Some(several) => {
                let texts = several.as_array().into_iter().flatten().filter_map(Value::as_str);
                ContextValue::StringList(texts.map(str::to_owned).collect())
            }
        };
        context.insert(key.name.to_owned(), value);
    }
    context
}

/// Whether a document has something that iam-rs does not read as AWS documents it: default values and
/// escapes of variables, and several values of `Null`.
fn has_what_it_lacks(document: &Value) -> bool {
    fn has_null_list(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(has_null_list),
            Value::Object(members) => members.iter().any(|(name, value)| {
                let several = |keys: &serde_json::Map<String, Value>| keys.values().any(Value::is_array);
                (name == "Null" && value.as_object().is_some_and(several)) || has_null_list(value)
            }),
            _ => false,
        }
    }
    let text = document.to_string();
    ["${*}", "${?}", ", '"].iter().any(|part| text.contains(part)) || has_null_list(document)
}

/// The document in words that iam-rs reads as AWS does.
fn readable(document: &Value) -> Value {
    // AWS gives both operators the same meaning. It compares `ArnEquals` without wildcards.
    let text = document.to_string().replace("ArnEquals", "ArnLike").replace("ArnNotEquals", "ArnNotLike");
    let text = text.replace("arn:aws:i*:", "arn:aws:iam:");
    let is_new = document["Version"] == "2012-10-17";
    // It needs a version, and replaces variables whatever the version is.
    let text = if is_new { text } else { text.replace("${", "$(") };
    let mut document: Value = serde_json::from_str(&text).unwrap_or_default();
    document["Version"] = json!("2012-10-17");
    document
}
