//! Finds out who the caller is, in which organization, and whether its accounts may be listed.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::try_join3;
use rolesweep_model::{Account, CallerIdentity, Organization};
use tokio::time::timeout;

use crate::error::ScanError;
use crate::limits::retried_calls::RetriedCalls;
use crate::operation::Operation;
use crate::ports::{Cloud, CloudError, CloudResult, ErrorKind, Page};
use rolesweep_model::clock::Reading;

/// How long the scan waits for the first page of accounts. If the list is slower, it is requested
/// again when it is needed.
const FIRST_PAGE: Duration = Duration::from_secs(5);

/// The caller and its organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The caller.
    pub caller: CallerIdentity,
    /// The caller's organization.
    pub membership: Membership,
    /// The start of the list of its accounts.
    pub listing: Listing,
}

/// The start of the list of the organization's accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// With this page.
    Begun(Page<Vec<Account>>),
    /// AWS denied the caller the permission to list.
    Denied,
    /// It is unknown: the call failed for another reason, or took too long.
    Unknown,
}

/// Whether the caller's account is in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// It is in this one.
    Member(Organization),
    /// AWS says that it is in no organization.
    None,
    /// AWS refused to say, for this reason.
    Unknown(CloudError),
}

impl Identity {
    /// The caller's organization, if it is known.
    #[must_use]
    pub fn organization(&self) -> Option<&Organization> {
        match &self.membership {
            Membership::Member(organization) => Some(organization),
            Membership::None | Membership::Unknown(_) => None,
        }
    }
}

impl Listing {
    /// The first page of accounts, if it is known.
    #[must_use]
    pub fn into_page(self) -> Option<Page<Vec<Account>>> {
        match self {
            Self::Begun(page) => Some(page),
            Self::Denied | Self::Unknown => None,
        }
    }
}

/// Asks AWS who the caller is, in which organization, and for the first page of its accounts.
///
/// # Errors
/// [`ScanError::WrongClock`] if this machine's clock and AWS's differ by more than
/// [`crate::clock::TOLERANCE_SECONDS`]. [`ScanError::Identity`] if AWS does not say who the caller
/// is, or temporarily fails to describe the organization: the organization decides which store a
/// scan belongs to, so "try again" is a better answer than "unknown".
pub async fn identify<C: Cloud>(cloud: &C) -> Result<Identity, ScanError> {
    let retried = RetriedCalls::of_the_first_calls();
    // All at once, because none needs another's answer.
    let caller = retried.call(Operation::GetCallerIdentity, || cloud.caller_identity());
    let organization = retried.call(Operation::DescribeOrganization, || cloud.describe_organization());
    let all = try_join3(caller, organization.map(Ok), first_page(cloud).map(Ok)).await;
    // First of all, because a wrong clock may have caused a refusal, and a refusal carries AWS's
    // time too.
    if let Some(reading) = cloud.clock().filter(Reading::is_off) {
        return Err(ScanError::WrongClock(reading));
    }
    let (caller, organization, listing) = all.map_err(ScanError::Identity)?;
    let membership = match organization {
        Ok(Some(organization)) => Membership::Member(organization),
        Ok(None) => Membership::None,
        Err(error) if matches!(error.kind, ErrorKind::Denied | ErrorKind::Refused | ErrorKind::Gone) => {
            Membership::Unknown(error)
        }
        Err(error) => return Err(ScanError::Identity(error)),
    };
    Ok(Identity { caller, membership, listing })
}

/// The start of the list of accounts, for callers that need it before the scan and did not get it
/// from [`identify`].
pub async fn begin_listing<C: Cloud>(cloud: &C) -> Listing {
    let retried = RetriedCalls::of_the_first_calls();
    listing(retried.call(Operation::ListAccounts, || cloud.list_accounts(None)).await)
}

/// Asks once, with a short limit. If that fails, discovery asks again and reports why.
async fn first_page<C: Cloud>(cloud: &C) -> Listing {
    timeout(FIRST_PAGE, cloud.list_accounts(None)).await.map_or(Listing::Unknown, listing)
}

fn listing(answer: CloudResult<Page<Vec<Account>>>) -> Listing {
    match answer {
        Ok(page) => Listing::Begun(page),
        Err(error) if error.kind == ErrorKind::Denied => Listing::Denied,
        Err(_) => Listing::Unknown,
    }
}
