//! Statements: what they are about, and whether they allow it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::one_or_many::{OneOrMany, object, present};
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
    /// Its `Sid`, where it has one.
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about: in trust policies and other resource-based policies.
    pub principals: Option<Selection<Principal>>,
    /// Its actions, with wildcards as they stand.
    pub actions: Selection<String>,
    /// Its resources, with wildcards and variables as they stand; a trust policy has none.
    pub resources: Option<Selection<String>>,
    /// Its conditions, as they stand.
    pub condition: Option<Map<String, Value>>,
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
    condition: Option<Map<String, Value>>,
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
            condition: raw.condition,
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
