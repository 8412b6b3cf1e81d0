//! Reading policy documents.

use serde_json::{Map, Value};

use super::condition::{Condition, Context, value_list};
use super::pattern::Patterns;

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) statements: Vec<Statement>,
}

/// A statement of a policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// Whether it allows or denies.
    pub(crate) allow: bool,
    pub(crate) action: Patterns,
    /// The resources. Trust policies have none.
    pub(crate) resource: Option<Patterns>,
    /// The principals. Identity and session policies have none.
    pub(crate) principals: Option<Principals>,
    conditions: Vec<Condition>,
}

/// The principals in a statement of a trust policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principals {
    /// Accounts, users, roles and sessions. Services and identity providers never call the
    /// simulator.
    pub(crate) aws: Vec<String>,
}

/// IAM's message for every document that it cannot read.
const SYNTAX: &str = "Syntax errors in policy.";

impl Policy {
    /// Reads a document.
    ///
    /// # Errors
    /// IAM's message if it is not a policy.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let value: Value =
            serde_json::from_str(text).map_err(|_| "This policy contains invalid Json".to_owned())?;
        let document = value.as_object().ok_or(SYNTAX)?;
        if document.keys().any(|key| !["Version", "Id", "Statement"].contains(&key.as_str())) {
            return Err(SYNTAX.to_owned());
        }
        if let Some(version) = document.get("Version")
            && !["2012-10-17", "2008-10-17"].contains(&version.as_str().unwrap_or_default())
        {
            return Err("The policy must contain a valid version string".to_owned());
        }
        let statements = document.get("Statement").ok_or(SYNTAX)?;
        let statements: Vec<Statement> = value_list(statements)
            .iter()
            .map(|statement| Statement::parse(statement.as_object().ok_or(SYNTAX)?))
            .collect::<Result<_, String>>()?;
        Ok(Self { statements })
    }

    /// Reads a session policy, which must name resources and must not name principals.
    ///
    /// # Errors
    /// IAM's message if it is not one.
    pub(crate) fn parse_session(text: &str) -> Result<Self, String> {
        let policy = Self::parse(text)?;
        if policy.statements.is_empty() {
            return Err(SYNTAX.to_owned());
        }
        for statement in &policy.statements {
            if statement.principals.is_some() {
                return Err("Policy document should not specify a principal.".to_owned());
            }
            if statement.resource.is_none() {
                return Err("Policy statement must contain resources.".to_owned());
            }
        }
        Ok(policy)
    }
}

impl Statement {
    fn parse(statement: &Map<String, Value>) -> Result<Self, String> {
        const KNOWN: [&str; 9] = [
            "Sid",
            "Effect",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Principal",
            "NotPrincipal",
            "Condition",
        ];
        if statement.keys().any(|key| !KNOWN.contains(&key.as_str())) {
            return Err(SYNTAX.to_owned());
        }
        let allow = match statement.get("Effect").and_then(Value::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err(SYNTAX.to_owned()),
        };
        let action =
            patterns(statement, "Action", "NotAction")?.ok_or("Policy statement must contain actions.")?;
        if action.any_of.iter().any(|action| action != "*" && !action.contains(':')) {
            return Err(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned()
            );
        }
        let conditions = match statement.get("Condition") {
            Some(element) => Condition::parse_all(element).ok_or(SYNTAX)?,
            None => Vec::new(),
        };
        // NotPrincipal allows nobody here. This is stricter than AWS.
        let principals = match statement.get("Principal") {
            Some(element) => Some(principals(element)?),
            None => None,
        };
        Ok(Self {
            allow,
            action,
            resource: patterns(statement, "Resource", "NotResource")?,
            principals,
            conditions,
        })
    }

    /// Whether its conditions hold. An unknown operator never allows and always denies.
    pub(crate) fn applies(&self, context: &Context<'_>) -> bool {
        self.conditions.iter().all(|condition| condition.holds(context).unwrap_or(!self.allow))
    }
}

fn patterns(
    statement: &Map<String, Value>,
    positive: &str,
    negative: &str,
) -> Result<Option<Patterns>, String> {
    let (element, negated) = match (statement.get(positive), statement.get(negative)) {
        (Some(element), None) => (element, false),
        (None, Some(element)) => (element, true),
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(SYNTAX.to_owned()),
    };
    Ok(Some(Patterns { any_of: texts(element)?, negated }))
}

fn principals(element: &Value) -> Result<Principals, String> {
    if element.as_str() == Some("*") {
        return Ok(Principals { aws: vec!["*".to_owned()] });
    }
    let kinds = element.as_object().ok_or(SYNTAX)?;
    let aws = kinds.get("AWS").map_or(Ok(Vec::new()), texts)?;
    Ok(Principals { aws })
}

fn texts(element: &Value) -> Result<Vec<String>, String> {
    value_list(element)
        .iter()
        .map(|value| value.as_str().map(str::to_owned).ok_or_else(|| SYNTAX.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_session_policy_is_refused() {
        for (text, why) in [
            ("", "invalid Json"),
            ("[]", "Syntax"),
            (r#"{"Version":"2012-10-17"}"#, "Syntax"),
            (r#"{"Version":"2020-01-01","Statement":[]}"#, "version"),
            (r#"{"Statement":[]}"#, "Syntax"),
            (r#"{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}"#, "Syntax"),
            (r#"{"Statement":[{"Effect":"Allow","Action":"*"}]}"#, "resources"),
            (r#"{"Statement":[{"Effect":"Allow","Resource":"*"}]}"#, "actions"),
            (r#"{"Statement":[{"Effect":"Allow","Action":"GetRole","Resource":"*"}]}"#, "vendor"),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}"#,
                "principal",
            ),
            (r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","What":1}]}"#, "Syntax"),
            (r#"{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}]}"#, "Syntax"),
        ] {
            let refused = Policy::parse_session(text).unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
        assert!(
            Policy::parse_session(r#"{"Statement":{"Effect":"Deny","NotAction":"iam:*","NotResource":"a"}}"#)
                .is_ok()
        );
    }
}
