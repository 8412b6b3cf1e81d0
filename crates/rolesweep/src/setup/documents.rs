//! The three policy documents, as JSON.

use serde::Serialize;

use super::reads::{ASSUME_ROLE, AUDIT_READS, CALLER_READS, POLICY_VERSION, Read};
use super::{SetupInput, placeholder};

/// An IAM policy document. Its fields stand in the order in which people write them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: String,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Principal>,
    action: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

#[derive(Debug, Serialize)]
struct Principal {
    #[serde(rename = "AWS")]
    aws: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    arn_like: PrincipalCondition,
    string_equals: OriginCondition,
}

#[derive(Debug, Serialize)]
struct PrincipalCondition {
    #[serde(rename = "aws:PrincipalArn")]
    principal_arn: String,
}

#[derive(Debug, Serialize)]
struct OriginCondition {
    #[serde(rename = "aws:PrincipalOrgID")]
    organization: String,
    #[serde(rename = "sts:ExternalId", skip_serializing_if = "Option::is_none")]
    external_id: Option<&'static str>,
}

/// The name under which every version of the audit role's policy is known, with the version in it.
pub(super) fn policy_sid() -> String {
    format!("RolesweepReadsV{POLICY_VERSION}")
}

/// What the audit role may do.
pub(super) fn permission_policy() -> String {
    render(vec![Statement {
        sid: policy_sid(),
        effect: "Allow",
        principal: None,
        action: actions(AUDIT_READS),
        resource: Some("*".to_owned()),
        condition: None,
    }])
}

/// Who may assume the audit role. The principal is the caller's account, so that the policy survives when the caller's role
/// is made anew; the conditions narrow it down to that one role. Both must hold.
pub(super) fn trust_policy(input: &SetupInput) -> String {
    let account = match &input.caller_principal {
        Some(caller) => caller.account().to_string(),
        None => placeholder::ACCOUNT.to_owned(),
    };
    let principal_arn = match &input.caller_principal {
        Some(caller) => caller.to_string(),
        None => placeholder::principal_arn(&input.partition),
    };
    let organization = match &input.organization_id {
        Some(id) => id.to_string(),
        None => placeholder::ORGANIZATION.to_owned(),
    };
    render(vec![Statement {
        sid: "RolesweepScanner".to_owned(),
        effect: "Allow",
        principal: Some(Principal { aws: format!("arn:{}:iam::{account}:root", input.partition) }),
        action: vec![ASSUME_ROLE],
        resource: None,
        condition: Some(Condition {
            arn_like: PrincipalCondition { principal_arn },
            string_equals: OriginCondition {
                organization,
                external_id: input.external_id.then_some(placeholder::EXTERNAL_ID),
            },
        }),
    }])
}

/// What the caller needs: to read the organization, and to assume the audit role wherever it is.
pub(super) fn caller_policy(input: &SetupInput) -> String {
    render(vec![
        Statement {
            sid: "ReadTheOrganization".to_owned(),
            effect: "Allow",
            principal: None,
            action: actions(CALLER_READS),
            resource: Some("*".to_owned()),
            condition: None,
        },
        Statement {
            sid: "AssumeTheAuditRole".to_owned(),
            effect: "Allow",
            principal: None,
            action: vec![ASSUME_ROLE],
            resource: Some(format!("arn:{}:iam::*:role/{}", input.partition, input.role_name)),
            condition: None,
        },
    ])
}

fn actions(table: &[Read]) -> Vec<&'static str> {
    table.iter().map(|read| read.action).collect()
}

fn render(statement: Vec<Statement>) -> String {
    let document = Document { version: "2012-10-17", statement };
    // Texts in structs always serialize.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::{filled_in, open};
    use super::*;

    #[test]
    fn the_trust_policy_names_one_principal_of_one_organization() {
        insta::assert_snapshot!(trust_policy(&filled_in()), @r#"
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Sid": "RolesweepScanner",
              "Effect": "Allow",
              "Principal": {
                "AWS": "arn:aws-us-gov:iam::000000000123:root"
              },
              "Action": [
                "sts:AssumeRole"
              ],
              "Condition": {
                "ArnLike": {
                  "aws:PrincipalArn": "arn:aws-us-gov:iam::000000000123:role/scan/Scanner"
                },
                "StringEquals": {
                  "aws:PrincipalOrgID": "o-exampleorgid",
                  "sts:ExternalId": "EXTERNAL-ID"
                }
              }
            }
          ]
        }
        "#);
    }

    #[test]
    fn what_is_not_known_stays_a_word_in_capitals_and_both_conditions_stay() {
        let text = trust_policy(&open());
        for part in [
            "arn:aws:iam::ACCOUNT-ID:root",
            "arn:aws:iam::ACCOUNT-ID:role/CALLER-ROLE",
            "\"aws:PrincipalOrgID\": \"o-ORGANIZATION-ID\"",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("ExternalId"));
    }

    #[test]
    fn the_caller_may_assume_the_audit_role_and_nothing_else() {
        let document: serde_json::Value = serde_json::from_str(&caller_policy(&filled_in())).unwrap();
        let assume = &document["Statement"][1];
        assert_eq!(assume["Action"], serde_json::json!(["sts:AssumeRole"]));
        assert_eq!(assume["Resource"], "arn:aws-us-gov:iam::*:role/audit/RolesweepAudit");
    }

    #[test]
    fn documents_fit_into_the_quotas() {
        // IAM counts without white space: 2,048 for a trust policy, 6,144 for a managed policy, 10,240 for a role's inline ones.
        let length = |text: &str| text.bytes().filter(|b| !b.is_ascii_whitespace()).count();
        assert!(length(&trust_policy(&filled_in())) < 1024);
        assert!(length(&permission_policy()) < 2048);
        assert!(length(&caller_policy(&filled_in())) < 2048);
    }
}
