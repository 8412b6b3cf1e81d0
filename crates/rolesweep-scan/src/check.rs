//! Checks which accounts let a scan in: the same calls as a scan up to the first role of each
//! account. Stores nothing.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use rolesweep_model::{
    Access, Account, AccountId, AccountRecord, AwsManagedPolicy, Coverage, OrganizationalUnit, Reason,
    ReasonKind, RolePage,
};

use crate::depth::Depth;
use crate::engine::run_to;
use crate::error::ScanError;
use crate::lock::locked;
use crate::plan::Plan;
use crate::ports::{Clock, Cloud, FactSink, Observer};
use crate::stop::Stop;

/// What became of each account of a population in a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The population, by account id.
    pub accounts: Vec<CheckedAccount>,
    /// The roots and OUs, as far as they could be read.
    pub organizational_units: Vec<OrganizationalUnit>,
    /// Whether the population is whole: the list was read to its end, and nothing that a scan needs
    /// is missing.
    pub population_complete: bool,
    /// Why the check stopped before it came to every account, if it did.
    pub interrupted: Option<String>,
    /// Notes for the reader. Sorted.
    pub notes: Vec<String>,
}

/// An account, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAccount {
    /// The account.
    pub account: Account,
    /// What became of it.
    pub result: CheckResult,
}

/// What became of an account in a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckResult {
    /// It lets a scan in.
    Readable {
        /// Whose credentials a scan would read it with.
        access: Access,
        /// Why a scan would read it with `ListRoles` and `GetRole`, which take a call for each
        /// role; `None` if it would not.
        fallback: Option<Reason>,
    },
    /// It does not, or only in part, or it was not called.
    NotReadable {
        /// The coverage that it would have in a scan. Never [`Coverage::Scanned`].
        coverage: Coverage,
        /// Why, without AWS's own message: that is in the record of
        /// [`Event::Finished`](crate::ports::Event::Finished).
        reason: Reason,
    },
}

impl CheckResult {
    /// The coverage that the account would have in a scan, as far as one role shows it.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        match self {
            Self::Readable { .. } => Coverage::Scanned,
            Self::NotReadable { coverage, .. } => *coverage,
        }
    }

    /// From the record of a run that reads one role.
    fn of(record: AccountRecord) -> Self {
        let AccountRecord { coverage, reason, access, .. } = record;
        // AWS's messages have no limit, and an organization may have many thousand accounts.
        let reason = reason.map(|reason| Reason { detail: None, ..reason });
        match (coverage, access) {
            (Coverage::Scanned, Some(access)) => Self::Readable { access, fallback: reason },
            _ => Self::NotReadable { coverage, reason: reason.unwrap_or_else(no_reason) },
        }
    }
}

/// The engine gives a reason with every coverage that needs one. If it ever does not, the account
/// is still named.
fn no_reason() -> Reason {
    Reason {
        kind: ReasonKind::Internal,
        action: None,
        summary: "no reason was recorded".to_owned(),
        detail: None,
    }
}

/// Finds the accounts of a plan as [`run`](crate::run) does, and assumes the audit role and reads
/// one role in each account that a scan would read: with the same calls, limits, retries and
/// errors. Of the accounts that let it in, it knows no more than that: the rest of an account may
/// still fail.
///
/// A check that was told to wind down ends with `Ok` and [`Check::interrupted`].
///
/// # Errors
/// If the accounts cannot be listed at all or are not those that the caller named, or if the check
/// was aborted.
pub async fn check<C, O, K>(
    plan: Plan,
    cloud: Arc<C>,
    observer: Arc<O>,
    clock: Arc<K>,
    stop: Stop,
) -> Result<Check, ScanError>
where
    C: Cloud,
    O: Observer,
    K: Clock,
{
    let sink = Arc::new(Results::default());
    let end = run_to(Depth::OneRole, plan, cloud, Arc::clone(&sink), observer, clock, stop).await?.end;
    let Found { accounts, mut results } = std::mem::take(&mut *locked(&sink.0));
    let accounts = accounts.into_iter().filter_map(|(id, account)| {
        // Every known account has a result, except those of an earlier run.
        Some(CheckedAccount { account, result: results.remove(&id)? })
    });
    Ok(Check {
        accounts: accounts.collect(),
        organizational_units: end.organizational_units,
        population_complete: end.population_complete,
        interrupted: end.interrupted,
        notes: end.notes,
    })
}

/// The sink of a check. It keeps what became of each account, and no roles.
#[derive(Default)]
struct Results(Mutex<Found>);

#[derive(Default)]
struct Found {
    accounts: BTreeMap<AccountId, Account>,
    results: BTreeMap<AccountId, CheckResult>,
}

impl FactSink for Results {
    type Error = Infallible;

    async fn discovered(&self, accounts: Vec<Account>) -> Result<(), Infallible> {
        locked(&self.0).accounts.extend(accounts.into_iter().map(|account| (account.id, account)));
        Ok(())
    }

    async fn begin(&self, _: AccountId) -> Result<(), Infallible> {
        Ok(())
    }

    async fn append(&self, _: AccountId, _: RolePage) -> Result<(), Infallible> {
        Ok(())
    }

    async fn aws_policies_named(&self, _: Vec<String>) -> Result<(), Infallible> {
        Ok(())
    }

    async fn aws_policy(&self, _: AwsManagedPolicy) -> Result<(), Infallible> {
        Ok(())
    }

    async fn finish(&self, record: AccountRecord) -> Result<(), Infallible> {
        locked(&self.0).results.insert(record.account_id, CheckResult::of(record));
        Ok(())
    }
}
