//! Why a scan could not be made. A failure in one account is not among these: it is in that
//! account's record.

use std::error::Error;
use std::fmt::Display;

use rolesweep_model::text::first_few;
use rolesweep_model::{AccountId, ParentId};

use crate::clock::{self, Reading};
use crate::ports::CloudError;

/// An error of the sink, whatever it is made of.
pub type FactSinkError = Box<dyn Error + Send + Sync + 'static>;

/// Why a scan could not be made, or not be finished.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// AWS does not say who the caller is, or the call that describes the organization failed for
    /// now.
    #[error("find out who the caller is")]
    Identity(#[source] CloudError),
    /// This machine's clock is not AWS's: what is idle would be judged by the wrong time.
    #[error("trust this machine's clock: it is {}", clock::in_words(.0.difference_seconds))]
    WrongClock(Reading),
    /// The caller may not list the organization's accounts. Accounts named one by one can still be
    /// scanned (`named_accounts_only`).
    #[error("list the organization's accounts: the caller is not allowed to")]
    ListAccountsDenied(#[source] CloudError),
    /// Not even the first page of accounts could be read.
    #[error("list the organization's accounts")]
    ListAccounts(#[source] CloudError),
    /// Accounts that the caller named are not in the organization; sorted.
    #[error("find {} in the organization", list(ids))]
    UnknownAccounts {
        /// Their ids.
        ids: Vec<AccountId>,
    },
    /// OUs that the caller named, by id or by path, are not in the organization; sorted.
    #[error("find {} in the organization's tree of OUs", list(units))]
    UnknownUnits {
        /// As the caller named them.
        units: Vec<String>,
    },
    /// Paths that the caller named fit more than one OU each; sorted.
    #[error("tell OUs apart by their paths: {}", fits(units))]
    AmbiguousUnits {
        /// The paths as the caller named them, with the OUs that they fit.
        units: Vec<(String, Vec<ParentId>)>,
    },
    /// Accounts are selected by OU, and the tree of OUs that this needs could not be read.
    #[error("read the organization's tree of OUs, which the selection by OU needs")]
    UnitsUnreadable(#[source] CloudError),
    /// The sink took no more facts.
    #[error("keep what was collected")]
    FactSink(#[source] FactSinkError),
    /// The scan was told to end at once.
    #[error("finish: the scan was aborted")]
    Aborted,
    /// A defect in rolesweep, outside of any account.
    #[error("continue after a defect in rolesweep: {0}")]
    Internal(String),
}

/// Up to ten paths with the ids that they fit.
fn fits(units: &[(String, Vec<ParentId>)]) -> String {
    list(&units.iter().map(|(path, ids)| format!("{path} fits {}", list(ids))).collect::<Vec<_>>())
}

/// Up to ten names, and how many more there are.
fn list<T: Display>(names: &[T]) -> String {
    first_few(names, 10, names.len())
}
