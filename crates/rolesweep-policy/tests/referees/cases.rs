//! Random sets of policies with questions about them.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::keys::{KEYS, Key, Knowledge};

/// A set of policies, and what is asked of it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) policies: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    /// The keys that its conditions and variables use, and what is known of each.
    pub(crate) keys: Vec<(usize, Knowledge)>,
    /// Actions and resources.
    pub(crate) probes: Vec<(&'static str, &'static str)>,
}

impl Case {
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&'static Key, Knowledge)> {
        self.keys.iter().map(|(at, knowledge)| (&KEYS[*at], *knowledge))
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = &Value> {
        self.policies.iter().chain(&self.boundary)
    }
}

const PROBES: &[(&str, &str)] = &[
    ("iam:PassRole", "arn:aws:iam::111111111111:role/other"),
    ("iam:PassRole", "arn:aws:iam::111111111111:role/team/me"),
    ("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/team/me"),
    ("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/team/ME"),
    ("s3:GetObject", "arn:aws:s3:::bucket/key"),
    ("s3:PutObject", "arn:aws:s3:::bucket/other"),
    ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111111111111:function:a:1"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:other"),
    ("s3:GetObject", "arn:aws-cn:s3:::bucket/key"),
];

const ACTIONS: &[&str] = &[
    "*",
    "iam:*",
    "iam:PassRole",
    "IAM:passrole",
    "iam:Pu?Role*",
    "iam:P*",
    "s3:*",
    "s3:GetObject",
    "s3:*Object",
    "S3:putobject",
    "lambda:Invoke*",
    "sqs:SendMessage",
    "prowler:action",
    "**",
];
/// Tools differ about these. They are rare, so that the other constructs are tested too.
const UNCLEAR_ACTIONS: &[&str] = &["*:*", "i*:PassRole"];

const RESOURCES: &[&str] = &[
    "*",
    "*",
    "**",
    "arn:aws:iam::111111111111:role/other",
    "arn:aws:iam::111111111111:role/*",
    "arn:aws:iam::111111111111:role/team/*",
    "arn:aws:iam::*:role/team/m?",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::bucket/k*y",
    "arn:aws:lambda:*:111111111111:function:*",
    "arn:aws:lambda:eu-west-1:111111111111:function:a",
    "arn:aws:sqs:*:*:*",
    "arn:*:s3:::*",
    "arn:aws-cn:s3:::*",
    "arn:aws:iam::111111111111:role/team/me",
];
const UNUSUAL_RESOURCES: &[&str] = &[
    "arn:*",
    "arn:aws:iam::*",
    "arn:aws:s3*",
    "*role/other",
    "*key",
    "arn:aws:iam:*:role/other",
    "arn:*:role/team/me",
    "arn:aws:i*::111111111111:role/other",
    "arn:aws:iam::111111111111:*me",
    "arn:aws:lambda:*:1",
];
const VARIABLE_RESOURCES: &[&str] = &[
    "arn:aws:iam::111111111111:role/${aws:PrincipalTag/team}",
    "arn:aws:iam::111111111111:role/team/${aws:username}",
    "arn:aws:iam::111111111111:role/${aws:username, 'other'}",
    "arn:aws:s3:::bucket/${*}",
    "arn:aws:s3:::bucket/${aws:username, 'key'}*",
    "arn:aws:s3:::bucket/${?}ey",
];

/// A random case.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    let knowledge = prop_oneof![
        6 => Just(Knowledge::Unknown),
        1 => Just(Knowledge::Present),
        1 => Just(Knowledge::Absent),
        3 => (0..2usize).prop_map(Knowledge::Values),
    ];
    let keys = prop::sample::subsequence((0..KEYS.len()).collect::<Vec<_>>(), 1..=3);
    let keys = keys.prop_flat_map(move |keys| {
        let knowledge = prop::collection::vec(knowledge.clone(), keys.len());
        knowledge.prop_map(move |knowledge| keys.iter().copied().zip(knowledge).collect::<Vec<_>>())
    });
    keys.prop_flat_map(|keys| {
        let of = || document(keys.iter().map(|(at, _)| *at).collect());
        let policies = prop::collection::vec(of(), 1..=3);
        let boundary = prop::option::weighted(0.3, of());
        let probes = prop::sample::subsequence(PROBES.to_vec(), 6);
        (policies, boundary, Just(keys.clone()), probes)
    })
    .prop_map(|(policies, boundary, keys, probes)| Case { policies, boundary, keys, probes })
}

fn document(keys: Vec<usize>) -> impl Strategy<Value = Value> {
    let version = prop_oneof![8 => Just(Some("2012-10-17")), 1 => Just(Some("2008-10-17")), 1 => Just(None)];
    let statements = prop::collection::vec(statement(keys), 1..=3);
    (version, statements, any::<bool>()).prop_map(|(version, mut statements, bare)| {
        let mut document = json!({});
        if let Some(version) = version {
            document["Version"] = json!(version);
        }
        document["Statement"] = match statements.len() {
            1 if bare => statements.remove(0),
            _ => json!(statements),
        };
        document
    })
}

/// One to three of these, as a list or as the one value.
fn list(of: impl Strategy<Value = &'static str>) -> impl Strategy<Value = Value> {
    (prop::collection::vec(of, 1..=3), any::<bool>()).prop_map(|(items, bare)| match items.as_slice() {
        [one] if bare => json!(one),
        items => json!(items),
    })
}

fn statement(keys: Vec<usize>) -> impl Strategy<Value = Value> {
    let actions = prop_oneof![15 => select(ACTIONS), 1 => select(UNCLEAR_ACTIONS)];
    let resources = prop_oneof![
        12 => select(RESOURCES),
        3 => select(UNUSUAL_RESOURCES),
        3 => select(VARIABLE_RESOURCES),
    ];
    let conditions = prop_oneof![
        11 => Just(Vec::new()).boxed(),
        1 => Just(vec![None]).boxed(),
        7 => prop::collection::vec(condition(keys.clone()).prop_map(Some), 1).boxed(),
        2 => prop::collection::vec(condition(keys).prop_map(Some), 2).boxed(),
    ];
    let effect = prop_oneof![7 => Just("Allow"), 3 => Just("Deny")];
    let elements = (prop::bool::weighted(0.2), list(actions), prop::bool::weighted(0.15), list(resources));
    (effect, elements, conditions).prop_map(
        |(effect, (not_action, actions, not_resource, resources), conditions)| {
            let mut statement = json!({"Effect": effect});
            statement[if not_action { "NotAction" } else { "Action" }] = actions;
            statement[if not_resource { "NotResource" } else { "Resource" }] = resources;
            if !conditions.is_empty() {
                statement["Condition"] = json!({});
            }
            for (operator, key, operands) in conditions.into_iter().flatten() {
                statement["Condition"][operator][key] = operands;
            }
            statement
        },
    )
}

fn condition(keys: Vec<usize>) -> impl Strategy<Value = (String, &'static str, Value)> {
    select(keys).prop_flat_map(|at| {
        let key = &KEYS[at];
        let set = match key.is_multivalued {
            true => select(&["ForAllValues:", "ForAnyValue:"][..]).boxed(),
            false => {
                prop_oneof![6 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")].boxed()
            }
        };
        let suffix = prop_oneof![3 => Just(""), 1 => Just("IfExists")];
        let compared = (set, select(key.operators), suffix).prop_flat_map(move |(set, base, suffix)| {
            let patterns = if base.ends_with("Like") { key.patterns } else { &[] };
            let operands = list(select([key.operands, patterns].concat()));
            operands.prop_map(move |operands| {
                let operands = if base.ends_with("IgnoreCase") { upper(&operands) } else { operands };
                (format!("{set}{base}{suffix}"), operands)
            })
        });
        let null = list(select(&["true", "false"][..])).prop_map(|operands| ("Null".to_owned(), operands));
        prop_oneof![8 => compared, 1 => null]
            .prop_map(move |(operator, operands)| (operator, key.name, operands))
    })
}

/// The same text or texts in capitals, but for variables.
fn upper(operands: &Value) -> Value {
    match operands {
        Value::Array(items) => items.iter().map(upper).collect(),
        Value::String(text) if !text.contains("${") => json!(text.to_uppercase()),
        other => other.clone(),
    }
}
