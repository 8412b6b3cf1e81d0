//! Which constructs of the language a case has, to see that random cases have them all.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cases::Case;

/// How many cases have each construct.
#[derive(Debug, Default)]
pub(crate) struct Constructs(pub(crate) BTreeMap<String, usize>);

/// Every construct that a full run has to produce, beside the condition operators.
pub(crate) const EXPECTED: &[&str] = &[
    "Allow NotAction",
    "Allow NotResource",
    "Condition {}",
    "Deny NotAction",
    "Deny NotResource",
    "Deny with a condition",
    "Version 2008-10-17",
    "action in another case",
    "action with ?",
    "action with a wildcard in its service",
    "boundary",
    "boundary with a deny",
    "deny on named resources",
    "escaped wildcard",
    "incomplete ARN with a star at its end",
    "incomplete ARN with a star elsewhere",
    "no Version",
    "one statement without a list",
    "another partition",
    "resource **",
    "service of an ARN with a wildcard",
    "several policies",
    "unknown action in NotAction",
    "variable",
    "variable with a default",
    "variable without Version 2012-10-17",
    "wildcard in an account id",
];

impl Constructs {
    pub(crate) fn count(&mut self, case: &Case) {
        let mut names = Vec::new();
        if case.policies.len() > 1 {
            names.push("several policies".to_owned());
        }
        for document in case.documents() {
            names.extend(of_document(document));
        }
        if let Some(boundary) = &case.boundary {
            names.push("boundary".to_owned());
            if boundary.to_string().contains("\"Deny\"") {
                names.push("boundary with a deny".to_owned());
            }
        }
        names.sort();
        names.dedup();
        for name in names {
            *self.0.entry(name).or_default() += 1;
        }
    }

    pub(crate) fn table(&self) -> String {
        self.0.iter().map(|(name, count)| format!("\n  {count:>6}  {name}")).collect()
    }
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn texts(value: &Value) -> Vec<&str> {
    list(value).into_iter().filter_map(Value::as_str).collect()
}

fn of_document(document: &Value) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |applies: bool, name: &str| {
        if applies {
            names.push(name.to_owned());
        }
    };
    let is_new = document["Version"] == "2012-10-17";
    add(document["Version"].is_null(), "no Version");
    add(document["Version"] == "2008-10-17", "Version 2008-10-17");
    add(document["Statement"].is_object(), "one statement without a list");
    add(!is_new && document.to_string().contains("${"), "variable without Version 2012-10-17");
    for statement in list(&document["Statement"]) {
        let effect = statement["Effect"].as_str().unwrap_or_default();
        for negation in ["NotAction", "NotResource"] {
            add(!statement[negation].is_null(), &format!("{effect} {negation}"));
        }
        let condition = statement["Condition"].as_object();
        add(condition.is_some_and(serde_json::Map::is_empty), "Condition {}");
        add(effect == "Deny" && condition.is_some_and(|all| !all.is_empty()), "Deny with a condition");
        add(texts(&statement["NotAction"]).contains(&"prowler:action"), "unknown action in NotAction");
        let actions = [texts(&statement["Action"]), texts(&statement["NotAction"])].concat();
        for action in actions {
            add(action.contains('?'), "action with ?");
            add(action.starts_with("IAM") || action.starts_with("S3"), "action in another case");
            let service = action.split_once(':').map_or("", |(service, _)| service);
            add(service.contains('*'), "action with a wildcard in its service");
        }
        let resources = [texts(&statement["Resource"]), texts(&statement["NotResource"])].concat();
        add(
            effect == "Deny" && !resources.iter().any(|one| one.trim_matches('*').is_empty()),
            "deny on named resources",
        );
        for resource in resources {
            let parts: Vec<&str> = resource.splitn(6, ':').collect();
            let is_incomplete = parts.len() < 6 && !resource.trim_matches('*').is_empty();
            add(resource == "**", "resource **");
            add(is_incomplete && resource.ends_with('*'), "incomplete ARN with a star at its end");
            add(is_incomplete && !resource.ends_with('*'), "incomplete ARN with a star elsewhere");
            add(parts.len() == 6 && parts[2].contains('*'), "service of an ARN with a wildcard");
            add(parts.len() == 6 && parts[4].contains('*'), "wildcard in an account id");
            add(parts.len() == 6 && parts[1] != "aws", "another partition");
        }
        let text = statement.to_string();
        add(is_new && text.contains("${aws:"), "variable");
        add(is_new && text.contains(", '"), "variable with a default");
        add(is_new && (text.contains("${*}") || text.contains("${?}")), "escaped wildcard");
        for operator in condition.into_iter().flat_map(serde_json::Map::keys) {
            add(true, operator);
        }
    }
    names
}
