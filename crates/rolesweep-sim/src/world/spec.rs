//! The parts of an organization, to build one by hand.

use jiff::Timestamp;

use super::document::Document;

/// The last use of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// The time, in whole seconds.
    pub at: Timestamp,
    /// The Region that the request went to.
    pub region: String,
}

/// Which operations answer with a role's last use. On AWS, `ListRoles` never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LastUseIn {
    /// `GetAccountAuthorizationDetails` and `GetRole`, as usual.
    #[default]
    Both,
    /// Only `GetRole`. The element is missing in the authorization details.
    GetRoleOnly,
    /// Neither: the element is missing in both.
    Neither,
}

/// Which lists have a role. On AWS, both have every role, but for roles that are created or deleted
/// in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListedIn {
    /// `GetAccountAuthorizationDetails` and `ListRoles`, as usual.
    #[default]
    Both,
    /// Only `GetAccountAuthorizationDetails`, as if the role was deleted after it.
    DetailsOnly,
    /// Only `ListRoles`, as if the role was created before it.
    ListRolesOnly,
}

/// A policy that is embedded in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePolicySpec {
    /// Its name.
    pub name: String,
    /// Its document.
    pub document: Document,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSpec {
    /// Its name: up to 64 of `A-Za-z0-9_+=,.@-`.
    pub name: String,
    /// Its path; begins and ends with `/`.
    pub path: String,
    /// Which role of this name it is. Another number gives another unique id for the same ARN, as
    /// if it was deleted and created again.
    pub incarnation: u64,
    /// When it was created, in whole seconds.
    pub created: Timestamp,
    /// Its trust policy. It decides who can assume the role.
    pub trust: Document,
    /// Its last use; `None` if none is recorded.
    pub last_use: Option<LastUse>,
    /// Which operations answer with the last use.
    pub last_use_in: LastUseIn,
    /// Which lists have it.
    pub listed_in: ListedIn,
    /// Its description.
    pub description: Option<String>,
    /// How long its sessions may last.
    pub max_session_seconds: u32,
    /// The policies embedded in it. They and the attached ones decide what its sessions may do.
    pub inline: Vec<InlinePolicySpec>,
    /// The ARNs of the managed policies attached to it.
    pub attached: Vec<String>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// The names of the instance profiles that it is in.
    pub instance_profiles: Vec<String>,
}

impl RoleSpec {
    /// A role for EC2 without permissions, path `/`, without a recorded use.
    #[must_use]
    pub fn new(name: impl Into<String>, created: Timestamp) -> Self {
        Self {
            name: name.into(),
            path: "/".to_owned(),
            incarnation: 0,
            created,
            trust: Document::trusting_service("ec2.amazonaws.com"),
            last_use: None,
            last_use_in: LastUseIn::Both,
            listed_in: ListedIn::Both,
            description: None,
            max_session_seconds: 3600,
            inline: Vec::new(),
            attached: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            instance_profiles: Vec::new(),
        }
    }

    /// The same at another path.
    #[must_use]
    pub fn at_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same, last used then, in `eu-central-1`.
    #[must_use]
    pub fn used(self, at: Timestamp) -> Self {
        self.used_in(at, "eu-central-1")
    }

    /// The same, last used at this time and in this Region.
    #[must_use]
    pub fn used_in(mut self, at: Timestamp, region: &str) -> Self {
        self.last_use = Some(LastUse { at, region: region.to_owned() });
        self
    }

    /// The same, with another trust policy.
    #[must_use]
    pub fn trusting(mut self, trust: Document) -> Self {
        self.trust = trust;
        self
    }

    /// The same, with one more managed policy, by ARN.
    #[must_use]
    pub fn attach(mut self, arn: impl Into<String>) -> Self {
        self.attached.push(arn.into());
        self
    }

    /// The same, with one more inline policy.
    #[must_use]
    pub fn inline(mut self, name: impl Into<String>, document: Document) -> Self {
        self.inline.push(InlinePolicySpec { name: name.into(), document });
        self
    }

    /// The same, with one more tag.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }

    /// The same, with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same, with last use answered by other operations.
    #[must_use]
    pub fn last_use_in(mut self, operations: LastUseIn) -> Self {
        self.last_use_in = operations;
        self
    }

    /// The same, missing in one of the lists.
    #[must_use]
    pub fn listed_in(mut self, lists: ListedIn) -> Self {
        self.listed_in = lists;
        self
    }
}

/// A customer-managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySpec {
    /// Its name.
    pub name: String,
    /// Its path; begins and ends with `/`.
    pub path: String,
    /// The document of the default version.
    pub document: Document,
    /// The number of the default version.
    pub version: u32,
    /// When it was created.
    pub created: Timestamp,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSpec {
    /// Its id: twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its `State`; `None` if AWS gives none. Only roles of active accounts (or of those without a
    /// state) can be assumed.
    pub state: Option<String>,
    /// The id of the OU that it is in; `None` for the root.
    pub unit: Option<String>,
    /// When it joined the organization.
    pub joined: Timestamp,
    /// Whether it was invited and not created.
    pub invited: bool,
    /// Its tags in Organizations.
    pub tags: Vec<(String, String)>,
    /// Its alias.
    pub alias: Option<String>,
    /// Its roles, in AWS's order.
    pub roles: Vec<RoleSpec>,
    /// How many generated roles follow them. Each is generated when it is read.
    pub generated_roles: u32,
    /// Its customer-managed policies.
    pub policies: Vec<PolicySpec>,
    /// The names of its IAM users.
    pub users: Vec<String>,
    /// After how many calls a session in this account expires; `None` for never.
    pub session_calls: Option<u64>,
}

impl AccountSpec {
    /// An active, empty account in the root, created in the organization years ago.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, joined: Timestamp) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            state: Some("ACTIVE".to_owned()),
            unit: None,
            joined,
            invited: false,
            tags: Vec::new(),
            alias: None,
            roles: Vec::new(),
            generated_roles: 0,
            policies: Vec::new(),
            users: Vec::new(),
            session_calls: None,
        }
    }

    /// Adds a role.
    pub fn role(&mut self, role: RoleSpec) -> &mut Self {
        self.roles.push(role);
        self
    }

    /// Sets the state to AWS's word.
    pub fn in_state(&mut self, state: Option<&str>) -> &mut Self {
        self.state = state.map(str::to_owned);
        self
    }

    /// Moves it into an OU.
    pub fn in_unit(&mut self, unit: &str) -> &mut Self {
        self.unit = Some(unit.to_owned());
        self
    }

    /// Whether its roles can be assumed.
    pub(crate) fn is_usable(&self) -> bool {
        self.state.as_deref().is_none_or(|state| state == "ACTIVE")
    }
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitSpec {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The id of the OU above it; `None` directly below the root.
    pub parent: Option<String>,
}

/// What a caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallerKind {
    /// An IAM user with a long-term access key.
    User(String),
    /// A session of a role, given by path and name (`/` or `/ci/`, then the name), with this
    /// session name.
    Session {
        /// The role's path.
        path: String,
        /// The role's name.
        role: String,
        /// The session's name.
        session: String,
    },
}

/// A caller that has credentials from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerSpec {
    /// Its name in tests.
    pub name: String,
    /// The account that it belongs to. If the organization does not have it, it is outside any
    /// organization.
    pub account: String,
    /// User or session.
    pub kind: CallerKind,
    /// What it may do.
    pub policy: Document,
    /// When its credentials expire; `None` for never.
    pub expires: Option<Timestamp>,
    /// After how many calls its credentials expire; `None` for never.
    pub calls: Option<u64>,
}
