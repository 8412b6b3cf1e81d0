//! What a role's privilege is judged by.

use rolesweep_model::{Boundary, Tag};

use super::names;

/// The documents of a role, borrowed.
#[derive(Debug, Clone)]
pub struct RoleDocuments<'a> {
    /// Its inline policies by name. None if they were not collected.
    pub inline: Option<Vec<Document<'a>>>,
    /// The managed policies that are attached to it, by ARN: AWS's and the customer's. None if they
    /// were not collected.
    pub attached: Option<Vec<Document<'a>>>,
    /// Its permissions boundary, by ARN.
    pub boundary: Boundary<Document<'a>>,
}

/// A document with its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document<'a> {
    /// The name of an inline policy, or the ARN of a managed policy.
    pub name: &'a str,
    /// The JSON text. None if it was not collected.
    pub text: Option<&'a str>,
}

/// Whose documents they are.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The role's ARN, with its path.
    pub arn: &'a str,
    /// Its tags. None if they were not collected.
    pub tags: Option<&'a [Tag<&'a str>]>,
}

/// The ARNs of the customer-managed policies that are attached to a role.
pub(super) fn attached<'d>(documents: &RoleDocuments<'d>) -> impl Iterator<Item = &'d str> {
    let attached = documents.attached.as_deref().unwrap_or_default();
    attached.iter().map(|policy| policy.name).filter(|arn| !names::is_of_aws(arn))
}
