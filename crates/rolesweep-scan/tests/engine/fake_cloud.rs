//! A cloud that answers from a world, unless a script says otherwise.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use rolesweep_model::{
    Account, AccountId, CallerIdentity, CollectedRole, LastUse, Organization, OrganizationalUnit, ParentId,
    RolePage,
};
use rolesweep_scan::clock::Reading;
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{
    AssumeRequest, Cloud, CloudResult, DefaultVersion, DetailsRequest, ErrorKind, Page, PolicyDocument,
    ResponseBody,
};
use tokio::time::{Instant, sleep};

use crate::concurrent_calls::ConcurrentCalls;
use crate::script::{Call, Reaction, SCRIPTED, Script, error};
use crate::world::{CALLER, World, asked, caller, id, listed};

/// A session that knows its account and its number.
#[derive(Debug)]
pub(crate) struct Session {
    account: AccountId,
    number: u64,
}

pub(crate) struct FakeCloud {
    pub(crate) world: World,
    script: Script,
    /// How long an answer or a failure takes.
    pub(crate) latency: Duration,
    state: Mutex<State>,
    concurrent: ConcurrentCalls,
    /// Names of roles whose last use is missing in the list of details.
    pub(crate) without_last_use: Vec<String>,
    /// Names of roles that GetAccountAuthorizationDetails does not list.
    pub(crate) not_in_details: Vec<&'static str>,
    /// Names of roles that ListRoles does not list.
    pub(crate) not_in_list: Vec<&'static str>,
    /// Whether every parent lists every account.
    pub(crate) everywhere: bool,
    /// Whether every OU has another one below it.
    pub(crate) endless_tree: bool,
    /// The default version of every policy of AWS.
    pub(crate) policy_version: &'static str,
    /// How far this machine's clock is ahead of the cloud's, in seconds; `None` if answers carry no
    /// time.
    pub(crate) ahead: Mutex<Option<i64>>,
}

#[derive(Debug, Default)]
struct State {
    counts: BTreeMap<(Operation, Option<AccountId>), u64>,
    sessions: BTreeMap<AccountId, u64>,
    calls: Vec<(Instant, Call)>,
}

impl FakeCloud {
    pub(crate) fn new(world: World) -> Self {
        Self {
            world,
            script: Box::new(|_| Reaction::Answer),
            latency: Duration::from_millis(50),
            state: Mutex::default(),
            concurrent: ConcurrentCalls::default(),
            without_last_use: Vec::new(),
            not_in_details: Vec::new(),
            not_in_list: Vec::new(),
            everywhere: false,
            endless_tree: false,
            policy_version: "v1",
            ahead: Mutex::default(),
        }
    }

    pub(crate) fn script(mut self, script: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Self {
        self.script = Box::new(script);
        self
    }

    /// How many accounts were called at a time.
    pub(crate) fn most_called(&self) -> usize {
        self.concurrent.most()
    }

    /// All calls of an operation, with the instant at which they were made.
    pub(crate) fn calls(&self, operation: Operation) -> Vec<(Instant, Call)> {
        let state = self.state.lock().unwrap();
        let of_it = state.calls.iter().filter(|(_, call)| call.operation == operation);
        of_it.map(|(at, call)| (*at, call.clone())).collect()
    }

    pub(crate) fn count(&self, operation: Operation, account: u64) -> u64 {
        self.state.lock().unwrap().counts.get(&(operation, Some(id(account)))).copied().unwrap_or(0)
    }

    async fn react(
        &self,
        operation: Operation,
        account: Option<AccountId>,
        at: Option<String>,
        session: u64,
    ) -> CloudResult<Reaction> {
        let call = {
            let mut state = self.state.lock().unwrap();
            let nth = state.counts.entry((operation, account)).or_default();
            *nth += 1;
            let call = Call { operation, account, nth: *nth, at, session };
            state.calls.push((Instant::now(), call.clone()));
            call
        };
        let _under_way = self.concurrent.begin(account);
        let reaction = (self.script)(&call);
        match &reaction {
            Reaction::Late(latency) => sleep(*latency).await,
            Reaction::Hang => std::future::pending().await,
            _ => sleep(self.latency).await,
        }
        match reaction {
            Reaction::Fail(kind) => Err(error(operation, kind)),
            Reaction::Panic => panic!("{SCRIPTED}"),
            other => Ok(other),
        }
    }

    /// A page of a list that continues at an offset.
    fn page<T: Clone>(
        items: &[T],
        token: Option<&str>,
        size: usize,
        reaction: &Reaction,
    ) -> CloudResult<Page<Vec<T>>> {
        let from: usize =
            token.map_or(0, |token| token.trim_start_matches(['e', 'x']).parse().unwrap_or(items.len()));
        let to = (from + size).min(items.len());
        let more = to < items.len();
        let page =
            |items: &[T], next: Option<String>, truncated| Page { items: items.to_vec(), next, truncated };
        Ok(match reaction {
            Reaction::NoMarker => page(&items[from..to], None, true),
            Reaction::Marker(marker) => page(&items[from..to], Some((*marker).to_owned()), true),
            Reaction::Empty => {
                page(&[], Some(format!("{}{from}", if token.is_some() { "x" } else { "e" })), true)
            }
            Reaction::LeftOver => page(&items[from..], Some("left over".to_owned()), false),
            _ => page(&items[from..to], more.then(|| to.to_string()), more),
        })
    }

    fn roles(&self, account: AccountId) -> Vec<CollectedRole> {
        self.world.truth(account).map(|truth| truth.roles.clone()).unwrap_or_default()
    }
}

impl Cloud for FakeCloud {
    type Session = Session;
    type Body = PageBody;

    fn clock(&self) -> Option<Reading> {
        let ahead = (*self.ahead.lock().unwrap())?;
        let server: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let local = server + jiff::SignedDuration::from_secs(ahead);
        Some(Reading::new(local, local, server))
    }

    async fn caller_identity(&self) -> CloudResult<CallerIdentity> {
        self.react(Operation::GetCallerIdentity, None, None, 0).await?;
        Ok(caller())
    }

    async fn describe_organization(&self) -> CloudResult<Option<Organization>> {
        let reaction = self.react(Operation::DescribeOrganization, None, None, 0).await?;
        Ok((reaction != Reaction::Empty).then(|| Organization {
            id: "o-exampleorgid".parse().unwrap(),
            management_account_id: CALLER.parse().unwrap(),
        }))
    }

    async fn list_accounts(&self, token: Option<String>) -> CloudResult<Page<Vec<Account>>> {
        let reaction = self.react(Operation::ListAccounts, None, token.clone(), 0).await?;
        let page = Self::page(&self.world.accounts, token.as_deref(), 20, &reaction)?;
        let items = page.items.into_iter().map(|truth| truth.account).collect();
        Ok(Page { items, next: page.next, truncated: page.truncated })
    }

    async fn describe_account(&self, id: AccountId) -> CloudResult<Account> {
        let reaction = self.react(Operation::DescribeAccount, Some(id), None, 0).await?;
        let id = if let Reaction::About(other) = reaction { other.parse().unwrap() } else { id };
        let truth = self.world.truth(id).ok_or_else(|| error(Operation::DescribeAccount, ErrorKind::Gone))?;
        Ok(truth.account.clone())
    }

    async fn list_roots(&self, token: Option<String>) -> CloudResult<Page<Vec<OrganizationalUnit>>> {
        let reaction = self.react(Operation::ListRoots, None, token.clone(), 0).await?;
        let roots: Vec<_> = self.world.units.iter().filter(|unit| unit.id.is_root()).cloned().collect();
        Self::page(&roots, token.as_deref(), 20, &reaction)
    }

    async fn list_organizational_units(
        &self,
        parent: &ParentId,
        token: Option<String>,
    ) -> CloudResult<Page<Vec<OrganizationalUnit>>> {
        let operation = Operation::ListOrganizationalUnitsForParent;
        let reaction = self.react(operation, None, Some(parent.to_string()), 0).await?;
        if self.endless_tree {
            let made = self.calls(operation).len();
            let unit = OrganizationalUnit {
                id: format!("ou-root-{made:08}").parse().unwrap(),
                name: format!("level {made}"),
                parent: Some(parent.clone()),
            };
            return Self::page(&[unit], None, 20, &reaction);
        }
        let units: Vec<_> =
            self.world.units.iter().filter(|unit| unit.parent.as_ref() == Some(parent)).cloned().collect();
        Self::page(&units, token.as_deref(), 20, &reaction)
    }

    async fn list_accounts_for_parent(
        &self,
        parent: &ParentId,
        token: Option<String>,
    ) -> CloudResult<Page<Vec<Account>>> {
        let operation = Operation::ListAccountsForParent;
        let reaction = self.react(operation, None, Some(parent.to_string()), 0).await?;
        // Account n is below the OU that `World::with` gives its number.
        let below = |n: usize| if n.is_multiple_of(2) { crate::world::PROD } else { crate::world::SANDBOX };
        let accounts: Vec<_> = self
            .world
            .accounts
            .iter()
            .enumerate()
            .filter(|(n, _)| self.everywhere || below(*n) == parent.as_str())
            .map(|(_, truth)| Account { parents: None, ..truth.account.clone() })
            .collect();
        Self::page(&accounts, token.as_deref(), 20, &reaction)
    }

    async fn assume(&self, request: &AssumeRequest) -> CloudResult<Session> {
        let account = request.account_id;
        assert_eq!(request.role_arn, format!("arn:aws:iam::{account}:role/Audit"));
        self.react(Operation::AssumeRole, Some(account), None, 0).await?;
        let mut state = self.state.lock().unwrap();
        let number = state.sessions.entry(account).or_default();
        *number += 1;
        Ok(Session { account, number: *number })
    }

    fn caller_session(&self, account: AccountId) -> Session {
        assert_eq!(account.as_str(), CALLER, "the caller's credentials open the caller's account alone");
        Session { account, number: 0 }
    }

    async fn authorization_details(
        &self,
        session: &Session,
        DetailsRequest { marker, max_items, .. }: DetailsRequest,
    ) -> CloudResult<PageBody> {
        let operation = Operation::GetAccountAuthorizationDetails;
        let reaction = self.react(operation, Some(session.account), marker.clone(), session.number).await?;
        let mut roles = self.roles(session.account);
        roles.retain(|collected| !self.not_in_details.contains(&collected.role.arn.name()));
        for collected in &mut roles {
            collected.role.description = None;
            collected.role.max_session_seconds = None;
            if self.without_last_use.iter().any(|name| name == collected.role.arn.name()) {
                collected.role.last_use = LastUse::NotCollected;
            }
        }
        let page = Self::page(&roles, marker.as_deref(), usize::from(max_items), &reaction)?;
        let items = RolePage { roles: page.items, policies: vec![] };
        Ok(PageBody(Page { items, next: page.next, truncated: page.truncated }))
    }

    async fn list_roles(
        &self,
        session: &Session,
        marker: Option<String>,
        max_items: u16,
    ) -> CloudResult<Page<Vec<CollectedRole>>> {
        let reaction =
            self.react(Operation::ListRoles, Some(session.account), marker.clone(), session.number).await?;
        let mut roles: Vec<_> = self.roles(session.account).into_iter().map(listed).collect();
        roles.retain(|collected| !self.not_in_list.contains(&collected.role.arn.name()));
        Self::page(&roles, marker.as_deref(), usize::from(max_items), &reaction)
    }

    async fn get_role(&self, session: &Session, name: &str) -> CloudResult<CollectedRole> {
        let reaction = self
            .react(Operation::GetRole, Some(session.account), Some(name.to_owned()), session.number)
            .await?;
        let name = if let Reaction::About(other) = reaction { other } else { name };
        let roles = self.roles(session.account);
        let found = roles.into_iter().find(|collected| collected.role.arn.name() == name);
        let mut asked = asked(found.ok_or_else(|| error(Operation::GetRole, ErrorKind::Gone))?);
        match reaction {
            Reaction::Empty => asked.role.last_use = LastUse::NotCollected,
            Reaction::Marker(role_id) => asked.role.role_id = role_id.parse().unwrap(),
            _ => {}
        }
        Ok(asked)
    }

    async fn get_policy(&self, session: &Session, arn: &str) -> CloudResult<DefaultVersion> {
        let asked = Some(arn.to_owned());
        let reaction = self.react(Operation::GetPolicy, Some(session.account), asked, session.number).await?;
        let arn = if let Reaction::About(other) = reaction { other } else { arn };
        Ok(DefaultVersion { arn: arn.to_owned(), version: self.policy_version.to_owned() })
    }

    async fn get_policy_version(
        &self,
        session: &Session,
        arn: &str,
        version: &str,
    ) -> CloudResult<PolicyDocument> {
        let asked = Some(arn.to_owned());
        let reaction =
            self.react(Operation::GetPolicyVersion, Some(session.account), asked, session.number).await?;
        let document = if reaction == Reaction::Empty { String::new() } else { format!("{arn} {version}") };
        let version = if let Reaction::About(other) = reaction { other } else { version };
        Ok(PolicyDocument { version: version.to_owned(), document })
    }
}

/// A page with an announced size. Its bytes are never read.
pub(crate) struct PageBody(Page<RolePage>);

impl ResponseBody for PageBody {
    fn announced_size(&self) -> Option<u64> {
        Some(self.0.items.weight() as u64)
    }

    async fn next_chunk(&mut self) -> CloudResult<Option<Bytes>> {
        Ok(None)
    }

    fn decode(&self, _: &[u8]) -> CloudResult<Page<RolePage>> {
        Ok(self.0.clone())
    }
}
