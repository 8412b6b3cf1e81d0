//! What has to be put in place before a scan: the audit role in every account, and what the caller needs.
//!
//! Pure: whatever the command knows comes in as [`SetupInput`], and texts come out. The tables in [`reads`] say
//! what is allowed, and the files below `config/iam/` are the templates; tests hold the two together.

mod commands;
mod documents;
mod principal;
mod reads;
mod templates;
mod text;

use std::fmt;

use rolesweep_model::{OrganizationId, Partition};

pub(crate) use principal::CallerPrincipal;

/// The audit role's name where nobody chooses another: the settings' default.
const DEFAULT_ROLE_NAME: &str = "RolesweepAudit";

/// What the documents are made for. What is not known stays a placeholder, or a parameter of the templates.
#[derive(Debug, Clone)]
pub(crate) struct SetupInput {
    /// The partition that the organization is in.
    pub(crate) partition: Partition,
    /// The audit role's name, with its path where it has one, without a leading `/`.
    pub(crate) role_name: String,
    /// Who runs the scans.
    pub(crate) caller_principal: Option<CallerPrincipal>,
    /// The organization that the caller is in.
    pub(crate) organization_id: Option<OrganizationId>,
    /// Whether the audit role asks for an external id. The id itself is a secret and is printed nowhere.
    pub(crate) external_id: bool,
}

impl SetupInput {
    /// The path as IAM wants it, with a `/` at both ends, and the name.
    fn path_and_name(&self) -> (String, &str) {
        match self.role_name.rsplit_once('/') {
            Some((path, name)) => (format!("/{path}/"), name),
            None => ("/".to_owned(), &self.role_name),
        }
    }
}

/// One of the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What the audit role may do, as JSON.
    PermissionPolicy,
    /// Who may assume the audit role, as JSON.
    TrustPolicy,
    /// What the caller needs, as JSON.
    CallerPolicy,
    /// The audit role in every member account, as CloudFormation.
    StacksetTemplate,
    /// The audit role in one account, as CloudFormation.
    StackTemplate,
}

impl Part {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::PermissionPolicy,
        Self::TrustPolicy,
        Self::CallerPolicy,
        Self::StacksetTemplate,
        Self::StackTemplate,
    ];

    /// Its name on the command line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::PermissionPolicy => "permission-policy",
            Self::TrustPolicy => "trust-policy",
            Self::CallerPolicy => "caller-policy",
            Self::StacksetTemplate => "stackset-template",
            Self::StackTemplate => "stack-template",
        }
    }
}

/// The documents, ready to be printed. `Display` shows the three policies with what to do, step by step.
#[derive(Debug, Clone)]
pub(crate) struct SetupText {
    input: SetupInput,
    permission_policy: String,
    trust_policy: String,
    caller_policy: String,
    stackset_template: String,
    stack_template: String,
}

impl SetupText {
    /// One document alone, with a line break at its end.
    pub(crate) fn part(&self, part: Part) -> &str {
        match part {
            Part::PermissionPolicy => &self.permission_policy,
            Part::TrustPolicy => &self.trust_policy,
            Part::CallerPolicy => &self.caller_policy,
            Part::StacksetTemplate => &self.stackset_template,
            Part::StackTemplate => &self.stack_template,
        }
    }
}

impl fmt::Display for SetupText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::guide(self))
    }
}

/// Why there is nothing to print.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SetupError {
    /// A principal of one partition can assume no role of another.
    #[error("the caller is in partition {caller}, and no principal reaches into partition {partition}")]
    Partition {
        /// The caller's partition.
        caller: Partition,
        /// The partition asked for.
        partition: Partition,
    },
}

/// Makes the documents.
///
/// # Errors
/// When the caller is in another partition than the one asked for.
pub(crate) fn render(input: &SetupInput) -> Result<SetupText, SetupError> {
    if let Some(caller) = &input.caller_principal
        && *caller.partition() != input.partition
    {
        return Err(SetupError::Partition {
            caller: caller.partition().clone(),
            partition: input.partition.clone(),
        });
    }
    Ok(SetupText {
        input: input.clone(),
        permission_policy: documents::permission_policy(),
        trust_policy: documents::trust_policy(input),
        caller_policy: documents::caller_policy(input),
        stackset_template: templates::stackset(input),
        stack_template: templates::stack(input),
    })
}

/// Words that stand where something is not known. Capitals and no angle brackets, so that they survive a copy into a shell.
mod placeholder {
    use rolesweep_model::Partition;

    /// For the caller's account.
    pub(super) const ACCOUNT: &str = "ACCOUNT-ID";
    /// For the caller's role.
    pub(super) const CALLER_ROLE: &str = "CALLER-ROLE";
    /// For the organization.
    pub(super) const ORGANIZATION: &str = "o-ORGANIZATION-ID";
    /// For the external id.
    pub(super) const EXTERNAL_ID: &str = "EXTERNAL-ID";
    /// For the root or the OUs that get the audit role.
    pub(super) const TARGETS: &str = "ROOT-ID";
    /// For a Region of a partition that is not known here.
    pub(super) const REGION: &str = "REGION";
    /// For the account of a first, small scan.
    pub(super) const TRIAL: &str = "TRIAL-ACCOUNT-ID";

    /// For the caller.
    pub(super) fn principal_arn(partition: &Partition) -> String {
        format!("arn:{partition}:iam::{ACCOUNT}:role/{CALLER_ROLE}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing is known but the defaults: what `config/iam/` holds.
    pub(super) fn open() -> SetupInput {
        SetupInput {
            partition: Partition::aws(),
            role_name: DEFAULT_ROLE_NAME.to_owned(),
            caller_principal: None,
            organization_id: None,
            external_id: false,
        }
    }

    /// Everything is known and nothing is the default.
    pub(super) fn filled_in() -> SetupInput {
        SetupInput {
            partition: "aws-us-gov".parse().unwrap(),
            role_name: "audit/RolesweepAudit".to_owned(),
            caller_principal: Some("arn:aws-us-gov:iam::000000000123:role/scan/Scanner".parse().unwrap()),
            organization_id: Some("o-exampleorgid".parse().unwrap()),
            external_id: true,
        }
    }

    #[test]
    fn each_partition_gets_its_own_arns_and_no_other() {
        for name in ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso"] {
            let text = render(&SetupInput { partition: name.parse().unwrap(), ..open() }).unwrap();
            for part in [Part::TrustPolicy, Part::CallerPolicy] {
                for arn in text.part(part).split('"').filter(|word| word.starts_with("arn:")) {
                    assert!(arn.starts_with(&format!("arn:{name}:")), "{name}: {arn}");
                }
            }
        }
    }

    #[test]
    fn the_default_name_is_the_settings_own() {
        let defaults = include_str!("../../../../config/default.toml");
        assert!(defaults.contains(&format!("\nrole_name = \"{DEFAULT_ROLE_NAME}\"\n")));
    }

    #[test]
    fn a_caller_of_another_partition_is_refused() {
        let input = SetupInput { partition: Partition::aws(), ..filled_in() };
        let error = render(&input).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the caller is in partition aws-us-gov, and no principal reaches into partition aws"
        );
    }

    #[test]
    fn parts_have_names_of_their_own_and_end_in_a_line_break() {
        let text = render(&open()).unwrap();
        let mut names: Vec<_> = Part::ALL.map(Part::as_str).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Part::ALL.len());
        assert!(
            Part::ALL
                .into_iter()
                .all(|part| text.part(part).ends_with("}\n") || text.part(part).ends_with(".Arn\n"))
        );
    }
}
