//! Two scans compared: the roles of each account as both scans saw them, assessed under one set of
//! settings, each as of its own scan.

mod counts;
mod previous;

use std::cmp::Ordering;
use std::iter::Peekable;

use rolesweep_assess::{Assessor, SeenRole, TrustSummaries, Usage, compare};
use rolesweep_model::{AccountId, LastUse, OuTree};
use rolesweep_store::{AccountEntry, Histories, Store, StoreError};

use crate::assessed::{AccountFacts, AssessedRole, ComparedRole, Report};
use crate::pipeline::{
    AccountAssessor, PipelineError, RiskContext, RiskJudge, StoredAccount, TakesRoles, TrustContext, go_on,
    threads,
};
pub use counts::ChangeCounts;
pub use previous::{are_on_the_same_accounts, comparable_scans, previous_scan, was_read};

/// Compares two scans of the same store, and passes the roles that are idle in one of them to `take`,
/// by account and ARN. The settings of both reports are the same but for `as_of`.
///
/// # Errors
/// [`PipelineError`], if the store cannot be read, if somebody stops it, or if `take` fails.
pub fn compare_scans<E: From<PipelineError>>(
    store: &Store,
    before: &Report<'_>,
    after: &Report<'_>,
    mut take: impl FnMut(&ComparedRole<'_>) -> Result<(), E>,
) -> Result<ChangeCounts, E> {
    let assessors = [before, after].map(|report| Assessor::new(report.parameters));
    let names = [before, after].map(names);
    let contexts = [before, after].map(|report| RiskContext::read(threads(), store, report));
    let [context_before, context_after] = contexts;
    let contexts = [context_before?, context_after?];
    let trusts = [TrustContext::read(store, before)?, TrustContext::read(store, after)?];
    let contexts = contexts.iter().zip(&trusts);
    let mut sides = [before, after].into_iter().zip(&assessors).zip(&names).zip(contexts);
    let mut side = || {
        let next = sides.next().map(|(((report, assessor), names), (context, trusts))| {
            let histories = store.histories(report.scan.id)?;
            Ok(Side::new(report, assessor, names, context, trusts.as_ref(), histories))
        });
        next.transpose().map_err(|error: StoreError| PipelineError::from(error))
    };
    let (Some(mut earlier), Some(mut later)) = (side()?, side()?) else { return Ok(ChangeCounts::default()) };
    let mut counts = ChangeCounts::default();
    let mut pairs = Pairs {
        before: store.accounts(before.scan.id).map_err(PipelineError::from)?.peekable(),
        after: store.accounts(after.scan.id).map_err(PipelineError::from)?.peekable(),
    };
    while let Some(pair) = pairs.next() {
        go_on(after)?;
        let (one, other) = pair?;
        let one = one.map(|entry| earlier.account(store, entry)).transpose()?;
        let other = other.map(|entry| later.account(store, entry)).transpose()?;
        let Some(account) = other.as_ref().or(one.as_ref()).map(|seen| &seen.account) else { continue };
        for changed in compare(roles(one.as_ref()), roles(other.as_ref())) {
            counts.add(&changed);
            take(&ComparedRole { account, changed })?;
        }
    }
    Ok(counts)
}

fn roles(seen: Option<&SeenAccount>) -> Option<&[SeenRole]> {
    seen?.roles.as_deref()
}

fn names(report: &Report<'_>) -> OuTree {
    OuTree::new(report.scan.end.as_ref().map(|end| end.organizational_units.as_slice()).unwrap_or_default())
}

/// The accounts of two scans that have the same id, in the order of ids.
struct Pairs<I: Iterator> {
    before: Peekable<I>,
    after: Peekable<I>,
}

type Pair = (Option<AccountEntry>, Option<AccountEntry>);

impl<I: Iterator<Item = Result<AccountEntry, StoreError>>> Pairs<I> {
    fn next(&mut self) -> Option<Result<Pair, PipelineError>> {
        let id = |entry: &Result<AccountEntry, StoreError>| -> Option<AccountId> {
            entry.as_ref().ok().map(|entry| entry.account.id)
        };
        let order = match (self.before.peek(), self.after.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            // What cannot be read comes first, and ends the comparison.
            (Some(one), Some(other)) => id(one).cmp(&id(other)),
        };
        let mut pair = (None, None);
        if order != Ordering::Greater {
            match self.before.next().transpose() {
                Ok(entry) => pair.0 = entry,
                Err(error) => return Some(Err(error.into())),
            }
        }
        if order != Ordering::Less {
            match self.after.next().transpose() {
                Ok(entry) => pair.1 = entry,
                Err(error) => return Some(Err(error.into())),
            }
        }
        Some(Ok(pair))
    }
}

/// One of the two scans.
struct Side<'a> {
    assessor: AccountAssessor<'a>,
    histories: Histories,
}

/// An account as one scan saw it.
struct SeenAccount {
    account: AccountFacts,
    /// `None` if the scan did not read it.
    roles: Option<Vec<SeenRole>>,
}

impl<'a> Side<'a> {
    fn new(
        report: &'a Report<'a>,
        assessor: &'a Assessor<'a>,
        names: &'a OuTree,
        context: &'a RiskContext<'a>,
        trusts: Option<&'a TrustContext<'a>>,
        histories: Histories,
    ) -> Self {
        let (trust, risk) = (TrustSummaries::default(), Some(RiskJudge::new(context)));
        let assessor =
            AccountAssessor { report, formats: &[], assessor, others: &[], names, trust, trusts, risk };
        Self { assessor, histories }
    }

    /// Assesses the roles of an account.
    fn account(&mut self, store: &Store, entry: AccountEntry) -> Result<SeenAccount, PipelineError> {
        let AccountAssessor { report, assessor, names, .. } = self.assessor;
        let account =
            StoredAccount::read(store, report, names, entry)?.with_history(store, &self.histories)?;
        let usage = Usage::new(assessor, report.gaps, report.scan.is_selection());
        let mut seen = Seen { usage, roles: Vec::new() };
        self.assessor.each_role(&account, &mut seen)?;
        let is_read = account.facts().coverage().has_roles();
        Ok(SeenAccount { roles: is_read.then_some(seen.roles), account: account.facts().clone() })
    }
}

/// Takes the roles of an account.
struct Seen<'a> {
    usage: Usage<'a>,
    roles: Vec<SeenRole>,
}

impl<'a> TakesRoles<'a> for Seen<'a> {
    fn usage(&mut self) -> &mut Usage<'a> {
        &mut self.usage
    }

    fn take(&mut self, assessed: &AssessedRole<'_>) {
        let AssessedRole { role, assessment, risk, .. } = assessed;
        self.roles.push(SeenRole {
            arn: role.arn.as_str().to_owned(),
            role_id: role.role_id.as_str().to_owned(),
            status: assessment.status,
            disposition: assessment.disposition,
            last_used_at: match role.last_use {
                LastUse::Used { at, .. } => Some(at),
                LastUse::NoneRecorded | LastUse::NotCollected => None,
            },
            severity: risk.as_ref().map(|risk| risk.severity),
            scans_idle: assessed.scans_idle(),
        });
    }
}

#[cfg(test)]
mod tests;
