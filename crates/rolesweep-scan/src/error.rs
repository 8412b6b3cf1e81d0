//! Reasons why a scan failed. A failure in one account is in that account's record instead.

use std::error::Error;

use crate::ports::CloudError;
use crate::selection_mistake::SelectionMistakes;
use rolesweep_model::clock::{self, Reading};

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
    /// Accounts and OUs that the caller named are not in the organization, or a path fits more than
    /// one OU.
    #[error("find these accounts and OUs in the organization: {0}")]
    Selection(SelectionMistakes),
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
