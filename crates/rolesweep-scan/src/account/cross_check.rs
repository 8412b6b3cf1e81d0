//! Lists the roles of an account a second way, and compares the two lists. Roles that only the
//! second list has are read one by one, so that none is missing.

use std::collections::BTreeSet;

use rolesweep_model::{CollectedRole, CrossCheck, Reason, ReasonKind, RolePage};
use tokio::time::timeout_at;

use super::account_scan::AccountScan;
use super::failure::{ScanFailure, reason};
use super::fallback;
use super::last_use::LastUseFetcher;
use super::page::ReadyPage;
use super::role_count::RoleCount;
use crate::operation::Operation;
use crate::pagination::Pagination;
use crate::ports::{Cloud, FactSink};

const OPERATION: Operation = Operation::ListRoles;

/// How many roles of each list are named.
const NAMED: usize = 20;

/// Compares the counted roles with those of `ListRoles`.
///
/// The account was read before, so it stays as it is if the second list cannot be read.
pub(super) async fn run<C: Cloud, S: FactSink>(
    account: &AccountScan<'_, C, S>,
    last_uses: &LastUseFetcher<'_, C, S>,
    count: &mut RoleCount,
) -> Result<CrossCheck, ScanFailure> {
    let mut only_first = count.take_arns();
    let (mut listed, mut only_second) = (BTreeSet::new(), Vec::new());
    let mut pagination = Pagination::default();
    let mut marker = None;
    let failure = loop {
        let next = fallback::page(account, last_uses, marker.as_deref());
        let (answer, reservation) = match timeout_at(account.budget.nearly_ends(), next).await {
            Ok(Ok(page)) => page,
            Ok(Err(failure @ (ScanFailure::FactSink(_) | ScanFailure::CallerCredentials(_)))) => {
                return Err(failure);
            }
            Ok(Err(failure)) => break Some(failure.outcome().1),
            Err(_) => break Some(out_of_time(account.budget.seconds())),
        };
        marker = match pagination.after(&answer) {
            Ok(marker) => marker,
            Err(why) => break Some(ScanFailure::Contradiction(OPERATION, why).outcome().1),
        };
        let mut missing = Vec::new();
        for collected in answer.items {
            let id = &collected.role.role_id;
            if listed.insert(id.clone()) && only_first.remove(id).is_none() {
                missing.push(collected);
            }
        }
        if !missing.is_empty() {
            only_second.extend(missing.iter().map(arn));
            let items = RolePage { roles: missing, policies: Vec::new() };
            let ready = ReadyPage::new(account, last_uses, count, items, OPERATION, reservation).await?;
            ready.store(account).await?;
        }
        if marker.is_none() {
            break None;
        }
    };
    account.release_permit();
    if failure.is_some() {
        // The rest of the second list may have them.
        only_first.clear();
    }
    Ok(CrossCheck {
        listed: listed.len() as u64,
        only_first: only_first.len() as u64,
        only_second: only_second.len() as u64,
        only_first_arns: some(only_first.into_values().collect()),
        only_second_arns: some(only_second),
        failure,
    })
}

fn arn(collected: &CollectedRole) -> String {
    collected.role.arn.as_str().to_owned()
}

/// The first ARNs, in order.
fn some(mut arns: Vec<String>) -> Vec<String> {
    arns.sort_unstable();
    arns.truncate(NAMED);
    arns
}

fn out_of_time(budget: u64) -> Reason {
    let summary = format!("the account's time budget of {budget} s is not enough for a second list");
    Reason { action: Some(OPERATION.action().to_owned()), ..reason(ReasonKind::TimedOut, summary, None) }
}
