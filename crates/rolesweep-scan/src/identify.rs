//! Who asks, and of which organization.

use futures::FutureExt as _;
use futures::future::try_join;
use rolesweep_model::{CallerIdentity, Organization};

use crate::error::ScanError;
use crate::operation::Operation;
use crate::patience::Patience;
use crate::ports::{Cloud, CloudError, ErrorKind};

/// Who makes the calls, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The caller.
    pub caller: CallerIdentity,
    /// The caller's organization.
    pub membership: Membership,
}

/// Whether the caller's account is in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// It is in this one.
    Member(Organization),
    /// AWS says that it is in none.
    None,
    /// AWS refused to say, for this reason.
    Unknown(CloudError),
}

impl Identity {
    /// The caller's organization, where it is known.
    #[must_use]
    pub fn organization(&self) -> Option<&Organization> {
        match &self.membership {
            Membership::Member(organization) => Some(organization),
            Membership::None | Membership::Unknown(_) => None,
        }
    }
}

/// Asks AWS who the caller is, and in which organization.
///
/// # Errors
/// [`ScanError::Identity`], when AWS does not say who the caller is, or when the organization cannot be asked for because of a passing
/// cause: the organization decides which store a scan belongs to, so that "try again" is a better answer than "unknown".
pub async fn identify<C: Cloud>(cloud: &C) -> Result<Identity, ScanError> {
    let patience = Patience::of_the_first_calls();
    // Both at once, since neither needs the other's answer; whoever cannot be identified is told at once.
    let caller = patience.call(Operation::GetCallerIdentity, || cloud.caller_identity());
    let organization = patience.call(Operation::DescribeOrganization, || cloud.describe_organization());
    let both = try_join(caller, organization.map(Ok)).await;
    let (caller, organization) = both.map_err(ScanError::Identity)?;
    let membership = match organization {
        Ok(Some(organization)) => Membership::Member(organization),
        Ok(None) => Membership::None,
        Err(error) if matches!(error.kind, ErrorKind::Denied | ErrorKind::Refused | ErrorKind::Gone) => {
            Membership::Unknown(error)
        }
        Err(error) => return Err(ScanError::Identity(error)),
    };
    Ok(Identity { caller, membership })
}
