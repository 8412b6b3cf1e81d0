//! A page of roles on its way to the sink.

use rolesweep_model::RolePage;

use super::account_scan::AccountScan;
use super::failure::ScanFailure;
use super::last_use::LastUseFetcher;
use super::role_count::RoleCount;
use crate::depth::Depth;
use crate::limits::memory::Reservation;
use crate::operation::Operation;
use crate::ports::{Cloud, Event, FactSink};

/// A complete page, and the memory that is reserved for it.
pub(crate) struct ReadyPage {
    page: RolePage,
    reservation: Reservation,
}

impl ReadyPage {
    /// Fetches the last uses that the page lacks, and counts its roles.
    pub(crate) async fn new<C: Cloud, S: FactSink>(
        account: &AccountScan<'_, C, S>,
        last_uses: &LastUseFetcher<'_, C, S>,
        count: &mut RoleCount,
        page: RolePage,
        operation: Operation,
        mut reservation: Reservation,
    ) -> Result<Self, ScanFailure> {
        count.listed += page.roles.len() as u64;
        reservation.reserve(page.weight() as u64, &account.budget).await;
        let completed = last_uses.complete(page.roles).await?;
        count.gone += completed.gone;
        let mut page = RolePage { roles: completed.roles, policies: page.policies };
        count.take(&mut page).map_err(|why| ScanFailure::Contradiction(operation, why))?;
        // Single calls have added to the roles.
        reservation.reserve(page.weight() as u64, &account.budget).await;
        Ok(Self { page, reservation })
    }

    /// Hands the page to the sink. The memory stays reserved until the sink has accepted the page. A
    /// run that reads one role keeps none.
    pub(crate) async fn store<C: Cloud, S: FactSink>(
        self,
        account: &AccountScan<'_, C, S>,
    ) -> Result<(), ScanFailure> {
        let Self { page, reservation: _reserved } = self;
        let is_empty = page.roles.is_empty() && page.policies.is_empty();
        if is_empty {
            return Ok(());
        }
        let named = account.scan.named.of_page(&page);
        if account.scan.depth == Depth::OneRole {
            // Shows whether policies of AWS can be read.
            account.scan.named.told(named);
            return Ok(());
        }
        let account_id = account.account.id;
        let roles = page.roles.len();
        let appended = account.budget.paused(account.scan.sink.append(account_id, page)).await;
        appended.map_err(ScanFailure::fact_sink)?;
        if !named.is_empty() {
            let told = account.scan.sink.aws_policies_named(named.clone());
            account.budget.paused(told).await.map_err(ScanFailure::fact_sink)?;
            account.scan.named.told(named);
        }
        account.scan.tell(&Event::Collected { account_id, roles });
        Ok(())
    }
}
