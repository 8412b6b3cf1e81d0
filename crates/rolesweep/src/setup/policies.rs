//! The policies: what the caller and the audit role may do, who may assume the audit role, and what
//! the organization delegates to the caller's account. The reasons for the audit role's actions are
//! in the templates.

use rolesweep_scan::operation::{Credentials, Operation};
use serde::Serialize;
use serde_json::{Value, json};

use super::input::{EXTERNAL_ID, SetupInput};

/// The version of the audit role's policy. Everybody has to roll out a change of its actions: raise
/// the version with it. The `Sid`s and the role's tag have it.
pub(super) const POLICY_VERSION: u32 = 2;

/// The audit role's reads that are planned for later versions. Once a scan makes one of them, it
/// moves from here to the scan's [`Operation`]s.
pub(super) const PLANNED: [&str; 9] = [
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:ListInstanceProfilesForRole",
    "iam:ListAccountAliases",
    "iam:ListOpenIDConnectProviders",
    "iam:ListSAMLProviders",
    "iam:GenerateServiceLastAccessedDetails",
    "iam:GetServiceLastAccessedDetails",
];

/// The caller's reads of the organization that are planned for later versions: the accounts' tags.
pub(super) const PLANNED_OF_CALLER: [&str; 1] = ["organizations:ListTagsForResource"];

/// The version of the policy that a role has, for its tag.
pub(super) fn version(input: &SetupInput) -> String {
    let planned = if input.planned_reads { "+planned" } else { "" };
    format!("{POLICY_VERSION}{planned}")
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: String,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Value>,
    action: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Value>,
}

impl Statement {
    /// Allows the actions, on everything.
    fn allow(sid: impl Into<String>, action: Vec<String>) -> Self {
        let resource = Some("*".to_owned());
        Self { sid: sid.into(), effect: "Allow", principal: None, action, resource, condition: None }
    }
}

/// The actions that a scan calls with these credentials. An audit session's actions are exactly
/// those of its session policy.
pub(super) fn called_by(whose: Credentials) -> Vec<String> {
    Operation::ALL
        .iter()
        .filter(|call| call.credentials() == whose)
        .map(|call| call.action().to_owned())
        .collect()
}

/// What the audit role may do.
pub(super) fn permission_policy(input: &SetupInput) -> String {
    let scan = Statement::allow(format!("RolesweepScanV{POLICY_VERSION}"), called_by(Credentials::AuditRole));
    let planned = input.planned_reads.then(|| {
        Statement::allow(format!("RolesweepPlannedV{POLICY_VERSION}"), PLANNED.map(str::to_owned).to_vec())
    });
    document(std::iter::once(scan).chain(planned).collect())
}

/// Who may assume the audit role.
pub(super) fn trust_policy(input: &SetupInput) -> String {
    let mut equals = json!({ "aws:PrincipalOrgID": input.organization() });
    if input.external_id {
        equals["sts:ExternalId"] = json!(EXTERNAL_ID);
    }
    document(vec![Statement {
        principal: Some(account_root(input)),
        resource: None,
        condition: Some(json!({
            "ArnLike": { "aws:PrincipalArn": input.caller_arn() },
            "StringEquals": equals,
        })),
        ..Statement::allow("RolesweepScanner", vec!["sts:AssumeRole".to_owned()])
    }])
}

/// What the caller may do. AWS allows `GetCallerIdentity` to everybody.
pub(super) fn caller_policy(input: &SetupInput) -> String {
    let audit_role = format!("arn:{}:iam::*:role/{}", input.partition, input.role_name);
    document(vec![
        Statement::allow("ReadTheOrganization", reads_of_the_organization(input)),
        Statement {
            resource: Some(audit_role),
            ..Statement::allow("AssumeTheAuditRole", vec!["sts:AssumeRole".to_owned()])
        },
    ])
}

/// What the organization delegates to the caller's account. The caller's own policy says who in
/// that account may do it.
pub(super) fn delegation_policy(input: &SetupInput) -> String {
    document(vec![Statement {
        principal: Some(account_root(input)),
        ..Statement::allow("RolesweepReadsTheOrganization", reads_of_the_organization(input))
    }])
}

fn reads_of_the_organization(input: &SetupInput) -> Vec<String> {
    let called =
        called_by(Credentials::Caller).into_iter().filter(|action| action.starts_with("organizations:"));
    let planned = PLANNED_OF_CALLER.into_iter().filter(|_| input.planned_reads).map(str::to_owned);
    called.chain(planned).collect()
}

fn account_root(input: &SetupInput) -> Value {
    json!({ "AWS": format!("arn:{}:iam::{}:root", input.partition, input.account()) })
}

fn document(statement: Vec<Statement>) -> String {
    let policy = Policy { version: "2012-10-17", statement };
    // Texts and lists of texts always have a JSON form.
    serde_json::to_string_pretty(&policy).map(|text| text + "\n").unwrap_or_default()
}
