//! What is known of the organization and of how the audit role should be.

use rolesweep_model::{OrganizationId, Partition};

use super::boundary::PermissionsBoundary;
use super::principal::CallerPrincipal;
use super::tags::Tags;

/// The audit role's name in the documents, which is the setting's default.
pub(super) const DEFAULT_ROLE_NAME: &str = "RolesweepAudit";

/// The placeholder for the account that runs the scans.
pub(super) const ACCOUNT: &str = "ACCOUNT-ID";

/// The placeholder for the account in which a role is created by hand.
pub(super) const ROLE_ACCOUNT: &str = "ROLES-ACCOUNT";

/// The placeholder for the caller's role.
pub(super) const CALLER_ROLE: &str = "CALLER-ROLE";

/// The placeholder for the organization.
pub(super) const ORGANIZATION: &str = "o-ORGANIZATION-ID";

/// The placeholder for the external id.
pub(super) const EXTERNAL_ID: &str = "EXTERNAL-ID";

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
    /// Whether the identities may also make the reads that are planned for later versions.
    pub(crate) planned_reads: bool,
    /// The policy that limits the audit role.
    pub(crate) permissions_boundary: Option<PermissionsBoundary>,
    /// The audit role's tags, besides its own.
    pub(crate) tags: Tags,
}

impl SetupInput {
    /// The path in IAM's form, with a `/` at both ends, and the name.
    pub(super) fn path_and_name(&self) -> (String, &str) {
        match self.role_name.rsplit_once('/') {
            Some((path, name)) => (format!("/{path}/"), name),
            None => ("/".to_owned(), &self.role_name),
        }
    }

    /// The account that runs the scans.
    pub(super) fn account(&self) -> String {
        self.caller.as_ref().map_or_else(|| ACCOUNT.to_owned(), |caller| caller.account().to_string())
    }

    /// The caller, as a pattern for `aws:PrincipalArn`.
    pub(super) fn caller_arn(&self) -> String {
        match &self.caller {
            Some(caller) => caller.to_string(),
            None => format!("arn:{}:iam::{ACCOUNT}:role/{CALLER_ROLE}", self.partition),
        }
    }

    pub(super) fn organization(&self) -> String {
        self.organization.as_ref().map_or_else(|| ORGANIZATION.to_owned(), ToString::to_string)
    }
}
