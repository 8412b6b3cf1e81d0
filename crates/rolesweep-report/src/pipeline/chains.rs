//! The pass over all accounts that comes before the report's: which roles others may assume.

use std::cell::OnceCell;
use std::num::NonZeroUsize;

use rolesweep_assess::risk::chain::{ChainCollector, Chains};
use rolesweep_assess::risk::privilege::{PrivilegeJudge, Subject};
use rolesweep_model::OuTree;
use rolesweep_store::{AwsManagedPolicies, Store};

use super::accounts::{each_job, stored_accounts};
use super::error::PipelineError;
use super::stored::StoredAccount;
use super::threads::with_workers;
use crate::assessed::Report;

/// Collects the roles of all accounts that others may assume.
pub(super) fn collect(
    threads: NonZeroUsize,
    store: &Store,
    report: &Report<'_>,
    aws: &AwsManagedPolicies,
) -> Result<Chains, PipelineError> {
    let names = OuTree::new(&[]);
    let mut all = ChainCollector::new();
    let worker = || {
        let mut judge = judge(report);
        move |account: StoredAccount| of_account(&account, report, aws, &mut judge)
    };
    with_workers(threads, worker, |workers| {
        each_job(stored_accounts(store, report, &names)?, workers, |next| {
            all.merge(next);
            Ok(())
        })
    })
    .map_err(PipelineError::Threads)??;
    Ok(all.finish())
}

/// A judge of privilege for the roles of a report.
pub(super) fn judge(report: &Report<'_>) -> PrivilegeJudge {
    let organization = report.scan.organization.as_ref().map(|organization| organization.id.as_str());
    PrivilegeJudge::new(organization, &report.scan.id.to_string())
}

fn of_account(
    account: &StoredAccount,
    report: &Report<'_>,
    aws: &AwsManagedPolicies,
    judge: &mut PrivilegeJudge,
) -> Result<ChainCollector, PipelineError> {
    let mut collected = ChainCollector::new();
    collected.account(account.facts().account.id.as_str());
    let Some(stored) = account.documents() else { return Ok(collected) };
    // In many accounts nobody may assume a role but services. Their documents are not needed.
    let (decompressed, read) = (OnceCell::new(), OnceCell::new());
    account.visit(report, |role| {
        if judge.is_assumable(role.trust_policy) {
            let decompressed = get_or_try(&decompressed, || stored.decompress())?;
            let documents = get_or_try(&read, || decompressed.read(aws))?;
            collected.add(judge.link(&Subject::of(role), &documents.of(role), role.trust_policy));
        }
        Ok(())
    })?;
    Ok(collected)
}

/// The value of a cell, which is made at its first use.
fn get_or_try<T, E>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    if let Some(known) = cell.get() {
        return Ok(known);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}
