//! Smaller cases with the same difference.

use serde_json::Value;

use crate::cases::Case;

/// Every case that lacks one thing: a policy, the boundary, a statement, an item of a list, or a
/// condition.
pub(crate) fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    for at in 0..case.policies.len() {
        if case.policies.len() > 1 {
            let mut less = case.clone();
            less.policies.remove(at);
            all.push(less);
        }
        for policy in without_one(&case.policies[at]) {
            let mut less = case.clone();
            less.policies[at] = policy;
            all.push(less);
        }
    }
    if let Some(boundary) = &case.boundary {
        all.push(Case { boundary: None, ..case.clone() });
        all.extend(
            without_one(boundary).into_iter().map(|less| Case { boundary: Some(less), ..case.clone() }),
        );
    }
    for at in (0..case.probes.len()).filter(|_| case.probes.len() > 1) {
        let mut less = case.clone();
        less.probes.remove(at);
        all.push(less);
    }
    all
}

/// The value without one item of a list in it, or without one condition.
fn without_one(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Array(items) => {
            for at in 0..items.len() {
                if items.len() > 1 {
                    let mut less = items.clone();
                    less.remove(at);
                    all.push(Value::Array(less));
                }
                for item in without_one(&items[at]) {
                    let mut less = items.clone();
                    less[at] = item;
                    all.push(Value::Array(less));
                }
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let is_optional = name == "Condition" || member.is_object();
                if is_optional && name != "Statement" {
                    let mut less = members.clone();
                    less.remove(name);
                    all.push(Value::Object(less));
                }
                for smaller in without_one(member) {
                    let mut less = members.clone();
                    less[name] = smaller;
                    all.push(Value::Object(less));
                }
            }
        }
        _ => {}
    }
    all
}
