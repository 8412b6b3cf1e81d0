//! What the engine needs from the world: a cloud to ask, a ledger to write into, an observer to tell, a clock to read.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use rolesweep_model::meaning::Meaning;
use rolesweep_model::{
    Account, AccountId, AccountRecord, CallerIdentity, CollectedRole, Organization, OrganizationalUnit,
    ParentId, RolePage,
};

use crate::clock::Reading;
use crate::operation::Operation;

/// A page of a list that continues at an opaque token.
///
/// Adapters hand over what AWS answered: the engine decides what a truncated page without a marker or a repeated marker means. A page that
/// says both that there is more and that there is not has no such form; the adapter refuses it as malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on this page. An empty page with a token is not the end.
    pub items: T,
    /// Where the list goes on.
    pub next: Option<String>,
    /// Whether AWS says that there is more (`IsTruncated`); for services without that field, whether `next` is there.
    pub truncated: bool,
}

/// What kind of failure a call ended with: what the engine acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// AWS said to slow down.
    Throttled,
    /// AWS understood and refused the permission.
    Denied,
    /// The credentials of this call have expired, or are no longer known.
    Expired,
    /// It may work the next time: 5xx, connection, time-out, a body cut off.
    Transient,
    /// What was asked for does not exist.
    Gone,
    /// AWS refused the request itself: malformed, not supported, not in an organization.
    Refused,
    /// The answer could not be read.
    Malformed,
    /// Something other than AWS answered, such as a proxy. The message says with which status and content type, and nothing else.
    Foreign,
    /// The caller has no usable credentials at all; the message says what to do.
    NoCredentials,
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudError {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// Which operation.
    pub operation: Operation,
    /// AWS's error code, such as `AccessDenied`, where there is one.
    pub code: Option<String>,
    /// AWS's message, or the chain of causes for a failure on the way. May name sessions; never holds a secret.
    pub message: String,
}

impl CloudError {
    /// A short text that is the same in every run: AWS's code, with what it means if it means one thing; or the kind of failure if there is no
    /// code.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.kind == ErrorKind::Foreign {
            return self.message.clone();
        }
        if let (Some(code), Some(meaning)) = (&self.code, self.meaning()) {
            return format!("{code}: {}", meaning.text);
        }
        self.code.clone().unwrap_or_else(|| {
            match self.kind {
                ErrorKind::Throttled => "throttled",
                ErrorKind::Denied => "denied",
                ErrorKind::Expired => "credentials expired",
                ErrorKind::Transient => "no usable answer",
                ErrorKind::Gone => "not there",
                ErrorKind::Refused => "refused",
                ErrorKind::Malformed => "unreadable answer",
                ErrorKind::Foreign => "something other than AWS answered",
                ErrorKind::NoCredentials => "no credentials",
            }
            .to_owned()
        })
    }

    /// What AWS's code and words mean, if they mean one thing.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static Meaning> {
        Meaning::of(self.code.as_deref()?, &self.message)
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.summary())?;
        match self.message.as_str() {
            "" => Ok(()),
            _ if self.kind == ErrorKind::Foreign => Ok(()),
            message => write!(f, " ({message})"),
        }
    }
}

impl Error for CloudError {}

/// What one call to AWS gives.
pub type CloudResult<T> = Result<T, CloudError>;

/// AWS, one method per operation. Implementations translate and decide nothing: no paging, no fallback, no pace, and no
/// retries but the SDK's own standard ones.
pub trait Cloud: Send + Sync + 'static {
    /// Credentials to read one account with, and what belongs to that account alone, such as its retry partition.
    type Session: Send + Sync + 'static;

    /// The answer so far in which AWS's time was furthest from this machine's; `None` if no answer carried a time.
    fn clock(&self) -> Option<Reading> {
        None
    }

    /// Who am I?
    fn caller_identity(&self) -> impl Future<Output = CloudResult<CallerIdentity>> + Send;

    /// The caller's organization; `None` where the caller's account is in none.
    fn describe_organization(&self) -> impl Future<Output = CloudResult<Option<Organization>>> + Send;

    /// A page of the organization's accounts.
    fn list_accounts(
        &self,
        token: Option<String>,
    ) -> impl Future<Output = CloudResult<Page<Vec<Account>>>> + Send;

    /// One account of the organization.
    fn describe_account(&self, id: AccountId) -> impl Future<Output = CloudResult<Account>> + Send;

    /// A page of the organization's roots.
    fn list_roots(
        &self,
        token: Option<String>,
    ) -> impl Future<Output = CloudResult<Page<Vec<OrganizationalUnit>>>> + Send;

    /// A page of the OUs directly below a parent.
    fn list_organizational_units(
        &self,
        parent: &ParentId,
        token: Option<String>,
    ) -> impl Future<Output = CloudResult<Page<Vec<OrganizationalUnit>>>> + Send;

    /// A page of the accounts directly below a parent.
    fn list_accounts_for_parent(
        &self,
        parent: &ParentId,
        token: Option<String>,
    ) -> impl Future<Output = CloudResult<Page<Vec<Account>>>> + Send;

    /// Assumes the audit role in an account.
    fn assume(&self, request: &AssumeRequest) -> impl Future<Output = CloudResult<Self::Session>> + Send;

    /// The caller's own credentials as a session: only for the caller's own account.
    fn caller_session(&self, account: AccountId) -> Self::Session;

    /// A page of an account's roles, and of its customer-managed policies where they are wanted. Asks `intake` before it reads the answer.
    fn authorization_details(
        &self,
        session: &Self::Session,
        request: DetailsRequest,
        intake: Arc<dyn Intake>,
    ) -> impl Future<Output = CloudResult<Page<RolePage>>> + Send;

    /// A page of an account's roles without their last use.
    fn list_roles(
        &self,
        session: &Self::Session,
        marker: Option<String>,
        max_items: u16,
    ) -> impl Future<Output = CloudResult<Page<Vec<CollectedRole>>>> + Send;

    /// One role with its last use.
    fn get_role(
        &self,
        session: &Self::Session,
        name: &str,
    ) -> impl Future<Output = CloudResult<CollectedRole>> + Send;
}

/// Which page of GetAccountAuthorizationDetails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailsRequest {
    /// Whether customer-managed policies are wanted beside the roles.
    pub policies: bool,
    /// Where to go on; `None` for the first page.
    pub marker: Option<String>,
    /// How many roles and policies together the page may hold.
    pub max_items: u16,
}

/// Whom an adapter asks before it reads a large answer into memory. Waiting for room is no fault of the far end's: it must not count against
/// the time-outs of the call.
pub trait Intake: Send + Sync {
    /// Completes once there is room for an answer of so many bytes altogether. Asked again where the answer turns out larger.
    fn admit(&self, bytes: u64) -> Admission;
}

/// A wait for room ([`Intake::admit`]).
pub type Admission = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// How to assume the audit role in one account.
#[derive(Clone)]
pub struct AssumeRequest {
    /// The account.
    pub account_id: AccountId,
    /// The audit role's ARN in that account.
    pub role_arn: String,
    /// The session name.
    pub session_name: String,
    /// The external id, where the trust policy wants one. A secret: `Debug` does not show it.
    pub external_id: Option<String>,
    /// How long the session lasts, in seconds.
    pub session_seconds: u32,
    /// The inline session policy.
    pub session_policy: String,
}

impl fmt::Debug for AssumeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRequest")
            .field("role_arn", &self.role_arn)
            .field("session_name", &self.session_name)
            .field("external_id", &self.external_id.as_ref().map(|_| "…"))
            .field("session_seconds", &self.session_seconds)
            .finish_non_exhaustive()
    }
}

/// Where facts go. An account becomes visible with [`Ledger::finish`] and not before.
///
/// The futures complete when the ledger has taken the facts over, which is how a slow disk slows the scan down. An error ends the
/// scan: facts that cannot be kept need not be collected.
pub trait Ledger: Send + Sync + 'static {
    /// Why the ledger cannot take facts.
    type Error: Error + Send + Sync + 'static;

    /// Accounts of the population, as they become known. The same account may be told twice; the later one counts.
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

/// What happens in a scan, for the progress display, the log and the tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Accounts were found; `total` so far.
    Discovered {
        /// How many accounts are known by now.
        total: usize,
    },
    /// The population is whole.
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
    /// GetAccountAuthorizationDetails was denied, or is not known there: the account goes on with ListRoles and GetRole.
    FellBack {
        /// The account.
        account_id: AccountId,
    },
    /// A call is tried again after a wait.
    Retrying {
        /// The account, where the call belongs to one.
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
    /// Something that a person should know and that is no account's outcome.
    Note(String),
    /// The scan winds down: no new accounts.
    Stopping {
        /// Why.
        reason: String,
    },
}

/// Who wants to know. Called from many tasks, and must return at once.
pub trait Observer: Send + Sync + 'static {
    /// Something happened.
    fn event(&self, event: &Event);
}

/// The time of day, for the records. Waiting is tokio's.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}
