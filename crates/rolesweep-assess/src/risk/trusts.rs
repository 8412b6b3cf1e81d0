//! Who may assume a role, as far as other roles ask: services, and principals of AWS.

use std::sync::LazyLock;

use rolesweep_policy::{Condition, Context, Effect, Holds, Policy, Principal, Selection, Statement};

use crate::catalogue::escalation_paths;

/// Who may assume a role. Conditions that can hold count as fulfilled, because they limit a path and
/// do not end it.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Trusts {
    /// The services that escalation paths end in.
    pub(crate) services: Box<[&'static str]>,
    /// Roles and users by ARN, accounts by their twelve digits, and sessions of a role by what
    /// [`sessions_of`] says of that role.
    pub(crate) principals: Box<[Box<str>]>,
    /// Whether it may also be anyone else.
    pub(crate) is_open: bool,
    /// Whether nobody can say: the policy is missing or cannot be read, or names too many.
    pub(crate) is_unknown: bool,
    /// Whether a condition limits any of this.
    pub(crate) is_limited: bool,
}

/// How many bytes the principals of a role take at most. AWS accepts trust policies of up to 4,096
/// characters, so that every principal of a real one fits: IAM user guide, `reference_iam-quotas`.
const PRINCIPALS: usize = 8192;

/// What a trust policy has to allow a principal.
fn assuming(principal: Option<&Principal>) -> &'static str {
    match principal {
        Some(Principal::Federated(_)) => "sts:AssumeRoleWithWebIdentity",
        _ => "sts:AssumeRole",
    }
}

/// The services that escalation paths end in, in order.
static SERVICES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let targets = escalation_paths().iter().flat_map(|path| path.target.services());
    let mut services: Vec<&str> = targets.copied().collect();
    services.sort_unstable();
    services.dedup();
    services
});

impl Trusts {
    /// Those of a trust policy.
    ///
    /// `context` is what is known of the requests of any role. A statement whose conditions cannot hold
    /// then trusts nobody.
    pub(crate) fn of(document: Option<&str>, context: &Context) -> Self {
        let Some(policy) = document.and_then(|document| Policy::parse(document).ok()) else {
            return Self { is_unknown: true, ..Self::default() };
        };
        let mut trusts = Self::default();
        let (mut services, mut principals) = (Vec::new(), Vec::new());
        for (principal, is_limited) in allowed(&policy, context) {
            trusts.is_limited |= is_limited;
            match principal {
                None | Some(Principal::Anyone) => trusts.is_open = true,
                Some(Principal::Service(name) | Principal::Federated(name)) => services.extend(service(name)),
                Some(Principal::AwsAccount(name)) => principals.push(name.as_str().into()),
                Some(Principal::AwsArn(name)) => {
                    let sessions = without_session(name);
                    // The role chooses the name of its session.
                    trusts.is_limited |= sessions.is_some();
                    principals.push(sessions.unwrap_or(name).into());
                }
                Some(Principal::UniqueId(_) | Principal::AwsOther(_) | Principal::CanonicalUser(_)) => {}
            }
        }
        services.sort_unstable();
        services.dedup();
        principals.sort_unstable();
        principals.dedup();
        let size = |names: &[Box<str>]| names.iter().map(|name| name.len() + 16).sum::<usize>();
        while size(&principals) > PRINCIPALS {
            principals.pop();
            trusts.is_unknown = true;
        }
        Self { services: services.into(), principals: principals.into(), ..trusts }
    }

    /// Whether AWS principals may assume it: roles, users or accounts.
    pub(crate) fn has_principals(&self) -> bool {
        self.is_open || self.is_unknown || !self.principals.is_empty()
    }

    /// How many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        let names: usize = self.principals.iter().map(|name| name.len() + size_of::<Box<str>>()).sum();
        size_of::<Self>() + names + self.services.len() * size_of::<&str>()
    }

    /// Whether it may be this role of the same account, if that is known.
    pub(crate) fn may_be(&self, arn: &str, account: &str) -> Option<bool> {
        let named = self.principals.iter().any(|name| **name == *account || names(name, arn));
        match self.is_open || named {
            true => Some(true),
            false if self.is_unknown => None,
            false => Some(false),
        }
    }
}

/// What the ARNs of a role's sessions begin with, such as
/// `arn:aws:sts::111111111111:assumed-role/deploy`. They have the role's name without its path
/// (hashicorp/terraform-provider-aws#19957). No two roles of an account have the same name.
pub(crate) fn sessions_of(role: &str) -> Option<String> {
    let [_, partition, "iam", _, account, resource] = role.splitn(6, ':').collect::<Vec<_>>()[..] else {
        return None;
    };
    let name = resource.strip_prefix("role/")?.rsplit('/').next()?;
    Some(format!("arn:{partition}:sts::{account}:assumed-role/{name}"))
}

/// Whether a principal is what [`sessions_of`] says of some role.
pub(crate) fn is_of_sessions(principal: &str) -> bool {
    principal.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("assumed-role/"))
}

/// Whether a principal names a role or sessions of it, by the role's ARN.
pub(crate) fn names(principal: &str, role: &str) -> bool {
    *principal == *role
        || (is_of_sessions(principal) && sessions_of(role).is_some_and(|sessions| *principal == *sessions))
}

/// The ARN of a session, such as `arn:aws:sts::111111111111:assumed-role/deploy/me`, without its name.
fn without_session(arn: &str) -> Option<&str> {
    let (sessions, _) = arn.rsplit_once('/').filter(|_| is_of_sessions(arn))?;
    is_of_sessions(sessions).then_some(sessions)
}

/// Those whom a policy allows to assume the role, and whether conditions limit that, but for those
/// whom it surely denies it; `None` is anyone but a few.
fn allowed<'p>(policy: &'p Policy, of_role: &Context) -> Vec<(Option<&'p Principal>, bool)> {
    let of = |effect: Effect| policy.statements.iter().filter(move |statement| statement.effect == effect);
    let is_denied = |principal: Option<&Principal>| {
        let plain = |deny: &&Statement| deny.condition.as_ref().is_none_or(|condition| condition.is_empty());
        let about = |deny: &&Statement| deny.is_surely_about(assuming(principal));
        of(Effect::Deny).filter(plain).filter(about).any(|deny| match &deny.principals {
            Some(Selection::Only(these)) => {
                these.contains(&Principal::Anyone) || principal.is_some_and(|one| these.contains(one))
            }
            _ => false,
        })
    };
    let unknown = Context::unknown();
    let mut allowed = Vec::new();
    for statement in of(Effect::Allow) {
        let principals: Vec<Option<&Principal>> = match &statement.principals {
            Some(Selection::Only(these)) => these.iter().map(Some).collect(),
            Some(Selection::AllBut(_)) => vec![None],
            None => continue,
        };
        let conditions = Condition::all(statement, policy.version);
        let hold = |context: &Context| {
            let holds: Vec<Holds> = conditions.iter().map(|condition| condition.holds(context)).collect();
            (!holds.contains(&Holds::No)).then(|| holds.iter().any(|holds| *holds != Holds::Yes))
        };
        let (by_role, by_others) = (hold(of_role), hold(&unknown));
        for principal in principals.into_iter().filter(|one| statement.is_about(assuming(*one))) {
            let is_limited = match principal {
                // What is known of roles is not so of services and tokens.
                Some(Principal::Service(_) | Principal::Federated(_)) => by_others,
                _ => by_role,
            };
            if let Some(is_limited) = is_limited
                && !is_denied(principal)
            {
                allowed.push((principal, is_limited));
            }
        }
    }
    allowed
}

/// A service that paths end in. In China some services have names of their own, and some have names
/// for each Region, such as `states.eu-west-1.amazonaws.com`.
fn service(name: &str) -> Option<&'static str> {
    let find = |name: &str| SERVICES.binary_search(&name).ok().and_then(|at| SERVICES.get(at)).copied();
    let name = name.strip_suffix(".cn").unwrap_or(name);
    find(name).or_else(|| {
        let (service, rest) = name.split_once('.')?;
        let (region, domain) = rest.split_once('.')?;
        let is_region = region.matches('-').count() >= 2 && region.ends_with(|c: char| c.is_ascii_digit());
        is_region.then(|| find(&format!("{service}.{domain}")))?
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn trusts(statements: &Value) -> Trusts {
        let context = Context::unknown().with("aws:PrincipalOrgID", rolesweep_policy::Fact::value("o-ours"));
        let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        Trusts::of(Some(&document), &context)
    }

    fn statement(effect: &str, principal: &Value) -> Value {
        json!({"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"})
    }

    #[test]
    fn services_are_those_that_paths_end_in() {
        for (service, known) in [
            ("lambda.amazonaws.com", true),
            ("ec2.amazonaws.com.cn", true),
            ("support.amazonaws.com", false),
            ("lambda.example.com", false),
        ] {
            let trusts = trusts(&statement("Allow", &json!({"Service": service})));
            assert_eq!(!trusts.services.is_empty(), known, "{service}");
            assert!(!trusts.has_principals());
        }
        let pool = json!({"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": "sts:AssumeRoleWithWebIdentity"});
        assert_eq!(&*trusts(&pool).services, ["cognito-identity.amazonaws.com"]);
    }

    #[test]
    fn principals_are_accounts_roles_and_anyone() {
        let own = "arn:aws:iam::111111111111:role/me";
        for (principal, may_be) in [
            (json!({"AWS": "111111111111"}), Some(true)),
            (json!({"AWS": "arn:aws:iam::111111111111:root"}), Some(true)),
            (json!({"AWS": own}), Some(true)),
            (json!({"AWS": "arn:aws:sts::111111111111:assumed-role/me/session"}), Some(true)),
            (json!({"AWS": "arn:aws:sts::222222222222:assumed-role/me/session"}), Some(false)),
            (json!({"AWS": "arn:aws:sts::111111111111:assumed-role/you/me"}), Some(false)),
            (json!("*"), Some(true)),
            (json!({"AWS": "222222222222"}), Some(false)),
            (json!({"AWS": "AROADBQP57FF2AEXAMPLE"}), Some(false)),
            (json!({"Service": "ec2.amazonaws.com"}), Some(false)),
        ] {
            let trusts = trusts(&statement("Allow", &principal));
            assert_eq!(trusts.may_be(own, "111111111111"), may_be, "{principal}");
        }
        let me = trusts(&statement("Allow", &json!({"AWS": "arn:aws:sts::1:assumed-role/me/session"})));
        for (role, may_be) in [("app/me", true), ("me/you", false), ("app-me", false)] {
            assert_eq!(me.may_be(&format!("arn:aws:iam::1:role/{role}"), "1"), Some(may_be), "{role}");
        }
        let all_but = json!({"Effect": "Allow", "NotPrincipal": {"AWS": "222222222222"}, "Action": "sts:*"});
        assert!(trusts(&all_but).is_open);
    }

    #[test]
    fn a_condition_that_cannot_hold_and_a_plain_deny_let_nobody_in() {
        let account = json!({"AWS": "111111111111"});
        let allow = || statement("Allow", &account);
        let with = |condition: Value| {
            let mut statement = allow();
            statement["Condition"] = condition;
            trusts(&statement)
        };
        assert!(!with(json!({"StringEquals": {"aws:PrincipalOrgID": "o-theirs"}})).has_principals());
        assert!(!with(json!({"StringEquals": {"aws:PrincipalOrgID": "o-ours"}})).is_limited);
        assert!(with(json!({"StringEquals": {"sts:ExternalId": "x"}})).is_limited);
        for denied in [json!("*"), account.clone()] {
            assert!(!trusts(&json!([allow(), statement("Deny", &denied)])).has_principals(), "{denied}");
        }
        let other = json!({"AWS": "222222222222"});
        assert!(trusts(&json!([allow(), statement("Deny", &other)])).has_principals());
        let mut conditional = statement("Deny", &json!("*"));
        conditional["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}});
        assert!(trusts(&json!([allow(), conditional])).has_principals());
    }

    #[test]
    fn only_actions_that_assume_the_role_let_anybody_in() {
        let account = json!({"AWS": "111111111111"});
        let of =
            |effect: &str, actions: Value| json!({"Effect": effect, "Principal": account, "Action": actions});
        for (actions, is_let_in) in [
            (json!("sts:AssumeRole"), true),
            (json!("sts:AssumeRole*"), true),
            (json!("sts:*"), true),
            (json!(["sts:TagSession", "STS:assumerole"]), true),
            (json!("sts:TagSession"), false),
            (json!(["sts:TagSession", "sts:SetSourceIdentity"]), false),
            (json!("sts:AssumeRoleWith*"), false),
        ] {
            assert_eq!(trusts(&of("Allow", actions.clone())).has_principals(), is_let_in, "{actions}");
            // The same of what is denied.
            let denied = trusts(&json!([of("Allow", json!("sts:*")), of("Deny", actions.clone())]));
            assert_eq!(denied.has_principals(), !is_let_in, "{actions}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_is_too_much_is_unknown() {
        for document in [None, Some(""), Some("{}")] {
            let trusts = Trusts::of(document, &Context::unknown());
            assert_eq!(trusts.may_be("arn:aws:iam::1:role/me", "1"), None);
        }
        let many: Vec<String> = (0..1000).map(|number| format!("{number:012}")).collect();
        let trusts = trusts(&statement("Allow", &json!({"AWS": many})));
        assert_eq!(trusts.may_be("arn:aws:iam::000000000999:role/me", "000000000999"), None);
        assert!(trusts.size() < 9000, "{}", trusts.size());
    }

    #[test]
    fn every_role_that_a_policy_of_aws_size_names_is_known() {
        let named: Vec<String> =
            (0..90).map(|number| format!("arn:aws:iam::111111111111:role/app-{number:02}")).collect();
        let all = json!({"AWS": named});
        assert!(all.to_string().len() < 4096);
        let trusts = trusts(&statement("Allow", &all));
        assert_eq!(trusts.may_be("arn:aws:iam::111111111111:role/app-89", "111111111111"), Some(true));
        assert_eq!(trusts.may_be("arn:aws:iam::111111111111:role/other", "111111111111"), Some(false));
    }
}
