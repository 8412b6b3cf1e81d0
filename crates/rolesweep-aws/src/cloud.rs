//! The engine's port on the clients of the SDK: one method, one call.

use std::borrow::Cow;
use std::fmt;

use aws_sdk_iam::types::EntityType;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use rolesweep_connect::errors::Whose;
use rolesweep_connect::errors::foreign::{Form, check_is_aws, is_foreign_body};
use rolesweep_connect::secrets::{self, redact};
use rolesweep_connect::{BodyLimit, CheckAnswer, Connection, ServerClock, credentials};
use rolesweep_model::{
    Account, AccountId, CallerIdentity, CollectedRole, Organization, OrganizationalUnit, ParentId, RolePage,
};
use rolesweep_scan::clock::Reading;
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{
    AssumeRequest, Cloud, CloudError, CloudResult, DefaultVersion, DetailsRequest, Page, PolicyDocument,
    ResponseBody,
};

use crate::capture_body::{CaptureBody, Captured};
use crate::failure::{self, NOT_IN_AN_ORGANIZATION, broken_off, classify, malformed};
use crate::session::AwsSession;
use crate::translate::{self, Translated};
use crate::wellformed::{holds, well_formed};

/// How many accounts, roots or OUs a page may hold: the most that Organizations allows
/// (`MaxResults`, 1 to 20).
const ORGANIZATIONS_PAGE: i32 = 20;

/// AWS, reached through the SDK. It is cheap to share, and many tasks use it at once.
pub struct AwsCloud {
    sts: aws_sdk_sts::Client,
    organizations: aws_sdk_organizations::Client,
    iam: aws_sdk_iam::Client,
    clock: ServerClock,
    connection: Connection,
}

impl AwsCloud {
    /// The clients of one connection: they share its HTTP client and its cache of the caller's
    /// credentials.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        let config = connection.config();
        let clock = ServerClock::default();
        let sts = aws_sdk_sts::config::Builder::from(config)
            .interceptor(BodyLimit)
            .interceptor(well_formed(Form::Xml));
        let sts = sts.interceptor(clock.clone());
        let iam = aws_sdk_iam::config::Builder::from(config)
            .interceptor(BodyLimit)
            .interceptor(well_formed(Form::Xml));
        let iam = iam.interceptor(clock.clone());
        let organizations = aws_sdk_organizations::config::Builder::from(config).interceptor(BodyLimit);
        let organizations = organizations
            .interceptor(CheckAnswer::new(|response, _| check_is_aws(response)))
            .interceptor(well_formed(Form::Json));
        let organizations = organizations.interceptor(clock.clone());
        Self {
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
            organizations: aws_sdk_organizations::Client::from_conf(organizations.build()),
            iam: aws_sdk_iam::Client::from_conf(iam.build()),
            clock,
            connection,
        }
    }

    /// The connection that its clients are built on.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    fn as_caller(&self) -> Whose<'_> {
        Whose::Caller(self.connection.caller())
    }

    fn as_session(&self, session: &AwsSession) -> Whose<'_> {
        match session.is_caller() {
            true => self.as_caller(),
            false => Whose::Session,
        }
    }
}

impl fmt::Debug for AwsCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsCloud").field("connection", &self.connection).finish_non_exhaustive()
    }
}

/// A page of GetAccountAuthorizationDetails that has not been read yet.
#[derive(Debug)]
pub struct DetailsBody {
    /// Whether policies were asked for.
    policies: bool,
    captured: Captured,
}

impl ResponseBody for DetailsBody {
    fn announced_size(&self) -> Option<u64> {
        self.captured.body.content_length()
    }

    async fn next_chunk(&mut self) -> CloudResult<Option<Bytes>> {
        loop {
            let Some(frame) = self.captured.body.frame().await else { return Ok(None) };
            let frame =
                frame.map_err(|error| broken_off(Operation::GetAccountAuthorizationDetails, &*error))?;
            // Trailers hold no data.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
    }

    fn decode(&self, bytes: &[u8]) -> CloudResult<Page<RolePage>> {
        let operation = Operation::GetAccountAuthorizationDetails;
        let page = rolesweep_details::read(bytes, self.policies).map_err(|error| {
            match is_foreign_body(Form::Xml, bytes) {
                true => failure::foreign(operation, self.captured.content_type.as_deref()),
                false => malformed(operation, format!("the answer is unreadable: {error}")),
            }
        })?;
        let items = RolePage {
            roles: each(operation, page.roles, translate::detail)?,
            policies: each(operation, page.policies, translate::policy)?,
        };
        by_marker(operation, items, page.marker.map(Cow::into_owned), page.truncated)
    }
}

/// A page as it came. For services that mark the end only by a missing token.
fn by_token<T>(items: T, next: Option<String>) -> Page<T> {
    let truncated = next.is_some();
    Page { items, next, truncated }
}

/// A page of one of IAM's lists. A page that has a marker for the next one but claims to be the
/// last, or claims nothing, is an error: taking it for the end would lose the rest silently.
fn by_marker<T>(
    operation: Operation,
    items: T,
    next: Option<String>,
    truncated: bool,
) -> CloudResult<Page<T>> {
    match next {
        Some(marker) if !truncated && !marker.is_empty() => Err(malformed(
            operation,
            "the answer says both that there is more (`Marker`) and that there is not (`IsTruncated`)",
        )),
        next => Ok(Page { items, next, truncated }),
    }
}

/// Translates things one by one. The first that makes no sense makes the whole answer malformed.
fn each<A, B>(
    operation: Operation,
    things: impl IntoIterator<Item = A>,
    translate: impl FnMut(A) -> Translated<B>,
) -> CloudResult<Vec<B>> {
    let translated: Translated<Vec<B>> = things.into_iter().map(translate).collect();
    translated.map_err(|error| malformed(operation, error.to_string()))
}

/// The list in an answer of Organizations. AWS sends it even if it is empty, so a missing list is
/// an error and not the end of the list.
fn listed<T>(operation: Operation, list: Option<Vec<T>>) -> CloudResult<Vec<T>> {
    list.ok_or_else(|| malformed(operation, "the answer has no list in it"))
}

fn one<A, B>(
    operation: Operation,
    thing: Option<A>,
    translate: impl FnOnce(A) -> Translated<B>,
) -> CloudResult<B> {
    let thing = thing.ok_or_else(|| malformed(operation, "the answer is empty"))?;
    translate(thing).map_err(|error| malformed(operation, error.to_string()))
}

/// Whether a session's ARN (`arn:aws:sts::123456789012:assumed-role/NAME/SESSION`) belongs to this
/// role. The ARN has the role's name without its path (IAM user guide, `reference_identifiers`).
fn is_session_of(session: &str, role: &str) -> bool {
    let parts = |arn: &str| {
        let mut parts = arn.splitn(6, ':').map(str::to_owned);
        (parts.nth(1), parts.nth(2), parts.next())
    };
    let ((partition, account, resource), of_role) = (parts(session), parts(role));
    let name = resource.as_deref().and_then(|resource| resource.split('/').nth(1));
    let role_name = of_role.2.as_deref().and_then(|resource| resource.rsplit('/').next());
    (partition, account) == (of_role.0, of_role.1)
        && name.zip(role_name).is_some_and(|(name, role)| name.eq_ignore_ascii_case(role))
}

impl Cloud for AwsCloud {
    type Session = AwsSession;
    type Body = DetailsBody;

    fn clock(&self) -> Option<Reading> {
        self.clock.furthest()
    }

    async fn caller_identity(&self) -> CloudResult<CallerIdentity> {
        let operation = Operation::GetCallerIdentity;
        let answer = self.sts.get_caller_identity().send().await;
        let answer = answer.map_err(|error| classify(operation, self.as_caller(), error))?;
        let account = answer.account().unwrap_or_default();
        let arn = answer.arn().unwrap_or_default();
        Ok(CallerIdentity {
            account_id: account
                .parse()
                .map_err(|error| malformed(operation, format!("the account: {error}")))?,
            partition: arn
                .split(':')
                .nth(1)
                .unwrap_or_default()
                .parse()
                .map_err(|error| malformed(operation, format!("the partition of `{arn}`: {error}")))?,
            arn: arn.to_owned(),
        })
    }

    async fn describe_organization(&self) -> CloudResult<Option<Organization>> {
        let operation = Operation::DescribeOrganization;
        let answer = self.organizations.describe_organization().send().await;
        match answer.map_err(|error| classify(operation, self.as_caller(), error)) {
            Ok(answer) => one(operation, answer.organization(), translate::organization).map(Some),
            Err(error) if error.code.as_deref() == Some(NOT_IN_AN_ORGANIZATION) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn list_accounts(&self, token: Option<String>) -> CloudResult<Page<Vec<Account>>> {
        let operation = Operation::ListAccounts;
        let call = self.organizations.list_accounts().max_results(ORGANIZATIONS_PAGE).set_next_token(token);
        let answer = call.send().await.map_err(|error| classify(operation, self.as_caller(), error))?;
        let accounts = each(operation, &listed(operation, answer.accounts)?, translate::account)?;
        Ok(by_token(accounts, answer.next_token))
    }

    async fn describe_account(&self, id: AccountId) -> CloudResult<Account> {
        let operation = Operation::DescribeAccount;
        let answer = self.organizations.describe_account().account_id(id.as_str()).send().await;
        let answer = answer.map_err(|error| classify(operation, self.as_caller(), error))?;
        one(operation, answer.account(), translate::account)
    }

    async fn list_roots(&self, token: Option<String>) -> CloudResult<Page<Vec<OrganizationalUnit>>> {
        let operation = Operation::ListRoots;
        let call = self.organizations.list_roots().max_results(ORGANIZATIONS_PAGE).set_next_token(token);
        let answer = call.send().await.map_err(|error| classify(operation, self.as_caller(), error))?;
        let roots = each(operation, &listed(operation, answer.roots)?, translate::root)?;
        Ok(by_token(roots, answer.next_token))
    }

    async fn list_organizational_units(
        &self,
        parent: &ParentId,
        token: Option<String>,
    ) -> CloudResult<Page<Vec<OrganizationalUnit>>> {
        let operation = Operation::ListOrganizationalUnitsForParent;
        let call = self.organizations.list_organizational_units_for_parent().parent_id(parent.as_str());
        let call = call.max_results(ORGANIZATIONS_PAGE).set_next_token(token);
        let answer = call.send().await.map_err(|error| classify(operation, self.as_caller(), error))?;
        let units = each(operation, &listed(operation, answer.organizational_units)?, |unit| {
            translate::unit(unit, parent)
        })?;
        Ok(by_token(units, answer.next_token))
    }

    async fn list_accounts_for_parent(
        &self,
        parent: &ParentId,
        token: Option<String>,
    ) -> CloudResult<Page<Vec<Account>>> {
        let operation = Operation::ListAccountsForParent;
        let call = self.organizations.list_accounts_for_parent().parent_id(parent.as_str());
        let call = call.max_results(ORGANIZATIONS_PAGE).set_next_token(token);
        let answer = call.send().await.map_err(|error| classify(operation, self.as_caller(), error))?;
        let accounts = each(operation, &listed(operation, answer.accounts)?, translate::account)?;
        Ok(by_token(accounts, answer.next_token))
    }

    async fn assume(&self, request: &AssumeRequest) -> CloudResult<AwsSession> {
        let operation = Operation::AssumeRole;
        request.external_id.iter().for_each(|id| secrets::remember_for_good(id));
        let answer = self
            .sts
            .assume_role()
            .role_arn(&request.role_arn)
            .role_session_name(&request.session_name)
            .set_external_id(request.external_id.clone())
            .duration_seconds(i32::try_from(request.session_seconds).unwrap_or(i32::MAX))
            .policy(&request.session_policy)
            .send()
            .await
            .map_err(|error| {
                let error = classify(operation, self.as_caller(), error);
                // STS repeats a malformed external id in its message.
                let message = redact::without(error.message, request.external_id.as_deref());
                CloudError { message, ..error }
            })?;
        let assumed = answer.assumed_role_user.as_ref().map(|user| user.arn.as_str());
        if let Some(arn) = assumed.filter(|arn| !is_session_of(arn, &request.role_arn)) {
            let role = &request.role_arn;
            return Err(malformed(operation, format!("asked for {role}, the answer is a session of {arn}")));
        }
        let credentials =
            answer.credentials.ok_or_else(|| malformed(operation, "there are no credentials in it"))?;
        let (id, secret) = (&credentials.access_key_id, &credentials.secret_access_key);
        credentials::check(id, secret, Some(&credentials.session_token))
            .map_err(|error| malformed(operation, error.to_string()))?;
        Ok(AwsSession::assumed(
            request.account_id,
            credentials.access_key_id,
            credentials.secret_access_key,
            credentials.session_token,
        ))
    }

    fn caller_session(&self, account: AccountId) -> AwsSession {
        AwsSession::caller(account)
    }

    async fn authorization_details(
        &self,
        session: &AwsSession,
        request: DetailsRequest,
    ) -> CloudResult<DetailsBody> {
        let operation = Operation::GetAccountAuthorizationDetails;
        let wanted = match request.policies {
            true => vec![EntityType::Role, EntityType::LocalManagedPolicy],
            false => vec![EntityType::Role],
        };
        let capture = CaptureBody::default();
        let call = self.iam.get_account_authorization_details().set_filter(Some(wanted));
        let call = call.set_marker(request.marker).max_items(i32::from(request.max_items));
        let overrides = session.overrides().interceptor(capture.clone());
        let answer = call.customize().config_override(overrides).send().await;
        answer.map_err(|error| classify(operation, self.as_session(session), error))?;
        let captured = capture.take().ok_or_else(|| malformed(operation, "the answer has no body"))?;
        Ok(DetailsBody { policies: request.policies, captured })
    }

    async fn list_roles(
        &self,
        session: &AwsSession,
        marker: Option<String>,
        max_items: u16,
    ) -> CloudResult<Page<Vec<CollectedRole>>> {
        let operation = Operation::ListRoles;
        let call = self.iam.list_roles().set_marker(marker).max_items(i32::from(max_items));
        // An answer without `IsTruncated` could be the last page, or a page whose end is lost.
        // Without the list, the SDK gives an empty one.
        let whole = holds("ListRolesResult", &["IsTruncated", "Roles"]);
        let answer = call.customize().config_override(session.overrides().interceptor(whole)).send().await;
        let answer = answer.map_err(|error| classify(operation, self.as_session(session), error))?;
        let roles = each(operation, answer.roles, translate::listed)?;
        by_marker(operation, roles, answer.marker, answer.is_truncated)
    }

    async fn get_role(&self, session: &AwsSession, name: &str) -> CloudResult<CollectedRole> {
        let operation = Operation::GetRole;
        let call = self.iam.get_role().role_name(name);
        let answer = call.customize().config_override(session.overrides()).send().await;
        let answer = answer.map_err(|error| classify(operation, self.as_session(session), error))?;
        one(operation, answer.role, translate::single)
    }

    async fn get_policy(&self, session: &AwsSession, arn: &str) -> CloudResult<DefaultVersion> {
        let operation = Operation::GetPolicy;
        let call = self.iam.get_policy().policy_arn(arn);
        let answer = call.customize().config_override(session.overrides()).send().await;
        let answer = answer.map_err(|error| classify(operation, self.as_session(session), error))?;
        one(operation, answer.policy, translate::default_version)
    }

    async fn get_policy_version(
        &self,
        session: &AwsSession,
        arn: &str,
        version: &str,
    ) -> CloudResult<PolicyDocument> {
        let operation = Operation::GetPolicyVersion;
        let call = self.iam.get_policy_version().policy_arn(arn).version_id(version);
        let answer = call.customize().config_override(session.overrides()).send().await;
        let answer = answer.map_err(|error| classify(operation, self.as_session(session), error))?;
        one(operation, answer.policy_version, translate::policy_version)
    }
}
