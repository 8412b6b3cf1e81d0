//! The documents that `setup` prints. `config/iam/` has them as they are when nothing is known.

use super::input::SetupInput;
use super::{policies, templates};

/// One document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    PermissionPolicy,
    TrustPolicy,
    CallerPolicy,
    DelegationPolicy,
    StackSetTemplate,
    StackTemplate,
}

impl Document {
    pub(crate) const ALL: [Self; 6] = [
        Self::PermissionPolicy,
        Self::TrustPolicy,
        Self::CallerPolicy,
        Self::DelegationPolicy,
        Self::StackSetTemplate,
        Self::StackTemplate,
    ];

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PermissionPolicy => "permission-policy",
            Self::TrustPolicy => "trust-policy",
            Self::CallerPolicy => "caller-policy",
            Self::DelegationPolicy => "delegation-policy",
            Self::StackSetTemplate => "stackset-template",
            Self::StackTemplate => "stack-template",
        }
    }

    /// What it is, for a list of the documents.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::PermissionPolicy => "What the audit role may do",
            Self::TrustPolicy => "Who may assume the audit role",
            Self::CallerPolicy => "What the caller may do",
            Self::DelegationPolicy => "Lets the caller's account list the organization's accounts",
            Self::StackSetTemplate => "CloudFormation: the audit role in all member accounts",
            Self::StackTemplate => "CloudFormation: the audit role in one account",
        }
    }

    /// The file that the guide prints it into. `config/iam/` has it under the same name.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::PermissionPolicy => "permission-policy.json",
            Self::TrustPolicy => "trust-policy.json",
            Self::CallerPolicy => "caller-policy.json",
            Self::DelegationPolicy => "delegation-policy.json",
            Self::StackSetTemplate => "audit-role-stackset.yaml",
            Self::StackTemplate => "audit-role-stack.yaml",
        }
    }

    /// The document, with the known values filled in.
    pub(crate) fn text(self, input: &SetupInput) -> String {
        match self {
            Self::PermissionPolicy => policies::permission_policy(input),
            Self::TrustPolicy => policies::trust_policy(input),
            Self::CallerPolicy => policies::caller_policy(input),
            Self::DelegationPolicy => policies::delegation_policy(input),
            Self::StackSetTemplate => templates::filled_in(templates::STACKSET, input),
            Self::StackTemplate => templates::filled_in(templates::STACK, input),
        }
    }

    /// The document of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|document| document.name() == name)
    }
}
