//! The audit role as it is deployed into accounts.

use jiff::Timestamp;

use super::spec::{Document, InlinePolicySpec, RoleSpec};

/// An audit role: who may assume it, and what it may do. [`AuditRole::role`] makes the role of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRole {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// The ARN of the user or role that may assume it.
    pub caller_arn: String,
    /// The organization that the caller must be in, where the trust policy says so.
    pub organization: Option<String>,
    /// The external id that the trust policy wants.
    pub external_id: Option<String>,
    /// The actions that it may call.
    pub allows: Vec<String>,
    /// The actions that it is denied, whatever else allows them.
    pub denies: Vec<String>,
    /// How long its sessions may last.
    pub max_session_seconds: u32,
}

impl AuditRole {
    /// `RolesweepAudit`, which lets this caller read what a scan reads.
    #[must_use]
    pub fn new(caller_arn: impl Into<String>) -> Self {
        let allows = [
            "iam:GetAccountAuthorizationDetails",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:GetRole",
            "iam:ListAccountAliases",
            "iam:ListRoles",
        ];
        Self {
            name: "RolesweepAudit".to_owned(),
            path: "/".to_owned(),
            caller_arn: caller_arn.into(),
            organization: None,
            external_id: None,
            allows: allows.map(str::to_owned).to_vec(),
            denies: Vec::new(),
            max_session_seconds: 3600,
        }
    }

    /// The same, but allowed only this.
    #[must_use]
    pub fn allowing(mut self, actions: &[&str]) -> Self {
        self.allows = actions.iter().map(|&action| action.to_owned()).collect();
        self
    }

    /// The same, but denied this.
    #[must_use]
    pub fn denying(mut self, actions: &[&str]) -> Self {
        self.denies = actions.iter().map(|&action| action.to_owned()).collect();
        self
    }

    /// The same, with an external id.
    #[must_use]
    pub fn with_external_id(mut self, external_id: &str) -> Self {
        self.external_id = Some(external_id.to_owned());
        self
    }

    /// The role, in use as of `now`.
    #[must_use]
    pub fn role(&self, created: Timestamp, now: Timestamp) -> RoleSpec {
        RoleSpec {
            path: self.path.clone(),
            trust: self.trust(),
            inline: vec![InlinePolicySpec { name: "ReadRoles".to_owned(), document: self.permissions() }],
            max_session_seconds: self.max_session_seconds,
            description: Some("Read-only access for finding unused roles.".to_owned()),
            ..RoleSpec::new(self.name.clone(), created).used_in(now, "us-east-1")
        }
    }

    fn trust(&self) -> Document {
        // As `rolesweep setup` prints it: the account's root with conditions, so that the trust survives a recreated caller.
        let account = self.caller_arn.split(':').nth(4).unwrap_or_default();
        let partition = self.caller_arn.split(':').nth(1).unwrap_or_default();
        let mut equals = serde_json::Map::new();
        if let Some(organization) = &self.organization {
            equals.insert("aws:PrincipalOrgID".to_owned(), organization.as_str().into());
        }
        if let Some(external_id) = &self.external_id {
            equals.insert("sts:ExternalId".to_owned(), external_id.as_str().into());
        }
        let mut condition = serde_json::json!({ "ArnEquals": { "aws:PrincipalArn": self.caller_arn } });
        if !equals.is_empty() {
            condition["StringEquals"] = equals.into();
        }
        Document::new(
            serde_json::json!({
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": { "AWS": format!("arn:{partition}:iam::{account}:root") },
                    "Action": "sts:AssumeRole",
                    "Condition": condition,
                }],
            })
            .to_string(),
        )
    }

    fn permissions(&self) -> Document {
        let mut statements = Vec::new();
        for (effect, actions) in [("Allow", &self.allows), ("Deny", &self.denies)] {
            if !actions.is_empty() {
                statements.push(serde_json::json!({ "Effect": effect, "Action": actions, "Resource": "*" }));
            }
        }
        Document::new(serde_json::json!({ "Version": "2012-10-17", "Statement": statements }).to_string())
    }
}
