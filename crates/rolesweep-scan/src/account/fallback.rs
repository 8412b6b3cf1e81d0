//! The second way to read an account, if `GetAccountAuthorizationDetails` is denied: `ListRoles`,
//! then `GetRole` for each role.

use rolesweep_model::{CollectedRole, RolePage};
use tokio::time::Instant;

use super::account_scan::AccountScan;
use super::failure::ScanFailure;
use super::last_use::LastUseFetcher;
use super::page::ReadyPage;
use super::role_count::RoleCount;
use crate::depth::Depth;
use crate::limits::memory::Reservation;
use crate::limits::retry_policy::Attempts;
use crate::operation::Operation;
use crate::pagination::Pagination;
use crate::ports::{Cloud, FactSink, Page};

const OPERATION: Operation = Operation::ListRoles;

/// Reads all roles of an account, with one call for each role, or the first if one is enough.
pub(crate) async fn read<C: Cloud, S: FactSink>(
    account: &AccountScan<'_, C, S>,
    last_uses: &LastUseFetcher<'_, C, S>,
) -> Result<RoleCount, ScanFailure> {
    let contradiction = |why| ScanFailure::Contradiction(OPERATION, why);
    let mut count = RoleCount::new(&account.scan.plan, account.account.id);
    let mut pagination = Pagination::default();
    let mut marker = None;
    loop {
        let (answer, reservation) = page(account, last_uses, marker.as_deref()).await?;
        marker = pagination.after(&answer).map_err(contradiction)?;
        let items = RolePage { roles: answer.items, policies: Vec::new() };
        let ready = ReadyPage::new(account, last_uses, &mut count, items, OPERATION, reservation).await?;
        if marker.is_none() {
            account.release_permit();
        }
        ready.store(account).await?;
        if marker.is_none() {
            count.check(account.access()).map_err(contradiction)?;
            return Ok(count);
        }
        // An empty page says nothing about GetRole.
        if account.scan.depth == Depth::OneRole && count.listed > 0 {
            return Ok(count);
        }
    }
}

/// A page of the list.
pub(super) async fn page<C: Cloud, S: FactSink>(
    account: &AccountScan<'_, C, S>,
    last_uses: &LastUseFetcher<'_, C, S>,
    marker: Option<&str>,
) -> Result<(Page<Vec<CollectedRole>>, Reservation), ScanFailure> {
    let scan = account.scan;
    let mut attempts = Attempts::default();
    loop {
        // This call is made even if no time is left for the others: roles without last use are
        // better than no roles.
        last_uses.pace().await;
        let session = account.session().await?;
        account.calling(OPERATION);
        let made = Instant::now();
        let marker = marker.map(str::to_owned);
        let answer = scan.cloud.list_roles(&session, marker, scan.plan.limits.page_size).await;
        last_uses.observe(made, &answer);
        match answer {
            Ok(page) => {
                account.session_answered(&session);
                // A listed role is small. What single calls add is reserved later.
                return Ok((page, scan.memory.reservation()));
            }
            Err(error) => account.recover(&mut attempts, &session, error).await?,
        }
    }
}
