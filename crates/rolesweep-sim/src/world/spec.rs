//! What an organization is made of, for whoever builds one by hand.

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;

use crate::sigv4::RESERVED;

/// A policy document. Cheap to copy: copies share the text.
#[derive(Clone)]
pub struct Document(Arc<DocumentText>);

struct DocumentText {
    plain: Box<str>,
    // Encoded once, when it is first sent: most documents of a large organization are shared by thousands of roles.
    encoded: OnceLock<Box<str>>,
}

impl Document {
    /// A document with this text, which should be JSON.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(DocumentText { plain: text.into().into_boxed_str(), encoded: OnceLock::new() }))
    }

    /// A trust policy that lets these AWS principals (accounts, ARNs, unique ids, `*`) assume the role.
    #[must_use]
    pub fn trusting(principals: &[&str]) -> Self {
        Self::statement(&format!(
            r#""Principal":{{"AWS":{}}},"Action":"sts:AssumeRole""#,
            json_list(principals)
        ))
    }

    /// A trust policy that lets an AWS service (`ec2.amazonaws.com`) assume the role.
    #[must_use]
    pub fn trusting_service(service: &str) -> Self {
        Self::statement(&format!(r#""Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole""#))
    }

    /// A permission policy that allows these actions on everything.
    #[must_use]
    pub fn allowing(actions: &[&str]) -> Self {
        Self::statement(&format!(r#""Action":{},"Resource":"*""#, json_list(actions)))
    }

    /// A document of one statement that allows what the rest of the statement says. The keys keep this order.
    pub(crate) fn statement(rest: &str) -> Self {
        Self::statements(&[format!(r#"{{"Effect":"Allow",{rest}}}"#)])
    }

    /// A document of these statements.
    pub(crate) fn statements(statements: &[String]) -> Self {
        Self::new(format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.plain
    }

    /// The text, percent-encoded as IAM sends it (RFC 3986).
    #[must_use]
    pub fn encoded(&self) -> &str {
        self.0
            .encoded
            .get_or_init(|| utf8_percent_encode(&self.0.plain, RESERVED).to_string().into_boxed_str())
    }
}

/// Texts as a JSON list.
pub(crate) fn json_list<T: AsRef<str>>(texts: &[T]) -> String {
    // Written by hand: the order and spelling of documents must not depend on how serde_json is built.
    let quoted: Vec<String> =
        texts.iter().map(|text| serde_json::Value::from(text.as_ref()).to_string()).collect();
    format!("[{}]", quoted.join(","))
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.plain)
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.0.plain == other.0.plain
    }
}

impl Eq for Document {}

/// The last use of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// When, in whole seconds.
    pub at: Timestamp,
    /// The Region that the request went to.
    pub region: String,
}

/// Which operations answer for a role's last use. On AWS, `ListRoles` never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LastUseIn {
    /// `GetAccountAuthorizationDetails` and `GetRole`, as is the rule.
    #[default]
    Both,
    /// `GetRole` alone: in the authorization details the element is missing.
    GetRoleOnly,
    /// Neither: the element is missing in both.
    Neither,
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
    /// Which role of this name it is. Another number is another unique id under the same ARN: deleted and created again.
    pub incarnation: u64,
    /// When it was created, in whole seconds.
    pub created: Timestamp,
    /// Its trust policy. It decides who can assume the role.
    pub trust: Document,
    /// Its last use; `None` where none is on record.
    pub last_use: Option<LastUse>,
    /// Where AWS answers for the last use.
    pub last_use_in: LastUseIn,
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

    /// The same, last used then and there.
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

    /// The same, answered for by other operations.
    #[must_use]
    pub fn last_use_in(mut self, operations: LastUseIn) -> Self {
        self.last_use_in = operations;
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
    /// The document of the version in force.
    pub document: Document,
    /// The number of the version in force.
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
    /// Its `State`; `None` where AWS gives none. Only roles of active accounts (or of those without a state) can be assumed.
    pub state: Option<String>,
    /// The id of the OU that it is in; `None` for the root.
    pub unit: Option<String>,
    /// When it joined the organization.
    pub joined: Timestamp,
    /// Whether it was invited rather than created.
    pub invited: bool,
    /// Its tags in Organizations.
    pub tags: Vec<(String, String)>,
    /// Its alias.
    pub alias: Option<String>,
    /// Its roles, in AWS's order.
    pub roles: Vec<RoleSpec>,
    /// How many made-up roles follow them; they are made when asked for.
    pub filler: u32,
    /// Its customer-managed policies.
    pub policies: Vec<PolicySpec>,
    /// The names of its IAM users.
    pub users: Vec<String>,
    /// After how many calls a session in this account expires; `None` for never.
    pub session_calls: Option<u64>,
}

impl AccountSpec {
    /// An active account in the root, created in the organization years ago, with nothing in it.
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
            filler: 0,
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

    /// Sets the state, by AWS's word.
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
    /// A session of a role, given by path and name (`/` or `/ci/`, then the name), with this session name.
    Session {
        /// The role's path.
        path: String,
        /// The role's name.
        role: String,
        /// The session's name.
        session: String,
    },
}

/// Somebody with credentials from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerSpec {
    /// What the tests call it.
    pub name: String,
    /// The account it belongs to; one that the organization does not have is an account outside any organization.
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

/// How policy documents are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Documents {
    /// Percent-encoded, as IAM does.
    #[default]
    PercentEncoded,
    /// As they are, as moto does.
    Plain,
}

/// Which words tell an account's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateWords {
    /// `State`, and the retired `Status` where it knows the state.
    #[default]
    Both,
    /// `State` alone.
    StateOnly,
    /// `Status` alone, as before `State` existed.
    StatusOnly,
}

/// The freedoms that AWS takes with its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// How policy documents are sent.
    pub documents: Documents,
    /// Whether accounts and OUs come with their paths.
    pub paths: bool,
    /// Which words tell an account's state.
    pub state_words: StateWords,
    /// The most items that IAM puts on a page, whatever was asked for.
    pub iam_page: u32,
    /// The most items that Organizations puts on a page, whatever was asked for. AWS's limit is 20.
    pub organizations_page: u32,
    /// Whether IAM now and then puts fewer items on a page than asked for.
    pub short_pages: bool,
    /// Every so-many-th page of Organizations (at least every second) is empty, though the list goes on.
    pub empty_pages: Option<u32>,
}

impl Default for Wire {
    fn default() -> Self {
        Self {
            documents: Documents::default(),
            paths: true,
            state_words: StateWords::default(),
            iam_page: 1000,
            organizations_page: 20,
            short_pages: false,
            empty_pages: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_encoded_as_rfc_3986_says() {
        let document = Document::new("{\"a\": \"é~_.-+/*\"}\n");
        assert_eq!(document.encoded(), "%7B%22a%22%3A%20%22%C3%A9~_.-%2B%2F%2A%22%7D%0A");
        assert_eq!(document.clone().text(), document.text());
    }
}
