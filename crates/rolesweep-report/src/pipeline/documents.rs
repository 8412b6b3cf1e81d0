//! A role and its policies, as the rules on what it may do take them.

use rolesweep_assess::risk::privilege::{Document, RoleDocuments, Subject};
use rolesweep_model::{Boundary, Role};
use rolesweep_store::{Policy, RolePolicies};

/// Whose policies they are.
pub(super) fn subject<'a>(role: &'a Role<&'a str>) -> Subject<'a> {
    Subject { arn: role.arn.as_str(), tags: role.tags.as_deref() }
}

/// The documents of a role as the rules take them.
pub(super) fn lent(policies: RolePolicies<'_>) -> RoleDocuments<'_> {
    RoleDocuments {
        inline: policies.inline.map(|policies| policies.into_iter().map(document).collect()),
        attached: policies.attached.map(|policies| policies.into_iter().map(document).collect()),
        boundary: match policies.boundary {
            Boundary::NotCollected => Boundary::NotCollected,
            Boundary::Absent => Boundary::Absent,
            Boundary::Policy(policy) => Boundary::Policy(document(policy)),
        },
    }
}

fn document(policy: Policy<'_>) -> Document<'_> {
    Document { name: policy.name, text: policy.document }
}
