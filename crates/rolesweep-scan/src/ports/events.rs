//! The events that a scan reports while it runs.

use std::panic::AssertUnwindSafe;

use rolesweep_model::{Account, AccountId, AccountRecord};

use super::error::CloudError;

/// An event of a scan, for the progress display, the log and the tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Accounts were found.
    Discovered {
        /// How many accounts are known by now.
        total: usize,
    },
    /// The list of accounts was read to its end.
    DiscoveryEnded {
        /// How many accounts there are.
        total: usize,
    },
    /// Collecting an account began.
    Started {
        /// The account.
        account: Account,
    },
    /// An account's page of roles was handed over.
    Collected {
        /// The account.
        account_id: AccountId,
        /// How many roles were on the page.
        roles: usize,
    },
    /// GetAccountAuthorizationDetails was denied or is unknown in this account, so the account
    /// continues with ListRoles and GetRole.
    FellBack {
        /// The account.
        account_id: AccountId,
    },
    /// A call is made again after a wait.
    Retrying {
        /// The account, if the call belongs to one.
        account_id: Option<AccountId>,
        /// Why.
        error: CloudError,
    },
    /// An account has its outcome.
    Finished {
        /// The account.
        account: Account,
        /// Its outcome.
        record: AccountRecord,
    },
    /// Something that a person should know and that does not belong to an account's outcome.
    Note(String),
    /// The scan winds down: no new accounts.
    Stopping {
        /// Why.
        reason: String,
    },
}

/// Receives the events. It is called from many tasks, and must return at once.
pub trait Observer: Send + Sync + 'static {
    /// Called for each event.
    fn event(&self, event: &Event);
}

/// Tells the observer. If the observer panics, no facts are lost.
pub(crate) fn tell(observer: &dyn Observer, event: &Event) {
    // The panic hook has already reported it.
    let _ = std::panic::catch_unwind(AssertUnwindSafe(|| observer.event(event)));
}
