//! Whom ARNs mean in trust policies and in the role's own.

use serde_json::json;

use super::fixture::{Scan, role};
use super::{ADMIN, assume};
use crate::risk::Confidence;
use crate::risk::privilege::PrivilegeLevel;

#[test]
fn a_trust_in_sessions_of_a_role_finds_the_role_whatever_its_path() {
    let any = assume(json!("arn:aws:iam::*:role/deploy"));
    for (account, name, document, is_reached) in [
        (200, "ci", any.as_str(), true),
        (200, "app/ci", any.as_str(), true),
        (200, "app/team/ci", any.as_str(), true),
        (200, "app/other", any.as_str(), false),
        (201, "app/ci", any.as_str(), false),
        // A role of the same account needs no permission of its own.
        (200, "app/ci", r#"{"Statement":[]}"#, true),
        (200, "app/other", r#"{"Statement":[]}"#, false),
    ] {
        let mut scan = Scan::default();
        let session = json!("arn:aws:sts::000000000200:assumed-role/ci/build");
        scan.add(role(200, "deploy").with(ADMIN).trusting(&session));
        let found = scan.judge(&role(account, name).with(document));
        assert_eq!(found.level == PrivilegeLevel::Escalate, is_reached, "{account} {name} {document}");
        assert!(!is_reached || found.confidence == Confidence::Medium, "the session has to have this name");
    }
}
