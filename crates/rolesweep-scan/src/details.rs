//! The straight way to read an account: pages of `GetAccountAuthorizationDetails`.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use futures::future::join;
use rolesweep_model::{Access, AccountId, CollectedRole, LastUse, RoleId, RolePage};

use crate::flight::Room;
use crate::last_use::Asker;
use crate::operation::Operation;
use crate::pages::{Contradiction, Markers};
use crate::plan::Plan;
use crate::ports::{Cloud, CloudError, DetailsRequest, ErrorKind, Event, Ledger, Page};
use crate::retry::Tries;
use crate::visit::{Trouble, Visit};

/// How many roles an account has, and of how many the last use is not known.
#[derive(Debug)]
pub(crate) struct Count {
    account: AccountId,
    /// What the ARN of every role of the account begins with.
    head: String,
    /// The ARN of the audit role.
    audit_role: String,
    /// The roles that were handed over, with hashes of their ARNs and last uses: a role that comes on two pages is one role.
    seen: HashMap<RoleId, (u64, u64)>,
    hasher: RandomState,
    /// How many roles the list held, a role on two pages twice.
    listed: u64,
    /// How many of them were deleted before they could be asked for.
    gone: u64,
    /// How many of them were handed over before.
    repeated: u64,
    /// Whether the audit role is among those that were handed over.
    has_audit_role: bool,
    pub(crate) unknown: u64,
}

impl Count {
    pub(crate) fn new(plan: &Plan, account: AccountId) -> Self {
        Self {
            account,
            head: format!("arn:{}:iam::{account}:", plan.caller.partition),
            audit_role: plan.role_arn(account),
            seen: HashMap::new(),
            hasher: RandomState::new(),
            listed: 0,
            gone: 0,
            repeated: 0,
            has_audit_role: false,
            unknown: 0,
        }
    }

    pub(crate) fn roles(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Checks the list as a whole. A list that the audit role's own session read holds the audit role, or it is not the whole list.
    fn whole(&self, access: Option<Access>) -> Result<(), Contradiction> {
        if self.listed != self.roles() + self.gone + self.repeated {
            return Err(Contradiction::Lost);
        }
        if access != Some(Access::AuditRole) || self.has_audit_role {
            return Ok(());
        }
        Err(if self.listed == 0 { Contradiction::NoRoles } else { Contradiction::NoAuditRole })
    }

    /// The same, as an account's trouble.
    pub(crate) fn check<C: Cloud, L: Ledger>(
        &self,
        visit: &Visit<'_, C, L>,
        operation: Operation,
    ) -> Result<(), Trouble> {
        self.whole(visit.access()).map_err(|why| Trouble::Contradiction(operation, why))
    }

    /// Drops the roles that were handed over before, and counts the others.
    fn take(&mut self, page: &mut RolePage) -> Result<(), Contradiction> {
        let mut contradiction = None;
        page.roles.retain(|CollectedRole { role, .. }| {
            let text = role.arn.as_str();
            if !text.starts_with(&self.head) {
                let elsewhere = role.arn.account_id() != self.account;
                contradiction =
                    Some(if elsewhere { Contradiction::Elsewhere } else { Contradiction::OtherPartition });
            }
            self.has_audit_role |= text.eq_ignore_ascii_case(&self.audit_role);
            let (arn, last_use) = (self.hasher.hash_one(text), self.hasher.hash_one(&role.last_use));
            let known = self.seen.insert(role.role_id.clone(), (arn, last_use));
            match known {
                Some((known, _)) if known != arn => contradiction = Some(Contradiction::TwoArns),
                Some((_, known)) if known != last_use => contradiction = Some(Contradiction::TwoLastUses),
                _ => {}
            }
            self.repeated += u64::from(known.is_some());
            known.is_none()
        });
        let unknown = page.roles.iter().filter(|collected| collected.role.last_use == LastUse::NotCollected);
        self.unknown += unknown.count() as u64;
        contradiction.map_or(Ok(()), Err)
    }
}

/// How the straight way ended.
pub(crate) enum Details {
    /// Every role was read.
    Read(Count),
    /// The way is closed: another one may be open.
    Closed(CloudError),
}

/// Reads all roles of an account.
///
/// A denial closes the way, wherever it comes. So does a refusal of the very first page: an endpoint that does not know the operation. An answer
/// that cannot be read closes nothing: the account has failed, since falling back would hide a broken answer behind weaker evidence, and the next
/// scan is likely to read it.
pub(crate) async fn read<C: Cloud, L: Ledger>(
    visit: &Visit<'_, C, L>,
    asker: &Asker<'_, C, L>,
) -> Result<Details, Trouble> {
    let operation = Operation::GetAccountAuthorizationDetails;
    let mut count = Count::new(&visit.context.plan, visit.account.id);
    let mut markers = Markers::default();
    let mut next = page(visit, None).await;
    let mut first = true;
    loop {
        let (page_there, room) = match next {
            Ok(there) => there,
            Err(Trouble::Call(error))
                if error.operation == operation
                    && (error.kind == ErrorKind::Denied || (first && error.kind == ErrorKind::Refused)) =>
            {
                return Ok(Details::Closed(error));
            }
            Err(trouble) => return Err(trouble),
        };
        first = false;
        let marker = markers.after(&page_there).map_err(|why| Trouble::Contradiction(operation, why))?;
        let ready = prepare(asker, &mut count, page_there.items, operation, room).await?;
        let Some(marker) = marker else {
            visit.leave_seat();
            ready.hand_over(visit).await?;
            count.check(visit, operation)?;
            return Ok(Details::Read(count));
        };
        // The next page is on its way while this one is stored.
        let (there, stored) = join(page(visit, Some(&marker)), ready.hand_over(visit)).await;
        stored?;
        next = there;
    }
}

/// A page that is complete, and the room that it has.
pub(crate) struct Ready {
    page: RolePage,
    room: Room,
}

/// Completes a page.
pub(crate) async fn prepare<C: Cloud, L: Ledger>(
    asker: &Asker<'_, C, L>,
    count: &mut Count,
    page: RolePage,
    operation: Operation,
    room: Room,
) -> Result<Ready, Trouble> {
    count.listed += page.roles.len() as u64;
    room.settle(page.weight()).await;
    let completed = asker.complete(page.roles).await?;
    count.gone += completed.gone;
    let mut page = RolePage { roles: completed.roles, policies: page.policies };
    count.take(&mut page).map_err(|why| Trouble::Contradiction(operation, why))?;
    // What was asked for one by one came on top.
    room.settle(page.weight()).await;
    Ok(Ready { page, room })
}

impl Ready {
    /// Gives the page to the ledger, which has the room until it has taken the page over.
    pub(crate) async fn hand_over<C: Cloud, L: Ledger>(self, visit: &Visit<'_, C, L>) -> Result<(), Trouble> {
        let Self { page, room: _room } = self;
        if page.roles.is_empty() && page.policies.is_empty() {
            return Ok(());
        }
        let account_id = visit.account.id;
        let roles = page.roles.len();
        let appended = visit.budget.free(visit.context.ledger.append(account_id, page)).await;
        appended.map_err(Trouble::ledger)?;
        visit.context.tell(&Event::Collected { account_id, roles });
        Ok(())
    }
}

/// A page, and the room that it was read into. While a failed call waits to be made again, it keeps no room from others.
async fn page<C: Cloud, L: Ledger>(
    visit: &Visit<'_, C, L>,
    marker: Option<&str>,
) -> Result<(Page<RolePage>, Room), Trouble> {
    let context = visit.context;
    let mut tries = Tries::default();
    loop {
        let (generation, session) = visit.session().await?;
        context.flight.turn(&visit.budget).await;
        let room = context.flight.room(&visit.budget);
        let request = DetailsRequest {
            policies: context.plan.parameters.managed_policies,
            marker: marker.map(str::to_owned),
            max_items: context.plan.limits.page_size,
        };
        visit.calling(Operation::GetAccountAuthorizationDetails);
        match context.cloud.authorization_details(&session, request, room.intake()).await {
            Ok(page) => {
                visit.session_is_good(generation);
                return Ok((page, room));
            }
            Err(error) => {
                drop(room);
                visit.recover(&mut tries, generation, error).await?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_counts_every_role_as_handed_over_or_gone_or_repeated() {
        let plan = Plan::new(
            rolesweep_model::ScanId::generate("2026-01-01T00:00:00Z".parse().unwrap()),
            rolesweep_model::CallerIdentity {
                account_id: "000000000001".parse().unwrap(),
                arn: "arn:aws:iam::000000000001:user/me".to_owned(),
                partition: rolesweep_model::Partition::aws(),
            },
            rolesweep_model::CollectParameters {
                role_name: "Audit".to_owned(),
                external_id: false,
                session_name: "s".to_owned(),
                session_seconds: 3600,
                filter: rolesweep_model::AccountFilter::default(),
                named_accounts_only: false,
                managed_policies: false,
            },
        );
        let mut count = Count::new(&plan, "000000000002".parse().unwrap());
        assert_eq!(count.whole(Some(Access::Caller)), Ok(()));
        assert_eq!(count.whole(Some(Access::AuditRole)), Err(Contradiction::NoRoles));
        count.listed = 3;
        count.gone = 2;
        count.repeated = 1;
        assert_eq!(count.whole(Some(Access::Caller)), Ok(()));
        assert_eq!(count.whole(Some(Access::AuditRole)), Err(Contradiction::NoAuditRole));
        count.has_audit_role = true;
        assert_eq!(count.whole(Some(Access::AuditRole)), Ok(()));
        count.gone = 1;
        assert_eq!(count.whole(Some(Access::AuditRole)), Err(Contradiction::Lost));
    }
}
