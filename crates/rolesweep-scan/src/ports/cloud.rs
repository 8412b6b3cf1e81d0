//! The calls that a scan makes.

use std::fmt;
use std::future::Future;

use bytes::Bytes;
use rolesweep_model::{
    Account, AccountId, CallerIdentity, CollectedRole, Organization, OrganizationalUnit, ParentId, RolePage,
};

use super::error::CloudResult;
use rolesweep_model::clock::Reading;

/// A page of a list that continues at an opaque token.
///
/// Adapters hand over what AWS answered. The engine decides what a truncated page without a marker
/// or a repeated marker means. A page that says both that there is more and that there is not
/// cannot be expressed here; the adapter refuses it as malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on this page. An empty page with a token is not the end.
    pub items: T,
    /// The token at which the list continues.
    pub next: Option<String>,
    /// Whether AWS says that there is more (`IsTruncated`). For services without that field:
    /// whether `next` is there.
    pub truncated: bool,
}

/// AWS, with one method per operation. Implementations translate and decide nothing: they do no
/// paging, fallback or pacing, and only the SDK's standard retries.
pub trait Cloud: Send + Sync + 'static {
    /// Credentials to read one account, and what belongs to that account alone, such as its retry
    /// partition.
    type Session: Send + Sync + 'static;

    /// The body of a page of roles.
    type Body: ResponseBody;

    /// The answer so far whose time was furthest from this machine's; `None` if no answer carried a
    /// time.
    fn clock(&self) -> Option<Reading> {
        None
    }

    /// The caller's identity (`sts:GetCallerIdentity`).
    fn caller_identity(&self) -> impl Future<Output = CloudResult<CallerIdentity>> + Send;

    /// The caller's organization; `None` if the caller's account is in none.
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

    /// A page of an account's roles, and of its customer-managed policies if they are wanted. The
    /// answer's body is not read yet.
    fn authorization_details(
        &self,
        session: &Self::Session,
        request: DetailsRequest,
    ) -> impl Future<Output = CloudResult<Self::Body>> + Send;

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

    /// Which version of a managed policy is its default.
    fn get_policy(
        &self,
        session: &Self::Session,
        arn: &str,
    ) -> impl Future<Output = CloudResult<DefaultVersion>> + Send;

    /// The document of a version of a managed policy.
    fn get_policy_version(
        &self,
        session: &Self::Session,
        arn: &str,
        version: &str,
    ) -> impl Future<Output = CloudResult<PolicyDocument>> + Send;
}

/// The default version of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultVersion {
    /// The policy's ARN.
    pub arn: String,
    /// The version's id, such as `v3`.
    pub version: String,
}

/// The document of one version of a managed policy. The answer does not name the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDocument {
    /// The version's id, such as `v3`.
    pub version: String,
    /// The document: JSON text, percent-decoded.
    pub document: String,
}

/// Which page of GetAccountAuthorizationDetails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailsRequest {
    /// Whether customer-managed policies are wanted too.
    pub policies: bool,
    /// The marker to continue at; `None` for the first page.
    pub marker: Option<String>,
    /// How many roles and policies together the page may hold.
    pub max_items: u16,
}

/// The body of an answer, which is not read yet. The reader reserves the memory and limits the
/// time.
pub trait ResponseBody: Send + Sync {
    /// How many bytes the server announced, if it did.
    fn announced_size(&self) -> Option<u64>;

    /// The next bytes; `None` at the end.
    fn next_chunk(&mut self) -> impl Future<Output = CloudResult<Option<Bytes>>> + Send;

    /// Decodes the whole body.
    ///
    /// # Errors
    /// If it cannot be decoded.
    fn decode(&self, bytes: &[u8]) -> CloudResult<Page<RolePage>>;
}

/// How to assume the audit role in one account.
#[derive(Clone)]
pub struct AssumeRequest {
    /// The account.
    pub account_id: AccountId,
    /// The audit role's ARN in that account.
    pub role_arn: String,
    /// The session name.
    pub session_name: String,
    /// The external id, if the trust policy requires one. It is a secret, and `Debug` does not show
    /// it.
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
