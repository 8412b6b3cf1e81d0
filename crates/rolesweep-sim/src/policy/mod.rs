//! Decides by policy documents: identity policies, session policies and trust policies.
//!
//! The simulator decides by the same documents that it returns, so a role's permissions and its
//! policies cannot disagree. What it does not know (an operator, a condition key) never allows
//! anything and always denies.

mod condition;
mod document;
mod pattern;

pub(crate) use condition::Context;
pub(crate) use document::{Policy, Statement};

use document::Principals;

/// The decision of policies about an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A statement allows it, and none denies it.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement mentions it.
    ImplicitDeny,
}

/// The decision of identity or session policies about an action on a resource.
pub(crate) fn decide(policies: &[Policy], action: &str, resource: &str, context: &Context<'_>) -> Decision {
    conclude(
        policies.iter().flat_map(|policy| &policy.statements).filter(|statement| {
            statement.action.matches_action(action)
                && statement.resource.as_ref().is_none_or(|patterns| patterns.matches_text(resource))
        }),
        context,
    )
}

/// The caller, as a trust policy sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incoming<'a> {
    pub(crate) account: &'a str,
    /// The ARN of the user or the role (not of the role's session).
    pub(crate) principal_arn: &'a str,
    /// The ARN of the session, or of the user.
    pub(crate) session_arn: &'a str,
    /// The unique id of the user or the role.
    pub(crate) unique_id: &'a str,
}

/// The decision of a trust policy about an action, and whether it named the principal itself or
/// only its account.
pub(crate) fn trusts(
    policy: &Policy,
    action: &str,
    incoming: Incoming<'_>,
    context: &Context<'_>,
) -> (Decision, bool) {
    let speaks = |statement: &&Statement| {
        statement.action.matches_action(action)
            && statement.principals.as_ref().is_some_and(|principals| principals.name(incoming).is_some())
    };
    let decision = conclude(policy.statements.iter().filter(speaks), context);
    let by_name = policy.statements.iter().filter(speaks).any(|statement| {
        statement.allow
            && statement.principals.as_ref().and_then(|principals| principals.name(incoming)) == Some(true)
    });
    (decision, by_name)
}

fn conclude<'a>(statements: impl Iterator<Item = &'a Statement>, context: &Context<'_>) -> Decision {
    let mut decision = Decision::ImplicitDeny;
    for statement in statements {
        if statement.applies(context) {
            if !statement.allow {
                return Decision::ExplicitDeny;
            }
            decision = Decision::Allow;
        }
    }
    decision
}

impl Principals {
    /// Whether this names the caller: `Some(true)` by name, `Some(false)` by account or as
    /// everybody.
    fn name(&self, incoming: Incoming<'_>) -> Option<bool> {
        let mut by_account = false;
        for principal in &self.aws {
            if [incoming.principal_arn, incoming.session_arn, incoming.unique_id]
                .contains(&principal.as_str())
            {
                return Some(true);
            }
            let root_of = |arn: &str| {
                let mut parts = arn.splitn(6, ':');
                parts.nth(4) == Some(incoming.account) && parts.next() == Some("root")
            };
            by_account |= principal == "*" || principal == incoming.account || root_of(principal);
        }
        by_account.then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> Policy {
        Policy::parse(text).unwrap()
    }

    const CALLER: Incoming<'_> = Incoming {
        account: "222222222222",
        principal_arn: "arn:aws:iam::222222222222:role/scanner",
        session_arn: "arn:aws:sts::222222222222:assumed-role/scanner/me",
        unique_id: "AROASCANNER",
    };

    #[test]
    fn an_explicit_deny_wins_and_silence_denies() {
        let allow = policy(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:Get*","iam:ListRoles"],"Resource":"*"}}"#,
        );
        let deny = policy(
            r#"{"Statement":[{"Effect":"Deny","Action":"IAM:getaccountauthorizationdetails","Resource":"*"}]}"#,
        );
        let both = [allow, deny];
        let context = Context::default();
        for (action, decision) in [
            ("iam:GetRole", Decision::Allow),
            ("iam:ListRoles", Decision::Allow),
            ("iam:GetAccountAuthorizationDetails", Decision::ExplicitDeny),
            ("iam:DeleteRole", Decision::ImplicitDeny),
        ] {
            assert_eq!(decide(&both, action, "*", &context), decision, "{action}");
        }
    }

    #[test]
    fn negations_and_resources_are_kept_to() {
        let read_one = [policy(
            r#"{"Statement":[{"Effect":"Allow","NotAction":"iam:Delete*","Resource":"arn:aws:iam::*:role/app-?"}]}"#,
        )];
        let context = Context::default();
        let on = |action, resource| decide(&read_one, action, resource, &context);
        assert_eq!(on("iam:GetRole", "arn:aws:iam::1:role/app-1"), Decision::Allow);
        assert_eq!(on("iam:GetRole", "arn:aws:iam::1:role/app-12"), Decision::ImplicitDeny);
        assert_eq!(on("iam:DeleteRole", "arn:aws:iam::1:role/app-1"), Decision::ImplicitDeny);
    }

    #[test]
    fn a_trust_policy_knows_its_principals() {
        let trust = |principal: &str| {
            policy(&format!(
                r#"{{"Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}]}}"#
            ))
        };
        for (principal, expected) in [
            (r#"{"AWS":"arn:aws:iam::222222222222:role/scanner"}"#, (Decision::Allow, true)),
            (r#"{"AWS":"arn:aws:sts::222222222222:assumed-role/scanner/me"}"#, (Decision::Allow, true)),
            (r#"{"AWS":["AROASCANNER"]}"#, (Decision::Allow, true)),
            (r#"{"AWS":["arn:aws:iam::222222222222:root"]}"#, (Decision::Allow, false)),
            (r#"{"AWS":"222222222222"}"#, (Decision::Allow, false)),
            (r#""*""#, (Decision::Allow, false)),
            (r#"{"AWS":"arn:aws:iam::333333333333:root"}"#, (Decision::ImplicitDeny, false)),
            (r#"{"AWS":"arn:aws:iam::222222222222:role/other"}"#, (Decision::ImplicitDeny, false)),
            (r#"{"Service":"ec2.amazonaws.com"}"#, (Decision::ImplicitDeny, false)),
        ] {
            let context = Context::default();
            assert_eq!(
                trusts(&trust(principal), "sts:AssumeRole", CALLER, &context),
                expected,
                "{principal}"
            );
        }
    }

    #[test]
    fn conditions_are_asked() {
        let trust = policy(
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole","Condition":{
                "StringEquals":{"sts:ExternalId":"secret","aws:PrincipalOrgID":"o-1"},
                "ArnLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/scan*"}}}]}"#,
        );
        let good = Context {
            principal_arn: CALLER.principal_arn,
            principal_account: CALLER.account,
            organization: Some("o-1"),
            external_id: Some("secret"),
            ..Context::default()
        };
        let ask = |context: &Context<'_>| trusts(&trust, "sts:AssumeRole", CALLER, context).0;
        assert_eq!(ask(&good), Decision::Allow);
        for worse in [
            Context { external_id: None, ..good },
            Context { external_id: Some("Secret"), ..good },
            Context { organization: None, ..good },
            Context { principal_arn: "arn:aws:iam::222222222222:role/other", ..good },
        ] {
            assert_eq!(ask(&worse), Decision::ImplicitDeny, "{worse:?}");
        }
    }
}
