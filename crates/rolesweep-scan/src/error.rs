//! Reasons why a scan failed. A failure in one account is in that account's record instead.

use std::error::Error;
use std::fmt::Display;

use rolesweep_model::text::first_few;
use rolesweep_model::{AccountId, ParentId};

use crate::clock::{self, Reading};
use crate::ports::CloudError;

/// An error of the sink, of any type.
pub type FactSinkError = Box<dyn Error + Send + Sync + 'static>;

/// Why a scan could not start or finish.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// AWS does not say who the caller is, or the organization could not be described for a
    /// temporary reason.
    #[error("find out who the caller is")]
    Identity(#[source] CloudError),
    /// This machine's clock differs from AWS's, so idle times would be wrong.
    #[error("trust this machine's clock: it is {}", clock::in_words(.0.difference_seconds))]
    WrongClock(Reading),
    /// The caller may not list the organization's accounts. Accounts named one by one can still be
    /// scanned (`named_accounts_only`).
    #[error("list the organization's accounts: the caller is not allowed to")]
    ListAccountsDenied(#[source] CloudError),
    /// Not even the first page of accounts could be read.
    #[error("list the organization's accounts")]
    ListAccounts(#[source] CloudError),
    /// Accounts that the caller named are not in the organization. Sorted.
    #[error("find {} in the organization", list(ids))]
    UnknownAccounts {
        /// Their ids.
        ids: Vec<AccountId>,
    },
    /// OUs that the caller named, by id or by path, are not in the organization. Sorted.
    #[error("find {} in the organization's tree of OUs", list(units))]
    UnknownUnits {
        /// As the caller named them.
        units: Vec<String>,
    },
    /// Paths that the caller named match more than one OU each. Sorted.
    #[error("tell OUs apart by their paths: {}", fits(units))]
    AmbiguousUnits {
        /// The paths as the caller named them, with the OUs that they match.
        units: Vec<(String, Vec<ParentId>)>,
    },
    /// Accounts are selected by OU, and the tree of OUs that this needs could not be read.
    #[error("read the organization's tree of OUs, which the selection by OU needs")]
    UnitsUnreadable(#[source] CloudError),
    /// The sink refused the facts.
    #[error("store the collected facts")]
    FactSink(#[source] FactSinkError),
    /// The scan was told to end at once.
    #[error("finish: the scan was aborted")]
    Aborted,
    /// A defect in rolesweep, outside any account.
    #[error("continue after a defect in rolesweep: {0}")]
    Internal(String),
}

/// Up to ten paths with the ids that they match.
fn fits(units: &[(String, Vec<ParentId>)]) -> String {
    list(&units.iter().map(|(path, ids)| format!("{path} fits {}", list(ids))).collect::<Vec<_>>())
}

/// Up to ten names, and how many more there are.
fn list<T: Display>(names: &[T]) -> String {
    first_few(names, 10, names.len())
}
