//! The sink for a scan's facts, and the clock for the times that are stored with them.

use std::error::Error;
use std::future::Future;

use jiff::Timestamp;
use rolesweep_model::{Account, AccountId, AccountRecord, AwsManagedPolicy, RolePage};

/// The sink for facts. An account becomes visible with [`FactSink::finish`] and not before.
///
/// The futures complete when the sink has accepted the facts, so a slow disk slows the scan down.
/// An error ends the scan, because facts that cannot be stored need not be collected.
pub trait FactSink: Send + Sync + 'static {
    /// Why the sink cannot take facts.
    type Error: Error + Send + Sync + 'static;

    /// Accounts of the population, as they become known. The same account may be told twice. The
    /// later one counts.
    fn discovered(&self, accounts: Vec<Account>) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The scan of an account begins: what an earlier attempt left is dropped.
    fn begin(&self, account: AccountId) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// A page of facts of an account that has begun.
    fn append(
        &self,
        account: AccountId,
        page: RolePage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The ARNs of AWS-managed policies that roles of a page name. They are told before the account
    /// is finished, so that a scan that was killed can go on with them.
    fn aws_policies_named(&self, arns: Vec<String>) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// What AWS answered about one of these policies. Its document is there if it is not one of
    /// [`KnownAwsPolicies::documents`](crate::KnownAwsPolicies::documents).
    fn aws_policy(&self, policy: AwsManagedPolicy) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The account's outcome. Pages of a denied or failed account are dropped.
    fn finish(&self, record: AccountRecord) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// The time of day, for the records. Waits use tokio's clock.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}
