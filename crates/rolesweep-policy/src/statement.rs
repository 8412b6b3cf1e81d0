//! Statements: what they are about, and whether they allow it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::condition::ConditionBlock;
use crate::one_or_many::{OneOrMany, object, present};
use crate::pattern::Pattern;
use crate::principal::{Principal, PrincipalBlock};

/// Whether a statement allows or denies. A deny wins over every allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

impl TryFrom<String> for Effect {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "Allow" => Ok(Self::Allow),
            "Deny" => Ok(Self::Deny),
            _ => Err(format!("unknown effect {word:?}")),
        }
    }
}

/// What an element and its negation select: `Action` and `NotAction`, and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection<T> {
    /// These.
    Only(Vec<T>),
    /// Everything but these.
    AllBut(Vec<T>),
}

/// One statement of a policy document.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Who it is about: in trust policies and other resource-based policies.
    pub principals: Option<Selection<Principal>>,
    /// Its actions; wildcards are not expanded.
    pub actions: Selection<String>,
    /// Its resources; wildcards and variables are not expanded. A trust policy has none.
    pub resources: Option<Selection<String>>,
    /// Its conditions, unchanged: keys with their values, by operator. No operator comes twice, and
    /// no key of an operator does, not even in another case.
    pub condition: Option<Map<String, Value>>,
}

impl Statement {
    /// Whether the statement is about an action, such as `sts:AssumeRole`: `*` is any text, `?` is
    /// any character, and case does not matter (IAM user guide,
    /// `reference_policies_elements_action`).
    #[must_use]
    pub fn is_about(&self, action: &str) -> bool {
        let named = |patterns: &[String]| patterns.iter().any(|pattern| names(pattern, action));
        match &self.actions {
            Selection::Only(these) => named(these),
            Selection::AllBut(these) => !named(these),
        }
    }

    /// The same, but for a pattern with a wildcard in the service, which AWS does not explain.
    #[must_use]
    pub fn is_surely_about(&self, action: &str) -> bool {
        let is_plain = |pattern: &String| match pattern.split_once(':') {
            Some((service, _)) => !service.contains(['*', '?']),
            None => pattern.bytes().all(|byte| byte == b'*'),
        };
        match &self.actions {
            Selection::Only(these) => these.iter().any(|pattern| is_plain(pattern) && names(pattern, action)),
            Selection::AllBut(_) => self.is_about(action),
        }
    }

    /// The keys of its conditions, of all operators, each once and in order.
    #[must_use]
    pub fn condition_keys(&self) -> Vec<&str> {
        let operators = self.condition.iter().flat_map(Map::values).filter_map(Value::as_object);
        let mut keys: Vec<&str> = operators.flat_map(Map::keys).map(String::as_str).collect();
        keys.sort_unstable_by_key(|key| key.to_ascii_lowercase());
        keys.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        keys
    }

    /// Whether a resource or the value of a condition may have a policy variable, such as
    /// `${aws:PrincipalTag/team}`.
    #[must_use]
    pub fn has_variables(&self) -> bool {
        let resources = match &self.resources {
            Some(Selection::Only(resources) | Selection::AllBut(resources)) => resources.as_slice(),
            None => &[],
        };
        let is_variable = |text: &str| text.contains("${");
        let has_variable = |value: &Value| match value {
            Value::String(text) => is_variable(text),
            Value::Array(values) => values.iter().filter_map(Value::as_str).any(is_variable),
            _ => false,
        };
        let keys = self.condition.iter().flat_map(Map::values).filter_map(Value::as_object);
        resources.iter().any(|resource| is_variable(resource)) || keys.flat_map(Map::values).any(has_variable)
    }
}

/// Whether a pattern of actions has an action.
fn names(pattern: &str, action: &str) -> bool {
    Pattern::new(&pattern.to_ascii_lowercase()).matches(&action.to_ascii_lowercase())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct RawStatement {
    #[serde(default, deserialize_with = "present")]
    sid: Option<String>,
    effect: Effect,
    #[serde(default, deserialize_with = "present")]
    principal: Option<PrincipalBlock>,
    #[serde(default, deserialize_with = "present")]
    not_principal: Option<PrincipalBlock>,
    #[serde(default, deserialize_with = "present")]
    action: Option<OneOrMany<String>>,
    #[serde(default, deserialize_with = "present")]
    not_action: Option<OneOrMany<String>>,
    #[serde(default, deserialize_with = "present")]
    resource: Option<OneOrMany<String>>,
    #[serde(default, deserialize_with = "present")]
    not_resource: Option<OneOrMany<String>>,
    #[serde(default, deserialize_with = "present")]
    condition: Option<ConditionBlock>,
}

impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: RawStatement = object(deserializer)?;
        Self::try_from(raw).map_err(D::Error::custom)
    }
}

impl TryFrom<RawStatement> for Statement {
    type Error = &'static str;

    fn try_from(raw: RawStatement) -> Result<Self, &'static str> {
        let list = |OneOrMany(values): OneOrMany<String>| values;
        Ok(Self {
            sid: raw.sid,
            effect: raw.effect,
            principals: either(
                raw.principal.map(|block| block.0),
                raw.not_principal.map(|block| block.0),
                "a statement has both `Principal` and `NotPrincipal`",
            )?,
            actions: either(
                raw.action.map(list),
                raw.not_action.map(list),
                "a statement has both `Action` and `NotAction`",
            )?
            .ok_or("a statement has neither `Action` nor `NotAction`")?,
            resources: either(
                raw.resource.map(list),
                raw.not_resource.map(list),
                "a statement has both `Resource` and `NotResource`",
            )?,
            condition: raw.condition.map(|block| block.0),
        })
    }
}

/// An element or its negation, but not both.
fn either<T>(
    only: Option<Vec<T>>,
    all_but: Option<Vec<T>>,
    both: &'static str,
) -> Result<Option<Selection<T>>, &'static str> {
    match (only, all_but) {
        (Some(_), Some(_)) => Err(both),
        (Some(these), None) => Ok(Some(Selection::Only(these))),
        (None, Some(these)) => Ok(Some(Selection::AllBut(these))),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_actions_whatever_their_case() {
        for (pattern, is_match) in [
            ("sts:AssumeRole", true),
            ("STS:assumerole", true),
            ("*", true),
            ("sts:*", true),
            ("sts:*Role", true),
            ("sts:Assume????", true),
            ("s*:*e*e", true),
            ("**", true),
            ("sts:AssumeRole*", true),
            ("sts:AssumeRoleWithSAML", false),
            ("sts:Assume???", false),
            ("iam:*", false),
            ("sts:*Roles", false),
            ("", false),
        ] {
            let statement = format!(r#"{{"Effect":"Allow","Action":{pattern:?}}}"#);
            let statement: Statement = serde_json::from_str(&statement).unwrap();
            assert_eq!(statement.is_about("sts:AssumeRole"), is_match, "{pattern}");
            let is_sure = is_match && pattern != "s*:*e*e";
            assert_eq!(statement.is_surely_about("sts:AssumeRole"), is_sure, "{pattern}");
        }
    }

    #[test]
    fn a_statement_knows_its_actions_and_the_keys_of_its_conditions() {
        let statement: Statement = serde_json::from_str(
            r#"{"Effect":"Deny","NotAction":["sts:TagSession"],"Condition":{
                "StringEquals":{"sts:ExternalId":"hunter2","aws:PrincipalOrgID":"o-x"},
                "Null":{"AWS:principalorgid":"false"},"Bool":{}}}"#,
        )
        .unwrap();
        assert!(statement.is_about("sts:AssumeRole") && !statement.is_about("sts:TagSession"));
        let keys = statement.condition_keys();
        assert_eq!(keys.len(), 2);
        assert!(keys[0].eq_ignore_ascii_case("aws:PrincipalOrgID") && keys[1] == "sts:ExternalId");
    }
}
