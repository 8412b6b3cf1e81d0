//! Conditions of policy statements.

use serde_json::Value;

use super::pattern::matches;

/// The parts of a request that conditions can ask about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Context<'a> {
    /// `aws:PrincipalArn`: the user's or the role's ARN.
    pub(crate) principal_arn: &'a str,
    /// `aws:PrincipalAccount`.
    pub(crate) principal_account: &'a str,
    /// `aws:PrincipalOrgID`.
    pub(crate) organization: Option<&'a str>,
    /// `sts:ExternalId`.
    pub(crate) external_id: Option<&'a str>,
    /// `sts:RoleSessionName`.
    pub(crate) session_name: Option<&'a str>,
    /// `sts:SourceIdentity`.
    pub(crate) source_identity: Option<&'a str>,
}

impl<'a> Context<'a> {
    /// The value of a condition key; `None` if the request does not have it.
    fn value(&self, key: &str) -> Option<&'a str> {
        match key.to_ascii_lowercase().as_str() {
            "aws:principalarn" => Some(self.principal_arn),
            "aws:principalaccount" => Some(self.principal_account),
            "aws:principalorgid" => self.organization,
            "sts:externalid" => self.external_id,
            "sts:rolesessionname" => self.session_name,
            "sts:sourceidentity" => self.source_identity,
            // No session of the simulator is authenticated by MFA.
            "aws:multifactorauthpresent" => Some("false"),
            "aws:securetransport" => Some("true"),
            _ => None,
        }
    }
}

/// One condition: an operator, a key and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    operator: String,
    key: String,
    values: Vec<String>,
}

impl Condition {
    /// The conditions of a statement's `Condition` element; `None` if it is invalid.
    pub(crate) fn parse_all(element: &Value) -> Option<Vec<Self>> {
        let mut conditions = Vec::new();
        for (operator, keys) in element.as_object()? {
            for (key, values) in keys.as_object()? {
                let text = |value: &Value| match value {
                    Value::String(text) => Some(text.clone()),
                    Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
                    _ => None,
                };
                let values = match value_list(values) {
                    [] => return None,
                    values => values.iter().map(text).collect::<Option<_>>()?,
                };
                conditions.push(Self { operator: operator.clone(), key: key.clone(), values });
            }
        }
        Some(conditions)
    }

    /// Whether the request meets it; `None` if the operator is unknown here.
    pub(crate) fn holds(&self, context: &Context<'_>) -> Option<bool> {
        let (operator, if_exists) = match self.operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (self.operator.as_str(), false),
        };
        let actual = context.value(&self.key);
        if operator == "Null" {
            let wanted = self.values.iter().any(|value| value == "true");
            return Some(actual.is_none() == wanted);
        }
        let (negated, compare): (bool, fn(&str, &str) -> bool) = match operator {
            "StringEquals" => (false, |pattern, text| pattern == text),
            "StringNotEquals" => (true, |pattern, text| pattern == text),
            "StringEqualsIgnoreCase" | "Bool" => (false, str::eq_ignore_ascii_case),
            "StringLike" | "ArnLike" | "ArnEquals" => (false, matches),
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => (true, matches),
            _ => return None,
        };
        Some(match actual {
            None => if_exists || negated,
            Some(actual) => self.values.iter().any(|value| compare(value, actual)) != negated,
        })
    }
}

/// A value, or the values of an array.
pub(crate) fn value_list(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        single => std::slice::from_ref(single),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(element: &str, context: &Context<'_>) -> Option<bool> {
        let conditions = Condition::parse_all(&serde_json::from_str(element).unwrap()).unwrap();
        assert_eq!(conditions.len(), 1);
        conditions[0].holds(context)
    }

    #[test]
    fn operators_compare_as_iam_says() {
        let context =
            Context { principal_arn: "arn:aws:iam::1:role/a", external_id: Some("x"), ..Context::default() };
        for (element, expected) in [
            (r#"{"StringEquals":{"STS:externalid":"x"}}"#, Some(true)),
            (r#"{"StringEquals":{"sts:ExternalId":["y","x"]}}"#, Some(true)),
            (r#"{"StringEquals":{"sts:ExternalId":"X"}}"#, Some(false)),
            (r#"{"StringEqualsIgnoreCase":{"sts:ExternalId":"X"}}"#, Some(true)),
            (r#"{"StringNotEquals":{"sts:ExternalId":"y"}}"#, Some(true)),
            (r#"{"StringNotLike":{"sts:ExternalId":"*"}}"#, Some(false)),
            (r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#, Some(false)),
            (r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}"#, Some(true)),
            (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}"#, Some(true)),
            (r#"{"Null":{"sts:ExternalId":"false"}}"#, Some(true)),
            (r#"{"Null":{"sts:SourceIdentity":true}}"#, Some(true)),
            (r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#, Some(false)),
            (r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, None),
        ] {
            assert_eq!(holds(element, &context), expected, "{element}");
        }
    }
}
