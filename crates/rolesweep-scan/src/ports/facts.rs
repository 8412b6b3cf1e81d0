//! Where a scan's facts go, and the time that is written beside them.

use std::error::Error;
use std::future::Future;

use jiff::Timestamp;
use rolesweep_model::{Account, AccountId, AccountRecord, RolePage};

/// Where facts go. An account becomes visible with [`FactSink::finish`] and not before.
///
/// The futures complete when the sink has taken the facts over, which is how a slow disk slows the
/// scan down. An error ends the scan: facts that cannot be kept need not be collected.
pub trait FactSink: Send + Sync + 'static {
    /// Why the sink cannot take facts.
    type Error: Error + Send + Sync + 'static;

    /// Accounts of the population, as they become known. The same account may be told twice; the
    /// later one counts.
    fn discovered(&self, accounts: Vec<Account>) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Collecting an account begins: what an earlier attempt left behind is dropped.
    fn begin(&self, account: AccountId) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// A page of facts of an account that has begun.
    fn append(
        &self,
        account: AccountId,
        page: RolePage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The account's outcome. Pages of a denied or failed account are dropped.
    fn finish(&self, record: AccountRecord) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// The time of day, for the records. Waiting is tokio's.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}
