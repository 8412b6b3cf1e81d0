//! The first way to read an account: pages of `GetAccountAuthorizationDetails`.

use futures::future::join;
use rolesweep_model::RolePage;

use super::account_scan::AccountScan;
use super::body;
use super::failure::ScanFailure;
use super::last_use::LastUseFetcher;
use super::page::ReadyPage;
use super::role_count::RoleCount;
use crate::depth::Depth;
use crate::limits::memory::Reservation;
use crate::limits::retry_policy::Attempts;
use crate::operation::Operation;
use crate::pagination::Pagination;
use crate::ports::{
    Cloud, CloudError, CloudResult, DetailsRequest, ErrorKind, FactSink, Page, ResponseBody as _,
};

const OPERATION: Operation = Operation::GetAccountAuthorizationDetails;

/// How reading ended.
pub(crate) enum Details {
    /// Every role was read, or as many as the scan's depth asks for.
    Read(RoleCount),
    /// AWS refuses the operation. `ListRoles` may work.
    Refused(CloudError),
}

/// Reads all roles of an account, or one page if one role is enough.
///
/// A denial on any page ends it. So does a refusal of the first page, because the endpoint
/// does not know the operation. An answer that cannot be read does not lead to the fallback: the account fails.
/// A fallback would hide a broken answer behind weaker evidence, and the next scan can probably
/// read it.
pub(crate) async fn read<C: Cloud, S: FactSink>(
    account: &AccountScan<'_, C, S>,
    last_uses: &LastUseFetcher<'_, C, S>,
) -> Result<Details, ScanFailure> {
    let contradiction = |why| ScanFailure::Contradiction(OPERATION, why);
    let mut count = RoleCount::new(&account.scan.plan, account.account.id);
    let mut pagination = Pagination::default();
    let mut next = page(account, None).await;
    let mut first = true;
    loop {
        let (answer, reservation) = match next {
            Ok(answer) => answer,
            Err(ScanFailure::Call(error))
                if error.operation == OPERATION
                    && (error.kind == ErrorKind::Denied || (first && error.kind == ErrorKind::Refused)) =>
            {
                return Ok(Details::Refused(error));
            }
            Err(failure) => return Err(failure),
        };
        first = false;
        let marker = pagination.after(&answer).map_err(contradiction)?;
        let ready =
            ReadyPage::new(account, last_uses, &mut count, answer.items, OPERATION, reservation).await?;
        let Some(marker) = marker else {
            if !account.scan.plan.parameters.cross_check {
                account.release_permit();
            }
            ready.store(account).await?;
            count.check(account.access()).map_err(contradiction)?;
            return Ok(Details::Read(count));
        };
        if account.scan.depth == Depth::OneRole {
            ready.store(account).await?;
            return Ok(Details::Read(count));
        }
        // The next page is requested while this one is stored.
        let (answer, stored) = join(page(account, Some(&marker)), ready.store(account)).await;
        stored?;
        next = answer;
    }
}

/// A page, and the memory that is reserved for it. A failed call that waits for its next attempt
/// reserves nothing.
async fn page<C: Cloud, S: FactSink>(
    account: &AccountScan<'_, C, S>,
    marker: Option<&str>,
) -> Result<(Page<RolePage>, Reservation), ScanFailure> {
    let scan = account.scan;
    let mut attempts = Attempts::default();
    loop {
        let session = account.session().await?;
        scan.memory.available(&account.budget).await;
        let request = DetailsRequest {
            policies: scan.plan.parameters.managed_policies && scan.depth == Depth::Everything,
            marker: marker.map(str::to_owned),
            max_items: scan.plan.limits.page_size,
        };
        account.calling(OPERATION);
        let mut reservation = scan.memory.reservation();
        match answer(account, &session, request, &mut reservation).await {
            Ok(page) => {
                account.session_answered(&session);
                return Ok((page, reservation));
            }
            Err(error) => {
                drop(reservation);
                account.recover(&mut attempts, &session, error).await?;
            }
        }
    }
}

/// Makes the call, reads its answer into reserved memory, and decodes it.
async fn answer<C: Cloud, S: FactSink>(
    account: &AccountScan<'_, C, S>,
    session: &C::Session,
    request: DetailsRequest,
    reservation: &mut Reservation,
) -> CloudResult<Page<RolePage>> {
    let scan = account.scan;
    let mut body = scan.cloud.authorization_details(session, request).await?;
    let limit = scan.plan.limits.body_timeout;
    let bytes = body::read(&mut body, OPERATION, reservation, &account.budget, limit).await?;
    body.decode(&bytes)
}
