//! The session policy of an audit session: the scan's reads and nothing else. The build fails if it
//! would allow more than reads.

use crate::operation::{Credentials, Operation};

/// Refuses an action that the session policy must not allow: one whose verb is neither Get nor
/// List. In a constant, it fails the build:
///
/// ```
/// const _: () = rolesweep_scan::session_policy::assert_reads("iam:GetRole");
/// const _: () = rolesweep_scan::session_policy::assert_reads("iam:ListRoles");
/// ```
///
/// ```compile_fail,E0080
/// const _: () = rolesweep_scan::session_policy::assert_reads("iam:DeleteRole");
/// ```
///
/// # Panics
/// If the verb is another one.
pub const fn assert_reads(action: &str) {
    let mut verb = action.as_bytes();
    while let [first, rest @ ..] = verb {
        verb = rest;
        if *first == b':' {
            break;
        }
    }
    assert!(
        matches!(verb, [b'G', b'e', b't', b'A'..=b'Z', ..] | [b'L', b'i', b's', b't', b'A'..=b'Z', ..]),
        "the session policy may allow nothing but actions whose verb is Get or List"
    );
}

/// The build fails if the session policy would allow more than reads.
const _: () = {
    let mut left: &[Operation] = &Operation::ALL;
    while let [operation, rest @ ..] = left {
        match operation.credentials() {
            Credentials::AuditRole => assert_reads(operation.action()),
            Credentials::Caller => {}
        }
        left = rest;
    }
};

/// The inline session policy that limits every audit session to the scan's read calls, whatever the
/// role itself allows.
#[must_use]
pub fn session_policy() -> String {
    let actions: Vec<String> = Operation::ALL
        .iter()
        .filter(|operation| operation.credentials() == Credentials::AuditRole)
        .map(|operation| format!("\"{}\"", operation.action()))
        .collect();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"*"}}]}}"#,
        actions.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_policy_allows_the_five_reads_and_nothing_else() {
        assert_eq!(
            session_policy(),
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GetAccountAuthorizationDetails","iam:ListRoles","iam:GetRole","iam:GetPolicy","iam:GetPolicyVersion"],"Resource":"*"}]}"#
        );
    }

    #[test]
    fn an_action_that_is_no_read_is_refused() {
        for action in
            ["iam:DeleteRole", "iam:GetRole", "iam:ListRoles", "GetRole", "iam:Getaway", "iam:", "", "iam:*"]
        {
            let is_read = ["iam:GetRole", "iam:ListRoles"].contains(&action);
            assert_eq!(std::panic::catch_unwind(|| assert_reads(action)).is_ok(), is_read, "{action}");
        }
    }
}
