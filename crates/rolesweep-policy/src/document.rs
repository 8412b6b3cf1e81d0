//! Policy documents as a whole.

use serde::{Deserialize, Deserializer};

use crate::one_or_many::{OneOrMany, object, present};
use crate::statement::Statement;

/// Why a text is not a policy document.
#[derive(Debug, thiserror::Error)]
#[error("the text is not an IAM policy document: {0}")]
pub struct ParseError(#[from] serde_json::Error);

/// A policy document: IAM user guide, `reference_policies_grammar`.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The version of the policy language, which decides whether `${…}` in it is a variable.
    pub version: Version,
    /// Its `Id`, if it has one.
    pub id: Option<String>,
    /// Its statements, in the order of the document.
    pub statements: Vec<Statement>,
}

/// The version of the policy language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Version {
    /// `2008-10-17`: the version of a document without `Version`.
    #[default]
    V2008,
    /// `2012-10-17`: the current one.
    V2012,
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "2008-10-17" => Ok(Self::V2008),
            "2012-10-17" => Ok(Self::V2012),
            _ => Err(format!("unknown version {word:?} of the policy language")),
        }
    }
}

impl Policy {
    /// Reads a document. It must be JSON text already: IAM sends it percent-encoded.
    ///
    /// As tolerant as AWS: a list of one may be written as the one value, lists may be empty, and
    /// elements may come in any order. Otherwise as strict as AWS: names of elements and effects
    /// are case-sensitive, nothing may come twice (operators and keys of conditions not even in
    /// another case), and an unknown element is an error, because it might change what the document
    /// means.
    ///
    /// # Errors
    /// If the text is not JSON (nesting beyond serde_json's limit included), or does not follow the
    /// grammar.
    pub fn parse(json: &str) -> Result<Self, ParseError> {
        Ok(serde_json::from_str(json)?)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct RawPolicy {
    #[serde(default)]
    version: Version,
    #[serde(default, deserialize_with = "present")]
    id: Option<String>,
    statement: OneOrMany<Statement>,
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: RawPolicy = object(deserializer)?;
        Ok(Self { version: raw.version, id: raw.id, statements: raw.statement.0 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::statement::{Effect, Selection};

    fn only(values: &[&str]) -> Selection<String> {
        Selection::Only(values.iter().map(|&value| value.to_owned()).collect())
    }

    #[test]
    fn a_trust_policy_gives_its_parts() {
        let policy = Policy::parse(
            r#"{
              "Version": "2012-10-17",
              "Id": "trust",
              "Statement": {
                "Sid": "one",
                "Effect": "Allow",
                "Principal": {"AWS": ["*", "123456789012"], "Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}}
              }
            }"#,
        )
        .unwrap();
        assert_eq!(policy.version, Version::V2012);
        assert_eq!(policy.id.as_deref(), Some("trust"));
        let [statement] = &policy.statements[..] else { panic!("one statement") };
        assert_eq!(statement.sid.as_deref(), Some("one"));
        assert_eq!(statement.actions, only(&["sts:AssumeRole"]));
        assert_eq!(statement.resources, None);
        let condition = statement.condition.as_ref().unwrap();
        assert_eq!(condition["Bool"]["aws:MultiFactorAuthPresent"], Value::Bool(true));
    }

    #[test]
    fn a_permission_policy_gives_its_parts() {
        let policy = Policy::parse(
            r#"{"Statement":[
              {"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"},
              {"Effect":"Deny","NotAction":"iam:*","NotResource":["arn:aws:s3:::a"]}
            ]}"#,
        )
        .unwrap();
        assert_eq!(policy.version, Version::V2008);
        assert_eq!(policy.statements[0].actions, only(&["s3:Get*", "s3:List*"]));
        assert_eq!(policy.statements[0].resources, Some(only(&["*"])));
        assert_eq!(policy.statements[1].effect, Effect::Deny);
        assert_eq!(policy.statements[1].actions, Selection::AllBut(vec!["iam:*".to_owned()]));
        assert_eq!(
            policy.statements[1].resources,
            Some(Selection::AllBut(vec!["arn:aws:s3:::a".to_owned()]))
        );
    }

    #[test]
    fn documents_that_aws_accepts_are_accepted() {
        for document in [
            r#"{"Statement":[]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":[],"Resource":[],"Condition":{}}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Principal":{}}]}"#,
            "\n{\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Deny\",\"Principal\":\"*\"}],\"Version\":\"2008-10-17\"}\n",
        ] {
            assert!(Policy::parse(document).is_ok(), "{document}");
        }
    }

    #[test]
    fn garbage_is_refused_and_the_error_says_what() {
        let statement = |inside: &str| format!(r#"{{"Statement":[{{{inside}}}]}}"#);
        let allow = |inside: &str| statement(&format!(r#""Effect":"Allow","Action":"*",{inside}"#));
        for (document, says) in [
            (String::new(), "EOF"),
            ("null".to_owned(), "invalid type"),
            ("[]".to_owned(), "invalid type"),
            (r#"["2012-10-17","id",[]]"#.to_owned(), "invalid type"),
            (r#"{"Statement":[["sid","Allow","*"]]}"#.to_owned(), "invalid type"),
            ("{}".to_owned(), "Statement"),
            (r#"{"statement":[]}"#.to_owned(), "unknown field `statement`"),
            (r#"{"Statement":[],"Statement":[]}"#.to_owned(), "duplicate field"),
            (r#"{"Statement":[]} x"#.to_owned(), "trailing"),
            (r#"{"Statement":"*"}"#.to_owned(), "invalid type"),
            (r#"{"Statement":[],"Version":"2026-01-01"}"#.to_owned(), "2026-01-01"),
            (statement(r#""Action":"*""#), "Effect"),
            (statement(r#""Effect":"allow","Action":"*""#), "unknown effect \"allow\""),
            (statement(r#""Effect":{"Allow":null},"Action":"*""#), "invalid type"),
            (statement(r#""Effect":"Allow""#), "neither `Action`"),
            (allow(r#""NotAction":"*""#), "both `Action`"),
            (allow(r#""Resource":"*","NotResource":"*""#), "both `Resource`"),
            (allow(r#""Principal":"*","NotPrincipal":"*""#), "both `Principal`"),
            (allow(r#""Principal":"123456789012""#), "without a kind"),
            (allow(r#""Principal":null"#), "null"),
            (allow(r#""Principal":{"aws":"123456789012"}"#), "unknown field `aws`"),
            (allow(r#""Principal":{"AWS":123456789012}"#), "invalid type"),
            (allow(r#""Principal":{"AWS":"*","AWS":"*"}"#), "duplicate field"),
            (allow(r#""Resource":[["*"]]"#), "invalid type"),
            (allow(r#""Condition":[]"#), "invalid type"),
            (allow(r#""Condition":{"StringEquals":{"a:b":"c","A:b":"d"}}"#), "twice"),
            (allow(r#""Condition":{"Bool":{"a:b":"c"},"bool":{"d:e":"f"}}"#), "twice"),
            (allow(r#""Condition":{},"Condition":{}"#), "duplicate field"),
            (statement(r#""Effect":"Allow","Action":"*","Action":"sts:*""#), "duplicate field"),
        ] {
            let error = Policy::parse(&document).unwrap_err().to_string();
            assert!(error.contains(says), "{document}: {error}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_an_overflow() {
        let deep = 200_000;
        for document in [
            "[".repeat(deep),
            "{\"Statement\":".repeat(deep),
            format!(
                r#"{{"Statement":{{"Effect":"Allow","Action":"*","Condition":{}"#,
                "{\"a\":".repeat(deep)
            ),
            format!(r#"{{"Statement":{{"Effect":"Allow","Action":{}"#, "[".repeat(deep)),
        ] {
            assert!(Policy::parse(&document).is_err());
        }
    }

    /// JSON that is often close to a policy document.
    fn json() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec![
            "Version",
            "Statement",
            "Effect",
            "Allow",
            "Deny",
            "Principal",
            "NotPrincipal",
            "AWS",
            "Service",
            "Action",
            "NotAction",
            "Resource",
            "Condition",
            "2012-10-17",
            "*",
            "",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((word.clone(), inner), 0..6).prop_map(|members| {
                    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = Policy::parse(&text);
        }

        #[test]
        fn no_json_makes_it_panic(json in json()) {
            let _ = Policy::parse(&json.to_string());
        }

        #[test]
        fn brackets_around_a_single_value_do_not_matter(action in "[a-z*:]{0,8}", who in "[A-Z0-9*]{0,20}") {
            let bare = serde_json::json!({"Statement": {"Effect": "Allow", "Action": action, "Principal": {"AWS": who}}});
            let listed = serde_json::json!({"Statement": [{"Effect": "Allow", "Action": [action], "Principal": {"AWS": [who]}}]});
            prop_assert_eq!(Policy::parse(&bare.to_string()).unwrap(), Policy::parse(&listed.to_string()).unwrap());
        }
    }
}
