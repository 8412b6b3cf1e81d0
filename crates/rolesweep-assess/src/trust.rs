//! Who can assume a role, in one line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hashbrown::HashMap;
use rolesweep_policy::{Effect, Policy, Principal, Selection, Statement};

/// What a trust policy has to allow for a role to be assumed.
const ASSUMING: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

/// The principals that a trust policy allows to assume the role, in short: `aws:123456789012;
/// service:ec2.amazonaws.com`.
///
/// Each begins with its kind: `aws:` (an account's twelve digits, an ARN, or `*` for anyone),
/// `service:`, `federated:`, `canonical_user:`, and `deleted:` for the unique id that AWS leaves if
/// the principal itself was deleted. The widest come first, each once. If conditions limit a
/// principal, their keys follow: `aws:* (if aws:PrincipalOrgID)`. Operators and values are omitted,
/// because a value may be a secret. `except` names the principals that a `NotPrincipal` excludes.
/// What is denied follows at the end: `deny aws:* (if aws:SourceIp)`. The text is `nobody` if no
/// statement allows anyone, and `unreadable` if the document is not an IAM policy. The document is
/// JSON text, as in the facts.
#[must_use]
pub fn trust_summary(document: &str) -> String {
    let Ok(policy) = Policy::parse(document) else {
        return "unreadable".to_owned();
    };
    let allowed = Principals::of(&policy, Effect::Allow).texts();
    if allowed.is_empty() {
        return "nobody".to_owned();
    }
    let denied = Principals::of(&policy, Effect::Deny).texts();
    let denied = denied.into_iter().map(|text| format!("deny {text}"));
    allowed.into_iter().chain(denied).collect::<Vec<_>>().join("; ")
}

/// Principals with their limits: one set of limits for each statement about the principal.
struct Principals<'a>(BTreeMap<&'a Principal, BTreeSet<Limits<'a>>>);

/// The limits under which a statement is about a principal.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Limits<'a> {
    /// The condition keys. All their conditions have to hold.
    keys: Vec<&'a str>,
    /// The principals that are excluded.
    except: BTreeSet<&'a Principal>,
}

impl<'a> Principals<'a> {
    fn of(policy: &'a Policy, effect: Effect) -> Self {
        let assuming = |statement: &&Statement| ASSUMING.iter().any(|action| statement.is_about(action));
        let mut all = Self(BTreeMap::new());
        for statement in policy.statements.iter().filter(|s| s.effect == effect).filter(assuming) {
            let (these, except): (&[Principal], _) = match &statement.principals {
                Some(Selection::Only(these)) => (these, BTreeSet::new()),
                // It excludes a few principals and means all others.
                Some(Selection::AllBut(these)) => (&[Principal::Anyone], these.iter().collect()),
                None => continue,
            };
            for principal in these {
                let limits = Limits { keys: statement.condition_keys(), except: except.clone() };
                all.0.entry(principal).or_default().insert(limits);
            }
        }
        all
    }

    fn texts(&self) -> Vec<String> {
        let text = |(principal, limits): (&&Principal, &BTreeSet<Limits<'_>>)| {
            if limits.iter().any(Limits::are_none) {
                return principal.to_string();
            }
            let limits: Vec<String> = limits.iter().map(ToString::to_string).collect();
            format!("{principal} ({})", limits.join(" or "))
        };
        self.0.iter().map(text).collect()
    }
}

impl Limits<'_> {
    fn are_none(&self) -> bool {
        self.keys.is_empty() && self.except.is_empty()
    }
}

impl fmt::Display for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.except.is_empty() {
            let except: Vec<String> = self.except.iter().map(ToString::to_string).collect();
            parts.push(format!("except {}", except.join(", ")));
        }
        if !self.keys.is_empty() {
            parts.push(format!("if {}", self.keys.join(" and ")));
        }
        f.write_str(&parts.join(" "))
    }
}

/// [`trust_summary`] for many roles. Most roles of an organization share a few trust policies,
/// which are then read once.
#[derive(Debug, Default)]
pub struct TrustSummaries(HashMap<String, String>);

impl TrustSummaries {
    /// How many documents are remembered. On AWS each has at most 4,096 characters, so they take at
    /// most 4 MiB.
    const LIMIT: usize = 1024;

    /// The summary of a document.
    pub fn get(&mut self, document: &str) -> &str {
        if self.0.len() >= Self::LIMIT && !self.0.contains_key(document) {
            self.0.clear();
        }
        self.0.entry_ref(document).or_insert_with(|| trust_summary(document))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_summed_up_in_one_line() {
        for (document, summary) in [
            (
                r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com","AWS":["arn:aws:iam::123456789012:root","*"]}}}"#,
                "aws:*; aws:123456789012; service:ec2.amazonaws.com",
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}}]}"#,
                "federated:arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["AROADBQP57FF2AEXAMPLE","arn:aws:iam::123456789012:role/a"]}}]}"#,
                "aws:arn:aws:iam::123456789012:role/a; deleted:AROADBQP57FF2AEXAMPLE",
            ),
            (r#"{"Statement":[{"Effect":"Deny","Action":"*","Principal":"*"}]}"#, "nobody"),
            (r#"{"Statement":[]}"#, "nobody"),
            ("{}", "unreadable"),
            ("", "unreadable"),
            ("%7B%22Statement%22%3A%5B%5D%7D", "unreadable"),
        ] {
            assert_eq!(trust_summary(document), summary, "{document}");
        }
    }

    /// The summary of statements for `sts:AssumeRole`.
    fn summary(statements: &str) -> String {
        let statements = statements.replace("ALLOW", r#""Effect":"Allow","Action":"sts:AssumeRole""#);
        let statements = statements.replace("DENY", r#""Effect":"Deny","Action":"sts:*""#);
        trust_summary(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#))
    }

    #[test]
    fn conditions_are_marked_by_their_keys_and_never_by_their_values() {
        for (statements, expected) in [
            (
                r#"{ALLOW,"Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}}"#,
                "aws:* (if aws:PrincipalOrgID)",
            ),
            (
                r#"{ALLOW,"Principal":{"AWS":["123456789012","111111111111"]},"Condition":{"StringEquals":{"sts:ExternalId":"hunter2"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
                "aws:111111111111 (if aws:MultiFactorAuthPresent and sts:ExternalId); aws:123456789012 (if aws:MultiFactorAuthPresent and sts:ExternalId)",
            ),
            // A statement without a condition makes the conditions of another one void.
            (
                r#"{ALLOW,"Principal":"*","Condition":{"Bool":{"aws:a":"b"}}},{ALLOW,"Principal":"*","Condition":{}}"#,
                "aws:*",
            ),
            (
                r#"{ALLOW,"Principal":"*","Condition":{"Bool":{"aws:b":"x"}}},{ALLOW,"Principal":"*","Condition":{"Bool":{"aws:a":"x"}}}"#,
                "aws:* (if aws:a or if aws:b)",
            ),
            // A statement that does not let anyone assume the role makes no condition void, and
            // trusts nobody.
            (
                r#"{ALLOW,"Principal":"*","Condition":{"Bool":{"aws:a":"b"}}},{"Effect":"Allow","Action":"sts:TagSession","Principal":{"AWS":["*","123456789012"]}}"#,
                "aws:* (if aws:a)",
            ),
        ] {
            assert_eq!(summary(statements), expected, "{statements}");
        }
    }

    #[test]
    fn the_summary_names_denied_and_excluded_principals() {
        for (statements, expected) in [
            (
                r#"{ALLOW,"Principal":"*"},{DENY,"Principal":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-x"}}}"#,
                "aws:*; deny aws:* (if aws:PrincipalOrgID)",
            ),
            (
                r#"{ALLOW,"Principal":"*"},{DENY,"NotPrincipal":{"AWS":"123456789012"}}"#,
                "aws:*; deny aws:* (except aws:123456789012)",
            ),
            (
                r#"{ALLOW,"NotPrincipal":{"AWS":["123456789012","111111111111"]},"Condition":{"Bool":{"aws:a":"b"}}}"#,
                "aws:* (except aws:111111111111, aws:123456789012 if aws:a)",
            ),
            (
                r#"{ALLOW,"Principal":{"AWS":"123456789012"}},{"Effect":"Deny","Action":"sts:TagSession","Principal":"*"}"#,
                "aws:123456789012",
            ),
            (r#"{DENY,"Principal":"*"}"#, "nobody"),
            (
                r#"{ALLOW,"Principal":"*","Condition":{"StringEquals":{"t:sub":"me"},"stringequals":{"t:aud":"x"}}}"#,
                "unreadable",
            ),
        ] {
            assert_eq!(summary(statements), expected, "{statements}");
        }
    }

    #[test]
    fn remembered_summaries_are_the_same_and_bounded() {
        let mut summaries = TrustSummaries::default();
        for round in 0..2 {
            for number in 0..3 * TrustSummaries::LIMIT {
                let document = format!(
                    r#"{{"Statement":{{"Effect":"Allow","Action":"*","Principal":{{"AWS":"{number:012}"}}}}}}"#
                );
                assert_eq!(summaries.get(&document), format!("aws:{number:012}"), "{round}");
            }
        }
        assert_eq!(summaries.get("x"), "unreadable");
        assert_eq!(summaries.get("x"), "unreadable");
    }
}
