//! The identity that the audit role trusts: one principal of one account, in the form of
//! `aws:PrincipalArn`.

use std::fmt;
use std::str::FromStr;

use rolesweep_model::{AccountId, Partition};

/// The path of permission sets' roles. Only AWS can create roles there.
const IDENTITY_CENTER: &str = "aws-reserved/sso.amazonaws.com/";

/// The beginning of such a role's name. The permission set's name and sixteen digits follow.
const PERMISSION_SET: &str = "AWSReservedSSO_";

/// The length of the end of such a name. AWS chooses a new one whenever it creates the role.
const SUFFIX: usize = 16;

/// The identity that runs the scans: a role or a user, as a pattern for the condition key
/// `aws:PrincipalArn`.
///
/// For an assumed role that key has the ARN of the *role*, with its path and without the session's
/// name (IAM user guide, global condition keys). So the ARN that `aws sts get-caller-identity`
/// prints is turned into the role's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallerPrincipal {
    partition: Partition,
    account: AccountId,
    /// `role/…` or `user/…`, with wildcards only if they cannot match anybody else.
    resource: String,
    /// Whether the ARN came without the role's path. The path is then assumed to be `/`.
    path_assumed: bool,
}

/// Where a caller gets its permissions from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallerKind<'a> {
    /// A permission set of IAM Identity Center, which makes the caller's role.
    PermissionSet,
    /// A role of this name, without its path.
    Role(&'a str),
    /// A user of this name, without its path.
    User(&'a str),
}

/// Why an ARN cannot be used in the trust policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PrincipalError {
    /// It is not the ARN of a principal.
    #[error(
        "not the ARN of a role, a user or an assumed role (arn:PARTITION:iam::ACCOUNT:role/NAME, or what `aws sts get-caller-identity` prints)"
    )]
    Shape,
    /// The root of an account means everybody in it, and cannot assume roles itself.
    #[error("an account's root is everybody in that account; name the role that runs the scans")]
    Root,
    /// Its session has no role behind it.
    #[error("a federated user cannot assume roles; name the role that runs the scans")]
    Federated,
    /// A wildcard could match a principal that somebody else creates.
    #[error(
        "a wildcard would trust anybody who can create a matching role; only roles of permission sets (role/aws-reserved/sso.amazonaws.com/…) may have one"
    )]
    Wildcard,
}

impl CallerPrincipal {
    pub(crate) fn partition(&self) -> &Partition {
        &self.partition
    }

    pub(crate) fn account(&self) -> AccountId {
        self.account
    }

    pub(super) fn kind(&self) -> CallerKind<'_> {
        let name = self.resource.rsplit('/').next().unwrap_or_default();
        match self.resource.split_once('/') {
            Some(("user", _)) => CallerKind::User(name),
            Some((_, rest)) if rest.starts_with(IDENTITY_CENTER) => CallerKind::PermissionSet,
            _ => CallerKind::Role(name),
        }
    }

    /// Whether the role's path was unknown. The pattern then matches only a role without a path.
    pub(crate) fn path_assumed(&self) -> bool {
        self.path_assumed
    }

    /// The pattern for an assumed role's name. An STS ARN has only the name, and not the path.
    fn of_session(role_name: &str) -> String {
        let permission_set = role_name
            .strip_prefix(PERMISSION_SET)
            .and_then(|rest| rest.rsplit_once('_'))
            .filter(|(name, suffix)| !name.is_empty() && suffix.len() == SUFFIX);
        match permission_set {
            // The path contains Identity Center's home Region, unless that is us-east-1. The suffix
            // changes whenever the permission set is removed and assigned again. A fixed number of
            // characters cannot match another permission set's name. Only an administrator of
            // Identity Center can create anything else that the first wildcard matches, and that
            // person can get this permission set anyway.
            Some((name, _)) => {
                format!("role/{IDENTITY_CENTER}*{PERMISSION_SET}{name}_{}", "?".repeat(SUFFIX))
            }
            None => format!("role/{role_name}"),
        }
    }
}

impl FromStr for CallerPrincipal {
    type Err = PrincipalError;

    fn from_str(s: &str) -> Result<Self, PrincipalError> {
        let parts: Vec<&str> = s.splitn(6, ':').collect();
        let [arn, partition, service, region, account, resource] = parts[..] else {
            return Err(PrincipalError::Shape);
        };
        // Paths may contain other characters, including `${`, which has a meaning in policies.
        let plain = resource.bytes().all(|b| rolesweep_model::is_name_byte(b) || b"/*?".contains(&b));
        if arn != "arn" || !region.is_empty() || !plain {
            return Err(PrincipalError::Shape);
        }
        let partition = partition.parse().map_err(|_| PrincipalError::Shape)?;
        let account = account.parse().map_err(|_| PrincipalError::Shape)?;
        let (kind, rest) = resource.split_once('/').unwrap_or((resource, ""));
        let (resource, path_assumed) = match (service, kind) {
            ("iam", "root") => return Err(PrincipalError::Root),
            ("sts", "federated-user") => return Err(PrincipalError::Federated),
            ("iam", "role" | "user") if named(rest) => (resource.to_owned(), false),
            ("sts", "assumed-role") => match rest.split_once('/') {
                Some((role, session)) if named(role) && named(session) && !rest.contains(['*', '?']) => {
                    let pattern = Self::of_session(role);
                    let path_assumed = !pattern.contains(IDENTITY_CENTER);
                    (pattern, path_assumed)
                }
                _ => return Err(PrincipalError::Shape),
            },
            _ => return Err(PrincipalError::Shape),
        };
        let wildcards_harmless = resource.strip_prefix("role/").is_some_and(|role| {
            role.strip_prefix(IDENTITY_CENTER).is_some_and(|rest| rest.contains(PERMISSION_SET))
        });
        if resource.contains(['*', '?']) && !wildcards_harmless {
            return Err(PrincipalError::Wildcard);
        }
        Ok(Self { partition, account, resource, path_assumed })
    }
}

impl fmt::Display for CallerPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:{}:iam::{}:{}", self.partition, self.account, self.resource)
    }
}

/// Whether there is a name at the end of a path.
fn named(rest: &str) -> bool {
    !rest.is_empty() && !rest.ends_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_becomes_what_the_condition_key_holds() {
        for (arn, pattern) in [
            ("arn:aws:iam::000000000123:role/scan/Scanner", "arn:aws:iam::000000000123:role/scan/Scanner"),
            ("arn:aws-cn:iam::123456789012:user/scanner", "arn:aws-cn:iam::123456789012:user/scanner"),
            (
                "arn:aws:sts::123456789012:assumed-role/Scanner/me@example.com",
                "arn:aws:iam::123456789012:role/Scanner",
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Audit_Read_0123456789abcdef/me",
                "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Audit_Read_????????????????",
            ),
            (
                "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*",
                "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*",
            ),
            // Anybody may give a role such a name. Without Identity Center's suffix it is an
            // ordinary role.
            (
                "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_x/me",
                "arn:aws:iam::123456789012:role/AWSReservedSSO_x",
            ),
        ] {
            assert_eq!(arn.parse::<CallerPrincipal>().unwrap().to_string(), pattern, "{arn}");
        }
    }

    #[test]
    fn a_caller_gets_its_permissions_from_a_role_a_user_or_a_permission_set() {
        for (arn, kind) in [
            ("arn:aws:iam::000000000123:role/scan/Scanner", CallerKind::Role("Scanner")),
            ("arn:aws:sts::000000000123:assumed-role/Scanner/me", CallerKind::Role("Scanner")),
            ("arn:aws:iam::000000000123:user/people/ana", CallerKind::User("ana")),
            (
                "arn:aws:sts::000000000123:assumed-role/AWSReservedSSO_Audit_0123456789abcdef/me",
                CallerKind::PermissionSet,
            ),
        ] {
            assert_eq!(arn.parse::<CallerPrincipal>().unwrap().kind(), kind, "{arn}");
        }
    }

    #[test]
    fn the_assumed_path_is_said() {
        let parse = |arn: &str| arn.parse::<CallerPrincipal>().unwrap();
        assert!(parse("arn:aws:sts::123456789012:assumed-role/Scanner/me").path_assumed());
        assert!(!parse("arn:aws:iam::123456789012:role/Scanner").path_assumed());
        assert!(
            !parse("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Audit_0123456789abcdef/me")
                .path_assumed()
        );
    }

    #[test]
    fn an_arn_that_is_not_one_principal_is_refused() {
        for (arn, why) in [
            ("", PrincipalError::Shape),
            ("*", PrincipalError::Shape),
            ("arn:aws:iam::123456789012:root", PrincipalError::Root),
            ("arn:aws:sts::123456789012:federated-user/me", PrincipalError::Federated),
            ("arn:aws:iam::*:role/Scanner", PrincipalError::Shape),
            ("arn:aws:iam::123456789012:role/*", PrincipalError::Wildcard),
            ("arn:aws:iam::123456789012:role/Scan*", PrincipalError::Wildcard),
            ("arn:aws:iam::123456789012:user/?", PrincipalError::Wildcard),
            ("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*", PrincipalError::Wildcard),
            ("arn:aws:sts::123456789012:assumed-role/*/me", PrincipalError::Shape),
            ("arn:aws:sts::123456789012:assumed-role/Scanner", PrincipalError::Shape),
            ("arn:aws:iam::123456789012:role/", PrincipalError::Shape),
            ("arn:aws:iam::123456789012:group/all", PrincipalError::Shape),
            ("arn:aws:iam::123456789012:role/a\"b\n", PrincipalError::Shape),
            ("arn:aws:iam::123456789012:role/${aws:username}/a", PrincipalError::Shape),
            ("arn:azure:iam::123456789012:role/Scanner", PrincipalError::Shape),
        ] {
            assert_eq!(arn.parse::<CallerPrincipal>().unwrap_err(), why, "{arn}");
        }
    }
}
