//! One condition of a trust policy: what it compares, and whether that limits who may come in.

use rolesweep_policy::operator::{Kind, Operator, Text, Values};
use rolesweep_policy::{Condition, Context, Holds, Statement, Version};
use serde_json::Value;

/// One operator with one key.
#[derive(Debug)]
pub(super) struct Term<'a> {
    /// The key, in lower case.
    pub(super) key: String,
    /// The key as it is written.
    pub(super) written: &'a str,
    /// The operator as it is written.
    pub(super) written_operator: &'a str,
    /// None if it is not known here.
    pub(super) operator: Option<Operator>,
    /// The values as texts. None for a value of a type that no condition has.
    pub(super) values: Vec<Option<String>>,
    condition: Condition,
}

/// A value that a condition compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fixed {
    pub(super) text: String,
    /// How many bytes of the text stand before the first wildcard or variable.
    literal: usize,
    /// Whether it is compared as an ARN, part by part.
    pub(super) is_arn: bool,
    /// Whether it has a `*` or `?` that is a letter, because the operator has no wildcards.
    pub(super) has_literal_star: bool,
}

/// Why a condition does not limit who comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weak {
    /// `IfExists`, or `ForAllValues`: it lets in requests without the key.
    Absent,
    /// It names only who is kept out.
    Negated,
    /// It compares something else than texts or ARNs.
    Other,
}

impl<'a> Term<'a> {
    /// The conditions of a statement, all of which have to hold.
    pub(super) fn all(statement: &'a Statement, version: Version) -> Vec<Self> {
        let mut compiled = Condition::all(statement, version).into_iter();
        let mut all = Vec::new();
        // In the order of `Condition::all`.
        for (operator, keys) in statement.condition.iter().flatten() {
            for (key, value) in keys.as_object().into_iter().flatten() {
                let Some(condition) = compiled.next() else { continue };
                let values = match value.as_array() {
                    Some(values) => values.iter().map(text).collect(),
                    None => vec![text(value)],
                };
                all.push(Self {
                    key: key.to_ascii_lowercase(),
                    written: key,
                    written_operator: operator,
                    operator: Operator::parse(operator),
                    values,
                    condition,
                });
            }
        }
        all
    }

    /// The claim that its key means, if the key is one of an issuer's tokens.
    pub(super) fn claim_of(&self, issuer: &str) -> Option<&str> {
        let (host, claim) = self.key.rsplit_once(':')?;
        host.trim_end_matches('/').eq_ignore_ascii_case(issuer.trim_end_matches('/')).then_some(claim)
    }

    pub(super) fn holds(&self, context: &Context) -> Holds {
        self.condition.holds(context)
    }

    /// The values of which the request must have one.
    pub(super) fn fixed(&self) -> Result<Vec<Fixed>, Weak> {
        let operator = self.operator.ok_or(Weak::Other)?;
        if operator.if_exists || operator.values == Values::All {
            return Err(Weak::Absent);
        }
        if operator.negated {
            return Err(Weak::Negated);
        }
        let (has_wildcards, is_arn) = match operator.kind {
            Kind::Text(Text::Like) => (true, false),
            Kind::Text(_) => (false, false),
            Kind::Arn => (true, true),
            _ => return Err(Weak::Other),
        };
        let fixed = |text: &Option<String>| Some(Fixed::new(text.clone()?, has_wildcards, is_arn));
        self.values.iter().map(fixed).collect::<Option<_>>().ok_or(Weak::Other)
    }
}

impl Fixed {
    fn new(text: String, has_wildcards: bool, is_arn: bool) -> Self {
        let star = text.find(['*', '?']);
        // Whoever sends the request may choose what a variable stands for.
        let variable = text.find("${");
        let wildcard = star.filter(|_| has_wildcards);
        let literal = wildcard.into_iter().chain(variable).min().unwrap_or(text.len());
        Self { text, literal, is_arn, has_literal_star: star.is_some() && !has_wildcards }
    }

    /// The text before the first wildcard or variable.
    pub(super) fn literal(&self) -> &str {
        &self.text[..self.literal]
    }

    /// Whether it has neither wildcards nor variables.
    pub(super) fn is_exact(&self) -> bool {
        self.literal == self.text.len()
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) => Some(value.to_string()),
        // Nobody says how AWS writes another number, such as `1e3`, as a text.
        Value::Number(number) if !number.is_f64() => Some(value.to_string()),
        Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
