//! The documents are the files in `config/iam/`. Known values replace their placeholders, and
//! become the defaults of the templates' parameters.

use rolesweep_model::{OrganizationId, Partition};

use super::principal::CallerPrincipal;

/// The audit role's name in the documents, which is the setting's default.
pub(super) const DEFAULT_ROLE_NAME: &str = "RolesweepAudit";

/// The caller in the documents.
const CALLER: &str = "arn:aws:iam::ACCOUNT-ID:role/CALLER-ROLE";

/// The organization in the documents.
const ORGANIZATION: &str = "o-ORGANIZATION-ID";

/// The documents, by name on the command line. The reasons for the actions are in the templates.
pub(super) const DOCUMENTS: [(&str, &str); 5] = [
    (PERMISSION_POLICY, include_str!("../../../../config/iam/permission-policy.json")),
    (TRUST_POLICY, include_str!("../../../../config/iam/trust-policy.json")),
    (CALLER_POLICY, include_str!("../../../../config/iam/caller-policy.json")),
    (STACKSET_TEMPLATE, include_str!("../../../../config/iam/audit-role-stackset.yaml")),
    (STACK_TEMPLATE, include_str!("../../../../config/iam/audit-role-stack.yaml")),
];
pub(super) const PERMISSION_POLICY: &str = "permission-policy";
pub(super) const TRUST_POLICY: &str = "trust-policy";
pub(super) const CALLER_POLICY: &str = "caller-policy";
pub(super) const STACKSET_TEMPLATE: &str = "stackset-template";
pub(super) const STACK_TEMPLATE: &str = "stack-template";

pub(crate) fn document_names() -> [&'static str; DOCUMENTS.len()] {
    DOCUMENTS.map(|(name, _)| name)
}

/// The known values. Unknown ones stay placeholders, or parameters of the templates without a
/// default.
#[derive(Debug, Clone)]
pub(crate) struct SetupInput {
    /// The organization's partition. It is the same as the caller's.
    pub(crate) partition: Partition,
    /// The audit role's name, with its path if it has one, without a leading `/`.
    pub(crate) role_name: String,
    /// The identity that runs the scans.
    pub(crate) caller: Option<CallerPrincipal>,
    /// The organization that the caller belongs to.
    pub(crate) organization: Option<OrganizationId>,
    /// Whether the audit role asks for an external id. The id itself is a secret and is never
    /// printed.
    pub(crate) external_id: bool,
}

impl SetupInput {
    /// The document of this name, with the known values filled in; `None` if there is no such
    /// document.
    pub(crate) fn document(&self, name: &str) -> Option<String> {
        let (_, text) = DOCUMENTS.into_iter().find(|(known, _)| *known == name)?;
        Some(if name.ends_with("template") { self.template(text) } else { self.policy(text) })
    }

    /// The path in IAM's form, with a `/` at both ends, and the name.
    pub(super) fn path_and_name(&self) -> (String, &str) {
        match self.role_name.rsplit_once('/') {
            Some((path, name)) => (format!("/{path}/"), name),
            None => ("/".to_owned(), &self.role_name),
        }
    }

    pub(super) fn caller_arn(&self) -> String {
        match &self.caller {
            Some(caller) => caller.to_string(),
            None => CALLER.replace("arn:aws:", &format!("arn:{}:", self.partition)),
        }
    }

    pub(super) fn organization(&self) -> String {
        self.organization.as_ref().map_or_else(|| ORGANIZATION.to_owned(), ToString::to_string)
    }

    fn policy(&self, text: &str) -> String {
        let role = format!(":role/{}\"", escaped(&self.role_name));
        let mut text = text
            .replace(CALLER, &self.caller_arn())
            .replace("\"arn:aws:", &format!("\"arn:{}:", self.partition))
            .replace(ORGANIZATION, &self.organization())
            .replace(&format!(":role/{DEFAULT_ROLE_NAME}\""), &role);
        if let Some(caller) = &self.caller {
            text = text.replace("ACCOUNT-ID", caller.account().as_str());
        }
        let is_asked_for = |line: &&str| self.external_id || !line.contains("EXTERNAL-ID");
        text.split_inclusive('\n').filter(is_asked_for).collect()
    }

    /// The template, with the known values as the parameters' defaults. This includes the embedded
    /// template.
    fn template(&self, template: &str) -> String {
        let (path, name) = self.path_and_name();
        let defaults = [
            ("RoleName:", Some(name.to_owned())),
            ("RolePath:", Some(path)),
            ("CallerPrincipalArn:", self.caller.as_ref().map(ToString::to_string)),
            ("OrganizationId:", self.organization.as_ref().map(ToString::to_string)),
            ("ExternalId:", (!self.external_id).then(String::new)),
        ];
        let mut text = String::new();
        let mut parameter = None;
        for line in template.lines() {
            let words = line.trim_start();
            let indent = &line[..line.len() - words.len()];
            if words.ends_with(':') {
                parameter = defaults.iter().find(|(name, _)| *name == words).map(|(_, default)| default);
            }
            match parameter {
                Some(_) if words.starts_with("Default: ") => continue,
                Some(Some(default)) if words.starts_with("Type: ") => {
                    text.push_str(&format!("{line}\n{indent}Default: \"{}\"\n", escaped(default)));
                }
                _ => text.push_str(&format!("{line}\n")),
            }
        }
        text
    }
}

/// A text inside the double quotes of JSON or YAML. A role's path may contain quotes and
/// backslashes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
