//! What sets of policies allow: the traps that other tools fell into, the edges of the language,
//! properties of every set, and large documents.

#![expect(clippy::unwrap_used, reason = "all of it is tests")]

mod language;
mod limits;
mod properties;
mod sets;
mod together;
mod traps;

use std::sync::Arc;

use rolesweep_policy::{Action, CompiledPolicy, Context, Fact, Policy, PolicySet, Resource, Verdict};
use serde_json::{Value, json};

/// The ARN of the role that is asked about.
const ME: &str = "arn:aws:iam::111111111111:role/team/me";
const OTHER: &str = "arn:aws:iam::111111111111:role/other";
const BUCKET: &str = "arn:aws:s3:::bucket";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111111111111:function:probe";

const ALLOWED: Option<Verdict> = Some(Verdict::Allowed);
const CONDITIONAL: Option<Verdict> = Some(Verdict::Conditional);
const DENIED: Option<Verdict> = Some(Verdict::Denied);
const UNKNOWN: Option<Verdict> = None;

/// A statement of an effect for actions on resources.
fn statement(effect: &str, actions: &str, resources: &str) -> Value {
    json!({"Effect": effect, "Action": actions, "Resource": resources})
}

fn allow(actions: &str, resources: &str) -> Value {
    statement("Allow", actions, resources)
}

fn deny(actions: &str, resources: &str) -> Value {
    statement("Deny", actions, resources)
}

/// The statement with another element.
fn with(mut statement: Value, name: &str, element: Value) -> Value {
    statement[name] = element;
    statement
}

/// The statement under a condition: operator, key, value.
fn when(statement: Value, operator: &str, key: &str, value: impl Into<Value>) -> Value {
    with(statement, "Condition", json!({operator: {key: value.into()}}))
}

fn document(statements: &[Value]) -> Arc<CompiledPolicy> {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    Arc::new(CompiledPolicy::new(Policy::parse(&document.to_string()).unwrap()))
}

/// A set with one policy.
fn policy(statements: &[Value]) -> PolicySet {
    PolicySet::new().with("policy", document(statements))
}

/// What is known of the requests of a role, without anything that its requests choose.
fn of_a_role() -> Context {
    Context::unknown()
        .with("aws:PrincipalArn", Fact::value(ME))
        .with("aws:PrincipalAccount", Fact::value("111111111111"))
        .with("aws:SecureTransport", Fact::value("true"))
        .with("aws:ViaAWSService", Fact::value("false"))
}

fn ask(set: &PolicySet, action: &str, resource: &str) -> Option<Verdict> {
    ask_in(set, action, resource, &of_a_role())
}

fn ask_in(set: &PolicySet, action: &str, resource: &str, context: &Context) -> Option<Verdict> {
    set.answer(&Action::new(action), &Resource::named(resource), context).verdict()
}

/// Asks about actions on any resource.
fn ask_any(set: &PolicySet, action: &str) -> Option<Verdict> {
    set.answer(&Action::new(action), &Resource::any(), &of_a_role()).verdict()
}
