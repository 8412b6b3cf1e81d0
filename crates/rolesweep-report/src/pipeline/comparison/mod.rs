//! Two scans compared: the roles of each account, assessed under one set of settings, each as of its
//! own scan.

use std::num::NonZeroUsize;

use rolesweep_assess::{AccountComparison, ChangedRole, SeenRole, Usage};
use rolesweep_store::Store;

use super::account::{AccountAssessor, TakesRoles};
use super::accounts::each_job;
use super::context::Context;
use super::error::PipelineError;
use super::pair::{Pair, stored_pairs};
use super::stored::StoredAccount;
use super::threads::{threads, with_workers};
use crate::assessed::{AccountFacts, AssessedRole, ComparedRole, Include, Report};
use crate::comparison::ChangeCounts;

/// Compares two scans of the same store, and passes the roles that are idle in one of them to `take`,
/// by account and ARN. The settings of both reports are the same but for `as_of`.
///
/// # Errors
/// [`PipelineError`], if the store cannot be read, if somebody stops it, or if `take` fails.
pub fn compare_scans(
    store: &Store,
    before: &Report<'_>,
    after: &Report<'_>,
    take: impl FnMut(&ComparedRole<'_>) -> Result<(), PipelineError>,
) -> Result<ChangeCounts, PipelineError> {
    compare_with(threads(), store, before, after, take)
}

/// Compares two scans with so many threads besides this one.
pub(super) fn compare_with(
    threads: NonZeroUsize,
    store: &Store,
    before: &Report<'_>,
    after: &Report<'_>,
    mut take: impl FnMut(&ComparedRole<'_>) -> Result<(), PipelineError>,
) -> Result<ChangeCounts, PipelineError> {
    let before = Context::read(threads, store, before)?;
    let after = Context::read(threads, store, after)?;
    let mut counts = ChangeCounts::default();
    let worker = || {
        let mut comparer = AccountComparer::new(&before, &after);
        move |pair| comparer.compare(&pair)
    };
    with_workers(threads, worker, |workers| {
        each_job(stored_pairs(store, Some(&before), &after)?, workers, |compared| {
            let ComparedAccount { account, changed } = compared;
            let Some(account) = account else { return Ok(()) };
            changed.iter().try_for_each(|changed| {
                counts.add(changed.change);
                take(&ComparedRole { account: &account, changed })
            })
        })
    })
    .map_err(PipelineError::Threads)??;
    Ok(counts)
}

/// Compares accounts of two scans, for a command that needs no report on either.
struct AccountComparer<'a> {
    before: AccountAssessor<'a>,
    after: AccountAssessor<'a>,
}

/// What became of the roles of an account, with the account as the later scan knows it, or else the
/// earlier one.
struct ComparedAccount {
    account: Option<AccountFacts>,
    changed: Vec<ChangedRole>,
}

impl<'a> AccountComparer<'a> {
    fn new(before: &'a Context<'a>, after: &'a Context<'a>) -> Self {
        Self { before: AccountAssessor::new(before), after: AccountAssessor::new(after) }
    }

    fn compare(&mut self, pair: &Pair<StoredAccount>) -> Result<ComparedAccount, PipelineError> {
        let comparison = begin(&mut self.before, pair.before.as_ref())?;
        let mut taker = Later { usage: usage(self.after.context), comparison };
        if let Some(account) = &pair.after {
            self.after.each_role(account, &mut taker)?;
        }
        let is_read = pair.after.as_ref().is_some_and(|account| account.facts().coverage().has_roles());
        let account = pair.after.as_ref().or(pair.before.as_ref());
        Ok(ComparedAccount {
            account: account.map(|account| account.facts().clone()),
            changed: taker.comparison.finish(is_read),
        })
    }
}

/// Begins to compare an account with the roles that the earlier scan saw, if it has the account.
pub(super) fn begin(
    assessor: &mut AccountAssessor<'_>,
    before: Option<&StoredAccount>,
) -> Result<AccountComparison, PipelineError> {
    let Some(account) = before.filter(|account| account.facts().coverage().has_roles()) else {
        return Ok(AccountComparison::new(None));
    };
    let mut taker = Earlier { usage: usage(assessor.context), roles: Vec::new() };
    assessor.each_role(account, &mut taker)?;
    Ok(AccountComparison::new(Some(taker.roles)))
}

fn usage<'a>(context: &'a Context<'a>) -> Usage<'a> {
    Usage::new(&context.assessor, context.report.gaps, context.report.scan.is_selection())
}

/// Keeps the roles of the earlier scan.
struct Earlier<'a> {
    usage: Usage<'a>,
    roles: Vec<SeenRole>,
}

impl<'a> TakesRoles<'a> for Earlier<'a> {
    fn usage(&mut self) -> &mut Usage<'a> {
        &mut self.usage
    }

    fn take(&mut self, role: AssessedRole<'_>) {
        self.roles.push(seen(&role));
    }
}

/// Compares the roles of the later scan.
struct Later<'a> {
    usage: Usage<'a>,
    comparison: AccountComparison,
}

impl<'a> TakesRoles<'a> for Later<'a> {
    fn usage(&mut self) -> &mut Usage<'a> {
        &mut self.usage
    }

    fn take(&mut self, role: AssessedRole<'_>) {
        self.comparison.take(seen(&role));
    }
}

/// What a comparison has to know of a role.
pub(super) fn seen(assessed: &AssessedRole<'_>) -> SeenRole {
    let AssessedRole { role, assessment, risk, .. } = assessed;
    // A report may judge the severity of more roles than a comparison shows.
    let is_shown = Include::Flagged.shows(assessment.disposition);
    SeenRole {
        arn: role.arn.as_str().to_owned(),
        role_id: role.role_id.as_str().to_owned(),
        status: assessment.status,
        disposition: assessment.disposition,
        last_used_at: assessed.last_used_at(),
        severity: risk.as_ref().filter(|_| is_shown).map(|risk| risk.severity),
        scans_idle: assessed.scans_idle(),
    }
}

#[cfg(test)]
mod tests;
