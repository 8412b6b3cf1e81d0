//! The audit role as it is deployed to accounts.

use jiff::Timestamp;

use super::document::{Document, json_list};
use super::spec::{InlinePolicySpec, RoleSpec};

/// An audit role: who may assume it, and what it may do. [`AuditRole::role`] turns it into a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRole {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// The ARN of the user or role that may assume it.
    pub caller_arn: String,
    /// The organization that the caller must be in, if the trust policy requires one.
    pub organization: Option<String>,
    /// The external id that the trust policy requires.
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
        // As `rolesweep setup` prints it: the account's root with conditions, so that the trust
        // survives if the caller is recreated.
        let account = self.caller_arn.split(':').nth(4).unwrap_or_default();
        let partition = self.caller_arn.split(':').nth(1).unwrap_or_default();
        let mut equals = Vec::new();
        if let Some(organization) = &self.organization {
            equals.push(format!(r#""aws:PrincipalOrgID":"{organization}""#));
        }
        if let Some(external_id) = &self.external_id {
            equals.push(format!(r#""sts:ExternalId":"{external_id}""#));
        }
        let mut conditions = vec![format!(r#""ArnEquals":{{"aws:PrincipalArn":"{}"}}"#, self.caller_arn)];
        if !equals.is_empty() {
            conditions.push(format!(r#""StringEquals":{{{}}}"#, equals.join(",")));
        }
        Document::statement(&format!(
            r#""Principal":{{"AWS":"arn:{partition}:iam::{account}:root"}},"Action":"sts:AssumeRole","Condition":{{{}}}"#,
            conditions.join(",")
        ))
    }

    fn permissions(&self) -> Document {
        let statements: Vec<String> = [("Allow", &self.allows), ("Deny", &self.denies)]
            .into_iter()
            .filter(|(_, actions)| !actions.is_empty())
            .map(|(effect, actions)| {
                format!(r#"{{"Effect":"{effect}","Action":{},"Resource":"*"}}"#, json_list(actions))
            })
            .collect();
        Document::statements(&statements)
    }
}
