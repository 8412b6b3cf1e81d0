//! What AWS's error codes and words mean if they mean one thing, and what to do about it.
//!
//! AWS says in the message of a refusal which kind of policy refused: `with an explicit deny in a …
//! policy`, or `because no … policy allows the … action` (IAM User Guide, "Troubleshoot access
//! denied error messages"). If several refuse, it names one of them. A refusal without such words
//! has several possible causes, and no row here.

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The error codes; one of them has to match.
    codes: &'static [&'static str],
    /// The words of the message, in lower case. Empty if the code says enough.
    words: &'static str,
    /// What it means: for reports and the terminal, the same in every run.
    pub text: &'static str,
    /// What to do about it. `{role}` stands for the audit role's name, `{action}` for the call's
    /// IAM action.
    pub remedy: &'static str,
    /// What to do if the caller makes the call and not the audit role: AssumeRole, and calls to
    /// Organizations. `{on}` stands for the role that AssumeRole is about.
    of_caller: Option<&'static str>,
}

/// Codes that say that a permission is missing.
const DENIED: &[&str] = &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/// A row about policies. Different policies apply to the audit role's calls and to the caller's.
const fn denied(
    words: &'static str,
    text: &'static str,
    remedy: &'static str,
    of_caller: &'static str,
) -> Meaning {
    Meaning { codes: DENIED, words, text, remedy, of_caller: Some(of_caller) }
}

/// A row that is the same for every call.
const fn means(
    codes: &'static [&'static str],
    words: &'static str,
    text: &'static str,
    remedy: &'static str,
) -> Meaning {
    Meaning { codes, words, text, remedy, of_caller: None }
}

const SCP: &str =
    "let the service control policies of the account's OUs allow {action} to the audit role {role}";
const SCP_OF_CALLER: &str = "let the service control policies above the caller's account allow {action}{on}";
const RCP: &str =
    "let the resource control policies of the account's OUs allow {action} on the role {role} to the caller";
const BOUNDARY: &str = "allow {action} in the permissions boundary of the role {role}";
const BOUNDARY_OF_CALLER: &str = "allow {action}{on} in the permissions boundary of the caller";
const SESSION: &str = "allow {action} in the session policy that the session was made with";
const SESSION_OF_CALLER: &str =
    "allow {action}{on} in the session policy of the caller's session, or call without that session policy";
const ENDPOINT: &str = "allow {action} in the policy of the VPC endpoint that the call goes through";
const IDENTITY: &str = "allow {action} in the policy of {role} (`rolesweep setup --print permission-policy`)";
const IDENTITY_OF_CALLER: &str = "allow the caller {action}{on} (`rolesweep setup --print caller-policy`)";
const NOT_DENIED: &str = "take the statement that denies {action} out of the policies of {role}";
const NOT_DENIED_OF_CALLER: &str = "take the statement that denies {action} out of the caller's policies";
const TRUST: &str =
    "let the trust policy of {role} allow the caller (`rolesweep setup --print trust-policy` prints it)";

/// Every error that means one thing.
pub static MEANINGS: &[Meaning] = &[
    means(
        &["ValidationError"],
        "exceeds the 1 hour session limit for roles assumed by role chaining",
        "the session is longer than the one hour that role chaining allows",
        "the caller is itself an assumed role: set `--session-duration 1h` or less",
    ),
    means(
        &["ValidationError"],
        "exceeds the maxsessionduration set for this role",
        "the session is longer than the role allows",
        "set a shorter `--session-duration`, or raise the maximum session duration of the role {role}",
    ),
    means(
        &["RegionDisabledException"],
        "",
        "STS is not active in this Region for the account",
        "name a Region with `--region` in which STS is active (us-east-1 always is, in the partition aws), or activate it in the IAM console of \
         the account that AWS names",
    ),
    means(
        &["ValidationError"],
        "at 'externalid' failed to satisfy constraint",
        "the external id is not one that STS accepts",
        "check ROLESWEEP_EXTERNAL_ID: 2 to 1,224 letters, digits, and characters of `_+=,.@:/-`",
    ),
    means(
        &["AccessDenied"],
        "roles may not be assumed by root accounts",
        "the caller is a root user, which cannot assume roles",
        "scan as a role or with IAM Identity Center, not as the account's root user",
    ),
    means(
        &["PackedPolicyTooLarge", "PackedPolicyTooLargeException"],
        "",
        "the session's policy and tags are too large for STS",
        "call with a session that passes on fewer or shorter session tags (transitive tags)",
    ),
    denied(
        "with an explicit deny in a service control policy",
        "a service control policy denies it",
        SCP,
        SCP_OF_CALLER,
    ),
    denied(
        "because no service control policy allows",
        "no service control policy allows it",
        SCP,
        SCP_OF_CALLER,
    ),
    denied(
        "with an explicit deny in a resource control policy",
        "a resource control policy denies it",
        RCP,
        RCP,
    ),
    denied("because no resource control policy allows", "no resource control policy allows it", RCP, RCP),
    denied(
        "with an explicit deny in a permissions boundary",
        "a permissions boundary denies it",
        BOUNDARY,
        BOUNDARY_OF_CALLER,
    ),
    denied(
        "because no permissions boundary allows",
        "the permissions boundary does not allow it",
        BOUNDARY,
        BOUNDARY_OF_CALLER,
    ),
    denied(
        "with an explicit deny in a session policy",
        "a session policy denies it",
        SESSION,
        SESSION_OF_CALLER,
    ),
    denied(
        "because no session policy allows",
        "the session policy does not allow it",
        SESSION,
        SESSION_OF_CALLER,
    ),
    denied(
        "with an explicit deny in a vpc endpoint policy",
        "the policy of a VPC endpoint denies it",
        ENDPOINT,
        ENDPOINT,
    ),
    denied(
        "because no vpc endpoint policy allows",
        "the policy of a VPC endpoint does not allow it",
        ENDPOINT,
        ENDPOINT,
    ),
    denied(
        "with an explicit deny in an identity-based policy",
        "an identity-based policy denies it",
        NOT_DENIED,
        NOT_DENIED_OF_CALLER,
    ),
    denied(
        "because no identity-based policy allows",
        "no identity-based policy allows it",
        IDENTITY,
        IDENTITY_OF_CALLER,
    ),
    denied(
        "with an explicit deny in a resource-based policy",
        "a resource-based policy denies it",
        TRUST,
        TRUST,
    ),
    denied("because no resource-based policy allows", "no resource-based policy allows it", TRUST, TRUST),
];

impl Meaning {
    /// What a code and a message mean, if they mean one thing.
    #[must_use]
    pub fn of(code: &str, message: &str) -> Option<&'static Self> {
        let message = message.to_ascii_lowercase();
        MEANINGS.iter().find(|row| row.codes.contains(&code) && message.contains(row.words))
    }

    /// The row whose text a reason holds, if the error meant one thing. If the reason holds
    /// several, this is the first of them: that call was the preferred one.
    #[must_use]
    pub fn in_reason(summary: &str) -> Option<&'static Self> {
        let at = |row: &Self| {
            row.codes.iter().filter_map(|code| summary.find(&format!("{code}: {}", row.text))).min()
        };
        let held = MEANINGS.iter().filter_map(|row| Some((at(row)?, row)));
        held.min_by_key(|(at, _)| *at).map(|(_, row)| row)
    }

    /// Whether the caller's or the audit role's own policies lack the permission.
    #[must_use]
    pub fn is_missing_permission(&self) -> bool {
        self.remedy == IDENTITY
    }

    /// What to do about it if this call failed with it.
    #[must_use]
    pub fn remedy(&self, action: &str, role: &str) -> String {
        let text = match self.of_caller {
            Some(of_caller) if !action.starts_with("iam:") => of_caller,
            _ => self.remedy,
        };
        let on = if action == "sts:AssumeRole" { format!(" on {role}") } else { String::new() };
        text.replace("{action}", action).replace("{on}", &on).replace("{role}", role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages as AWS writes them, with the names of examples.
    const REAL: &[(&str, &str, &str)] = &[
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            "the session is longer than the one hour that role chaining allows",
        ),
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            "the session is longer than the role allows",
        ),
        (
            "RegionDisabledException",
            "STS is not activated in this region for account:123456789012. Your account administrator can activate STS in this region using the \
             IAM Console.",
            "STS is not active in this Region for the account",
        ),
        (
            "ValidationError",
            "1 validation error detected: Value '…' at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: \
             [\\w+=,.@:\\/-]*",
            "the external id is not one that STS accepts",
        ),
        (
            "AccessDenied",
            "Roles may not be assumed by root accounts.",
            "the caller is a root user, which cannot assume roles",
        ),
        (
            "AccessDenied",
            "User: arn:aws:sts::123456789012:assumed-role/RolesweepAudit/s is not authorized to perform: iam:GetAccountAuthorizationDetails on \
             resource: * with an explicit deny in a service control policy",
            "a service control policy denies it",
        ),
        // Since January 2026 AWS adds the policy's ARN.
        (
            "AccessDenied",
            "User: arn:aws:iam::123456789012:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/R with \
             an explicit deny in a service control policy: arn:aws:organizations::123456789012:policy/o-abc/service_control_policy/p-abc",
            "a service control policy denies it",
        ),
        (
            "AccessDenied",
            "User: arn:aws:iam::777788889999:user/JohnDoe is not authorized to perform: iam:ListRoles because no permissions boundary allows the \
             iam:ListRoles action",
            "the permissions boundary does not allow it",
        ),
        (
            "AccessDenied",
            "User: arn:aws:iam::123456789012:user/a is not authorized to perform: iam:GetRole with an explicit deny in a permissions boundary",
            "a permissions boundary denies it",
        ),
        (
            "AccessDenied",
            "User: arn:aws:iam::123456789012:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/R \
             because no identity-based policy allows the sts:AssumeRole action",
            "no identity-based policy allows it",
        ),
        (
            "AccessDenied",
            "User: arn:aws:sts::123456789012:assumed-role/A/s is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/R \
             because no session policy allows the sts:AssumeRole action",
            "the session policy does not allow it",
        ),
        (
            "AccessDeniedException",
            "User: arn:aws:sts::123456789012:assumed-role/A/s is not authorized to perform: organizations:ListAccounts on resource: * with an \
             explicit deny in an identity-based policy",
            "an identity-based policy denies it",
        ),
        (
            "AccessDenied",
            "User: a is not authorized to perform: iam:ListRoles on resource: x because no VPC endpoint policy allows the iam:ListRoles action",
            "the policy of a VPC endpoint does not allow it",
        ),
        (
            "AccessDenied",
            "User: a is not authorized to perform: sts:AssumeRole on resource: x with an explicit deny in a resource control policy",
            "a resource control policy denies it",
        ),
        (
            "AccessDenied",
            "User: a is not authorized to perform: sts:AssumeRole on resource: x with an explicit deny in a resource-based policy",
            "a resource-based policy denies it",
        ),
    ];

    #[test]
    fn awss_own_words_mean_one_thing() {
        for (code, message, text) in REAL {
            let meaning = Meaning::of(code, message).unwrap_or_else(|| panic!("{message}"));
            assert_eq!(meaning.text, *text, "{message}");
            let kept = format!("sts:AssumeRole: {code}: {}", meaning.text);
            assert_eq!(Meaning::in_reason(&kept), Some(meaning));
        }
    }

    #[test]
    fn a_refusal_without_a_reason_means_nothing_in_particular() {
        for (code, message) in [
            (
                "AccessDenied",
                "User: arn:aws:iam::123456789012:user/a is not authorized to perform: sts:AssumeRole on resource: x",
            ),
            ("AccessDenied", "Access denied"),
            (
                "ValidationError",
                "1 validation error detected: Value '' at 'roleArn' failed to satisfy constraint",
            ),
            ("Throttling", "with an explicit deny in a service control policy"),
            ("SomethingNew", ""),
        ] {
            assert_eq!(Meaning::of(code, message), None, "{code} {message}");
            assert_eq!(Meaning::in_reason(code), None);
        }
    }

    #[test]
    fn of_several_errors_the_first_one_counts() {
        let reason = "iam:GetAccountAuthorizationDetails: AccessDenied: the permissions boundary does not allow it; iam:ListRoles: AccessDenied: a \
                      service control policy denies it";
        assert_eq!(Meaning::in_reason(reason).unwrap().text, "the permissions boundary does not allow it");
    }

    #[test]
    fn a_denied_call_to_organizations_is_fixed_in_the_callers_policies() {
        let remedy = |message: &str| {
            Meaning::of("AccessDeniedException", message).unwrap().remedy("organizations:ListRoots", "R")
        };
        assert_eq!(
            remedy("with an explicit deny in a service control policy"),
            "let the service control policies above the caller's account allow organizations:ListRoots"
        );
        assert_eq!(
            remedy("because no identity-based policy allows the organizations:ListRoots action"),
            "allow the caller organizations:ListRoots (`rolesweep setup --print caller-policy`)"
        );
    }

    #[test]
    fn every_row_has_a_text_and_a_remedy_of_its_own_that_names_what_to_change() {
        for (at, row) in MEANINGS.iter().enumerate() {
            assert!(!row.text.is_empty() && row.words == row.words.to_ascii_lowercase(), "{row:?}");
            assert!(MEANINGS[..at].iter().all(|other| other.text != row.text), "{row:?}");
            for action in ["sts:AssumeRole", "iam:GetRole"] {
                let remedy = row.remedy(action, "RolesweepAudit");
                assert!(!remedy.is_empty() && !remedy.contains(['{', '}']), "{remedy}");
            }
        }
    }

    #[test]
    fn a_denied_assume_role_is_fixed_in_the_callers_policies() {
        let denied =
            "User: a is not authorized to perform: x because no identity-based policy allows the x action";
        let meaning = Meaning::of("AccessDenied", denied).unwrap();
        assert!(meaning.remedy("sts:AssumeRole", "R").contains("--print caller-policy"));
        assert_eq!(
            meaning.remedy("iam:GetRole", "R"),
            "allow iam:GetRole in the policy of R (`rolesweep setup --print permission-policy`)"
        );
    }
}
