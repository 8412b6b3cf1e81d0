//! Whose documents are judged.

use rolesweep_model::{Role, RoleDocuments, Tag};

use super::names;

/// Whose documents they are.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The role's ARN, with its path.
    pub arn: &'a str,
    /// Its tags. None if they were not collected.
    pub tags: Option<&'a [Tag<&'a str>]>,
}

impl<'a> Subject<'a> {
    /// A role of a page.
    #[must_use]
    pub fn of(role: &'a Role<&'a str>) -> Self {
        Self { arn: role.arn.as_str(), tags: role.tags.as_deref() }
    }
}

/// The ARNs of the customer-managed policies that are attached to a role.
pub(super) fn attached<'d>(documents: &RoleDocuments<'d>) -> impl Iterator<Item = &'d str> {
    let attached = documents.attached.as_deref().unwrap_or_default();
    attached.iter().map(|policy| policy.name).filter(|arn| !names::is_of_aws(arn))
}
