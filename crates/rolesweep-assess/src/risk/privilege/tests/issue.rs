//! Cases that every change has to keep.

use serde_json::json;

use super::fixture::{Case, allow, codes};
use crate::risk::privilege::PrivilegeLevel;

#[test]
fn a_boundary_takes_an_escalation_away_and_without_it_the_path_is_named() {
    let case = Case::new()
        .allowing(allow("iam:PassRole", "*"))
        .allowing(allow(json!(["lambda:CreateFunction", "lambda:InvokeFunction"]), "*"));
    assert_eq!(codes(&case.judge()), ["escalate:lambda-001", "change"]);
    let bounded = case.bounded(allow("s3:*", "*"));
    let bounded = bounded.judge();
    assert_eq!(codes(&bounded), ["none"]);
    assert_eq!(bounded.evidence[1], "boundary \"bound\" takes away change, paths through other roles");
}

#[test]
fn a_secret_by_its_arn_is_named() {
    let arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-a1b2c3";
    let privilege = Case::new().allowing(allow("secretsmanager:GetSecretValue", arn)).judge();
    assert_eq!(privilege.level, PrivilegeLevel::DataScoped);
    assert_eq!(
        privilege.evidence[0],
        format!(
            "reads secrets of named resources: secretsmanager:GetSecretValue on {arn} (inline policy \"p0\", statement 1)"
        )
    );
    assert_eq!(
        privilege.evidence.last().map(String::as_str),
        Some("not looked at: resource policies, SCPs, RCPs, session policies, what uses the role")
    );
}

#[test]
fn all_secrets_of_a_region_are_data() {
    let arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:*";
    let privilege = Case::new().allowing(allow("secretsmanager:GetSecretValue", arn)).judge();
    assert_eq!(codes(&privilege), ["data"]);
}
