//! The documents that decide what a role may do, borrowed from wherever they are kept.

use crate::role_facts::Boundary;

/// The policy documents of a role, as far as they were collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDocuments<'a> {
    /// Its inline policies, by name; `None` if the answer that the role comes from does not have
    /// them.
    pub inline: Option<Vec<PolicyDocument<'a>>>,
    /// The managed policies attached to it, the customer's and AWS's, by ARN; `None` as for the
    /// inline ones.
    pub attached: Option<Vec<PolicyDocument<'a>>>,
    /// Its permissions boundary, by ARN.
    pub boundary: Boundary<PolicyDocument<'a>>,
}

/// A policy's document with its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyDocument<'a> {
    /// The name of an inline policy, or the ARN of a managed policy.
    pub name: &'a str,
    /// The document of the version in force: JSON text; `None` if it was not collected.
    pub text: Option<&'a str>,
}
