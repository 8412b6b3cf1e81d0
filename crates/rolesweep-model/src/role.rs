//! Roles and the policies that came along with them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::RoleArn;
use crate::ids::RoleId;

/// When a role was last used, as far as AWS can tell. Three-valued: "AWS has no record" and "AWS did not answer" differ.
///
/// AWS tracks the trailing 400 days (fewer in newer Regions), counts attempts, denied ones too, and may lag four hours
/// behind: IAM API reference, `RoleLastUsed`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LastUse<S = String> {
    /// A request was signed with the role's credentials.
    Used {
        /// When.
        at: Timestamp,
        /// The Region it was sent to, where AWS says.
        region: Option<S>,
    },
    /// AWS answered for this role, and has no use on record in its tracking window.
    NoneRecorded,
    /// AWS did not answer for this role.
    NotCollected,
}

/// Which of AWS's answers a role's facts come from; they do not all hold the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// `GetAccountAuthorizationDetails`: everything but description and maximum session duration.
    AuthorizationDetails,
    /// `GetRole`: no attachments, no inline policies, no instance profiles.
    GetRole,
    /// `ListRoles` alone: no last use, no tags, no boundary either.
    ListRoles,
}

/// A role's permissions boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boundary<S = String> {
    /// The answer that the facts come from does not hold it.
    NotCollected,
    /// It has none.
    Absent,
    /// The ARN of the policy that bounds it.
    Policy(S),
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag<S = String> {
    /// The tag's key, 1 to 128 characters of Unicode.
    pub key: S,
    /// The tag's value, up to 256 characters of Unicode, possibly empty.
    pub value: S,
}

/// A managed policy that is attached to a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttachedPolicy<S = String> {
    /// The policy's ARN; AWS's own have `aws` in the place of the account.
    pub arn: S,
    /// The policy's name.
    pub name: S,
}

/// An instance profile that holds a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceProfile<S = String> {
    /// The profile's ARN.
    pub arn: S,
    /// The profile's name.
    pub name: S,
}

/// A policy that is embedded in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// The policy's name.
    pub name: String,
    /// Its document: JSON text, percent-decoded.
    pub document: String,
}

/// What AWS answered for one role. Lists are `None` where the answer that the facts come from does not hold them
/// ([`Evidence`]), and empty where it does and there are none.
///
/// `S` is what its texts are: their own, or `&str` while they are read from a page of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role<S = String> {
    /// The role's ARN, with account, path and name in it.
    pub arn: RoleArn<S>,
    /// The role's unique id: its identity.
    pub role_id: RoleId<S>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_use: LastUse<S>,
    /// Which answer these facts come from.
    pub evidence: Evidence,
    /// The trust policy: JSON text, percent-decoded; `None` where AWS sent none.
    pub trust_policy: Option<S>,
    /// The managed policies attached to it.
    pub attached_policies: Option<Vec<AttachedPolicy<S>>>,
    /// The names of its inline policies; their documents are kept beside ([`CollectedRole`]).
    pub inline_policy_names: Option<Vec<S>>,
    /// Its permissions boundary.
    pub permissions_boundary: Boundary<S>,
    /// Its tags.
    pub tags: Option<Vec<Tag<S>>>,
    /// The instance profiles that it is in.
    pub instance_profiles: Option<Vec<InstanceProfile<S>>>,
    /// Its description, where the answer holds one.
    pub description: Option<S>,
    /// Its maximum session duration in seconds, where the answer holds it.
    pub max_session_seconds: Option<u32>,
}

impl<S> Role<S> {
    /// The same role with other texts, each made from one of its own that says the same.
    fn map<'r, T>(&'r self, mut text: impl FnMut(&'r S) -> T) -> Role<T> {
        Role {
            arn: self.arn.map(&mut text),
            role_id: self.role_id.map(&mut text),
            created_at: self.created_at,
            last_use: match &self.last_use {
                LastUse::Used { at, region } => {
                    LastUse::Used { at: *at, region: region.as_ref().map(&mut text) }
                }
                LastUse::NoneRecorded => LastUse::NoneRecorded,
                LastUse::NotCollected => LastUse::NotCollected,
            },
            evidence: self.evidence,
            trust_policy: self.trust_policy.as_ref().map(&mut text),
            attached_policies: self.attached_policies.as_ref().map(|policies| {
                let policy = |policy: &'r AttachedPolicy<S>| AttachedPolicy {
                    arn: text(&policy.arn),
                    name: text(&policy.name),
                };
                policies.iter().map(policy).collect()
            }),
            inline_policy_names: self
                .inline_policy_names
                .as_ref()
                .map(|names| names.iter().map(&mut text).collect()),
            permissions_boundary: match &self.permissions_boundary {
                Boundary::NotCollected => Boundary::NotCollected,
                Boundary::Absent => Boundary::Absent,
                Boundary::Policy(arn) => Boundary::Policy(text(arn)),
            },
            tags: self.tags.as_ref().map(|tags| {
                let tag = |tag: &'r Tag<S>| Tag { key: text(&tag.key), value: text(&tag.value) };
                tags.iter().map(tag).collect()
            }),
            instance_profiles: self.instance_profiles.as_ref().map(|profiles| {
                let profile = |profile: &'r InstanceProfile<S>| InstanceProfile {
                    arn: text(&profile.arn),
                    name: text(&profile.name),
                };
                profiles.iter().map(profile).collect()
            }),
            description: self.description.as_ref().map(&mut text),
            max_session_seconds: self.max_session_seconds,
        }
    }
}

impl<S: AsRef<str>> Role<S> {
    /// The same role with texts that are borrowed from this one.
    #[must_use]
    pub fn borrowed(&self) -> Role<&str> {
        self.map(AsRef::as_ref)
    }

    /// The same role with texts of its own.
    #[must_use]
    pub fn to_owned_texts(&self) -> Role {
        self.map(|text| text.as_ref().to_owned())
    }
}

/// A role with the documents that a report rarely needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedRole {
    /// The role.
    pub role: Role,
    /// Its inline policies, in the order of [`Role::inline_policy_names`].
    pub inline_policies: Option<Vec<InlinePolicy>>,
}

/// A customer-managed policy of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// The policy's ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its unique id (`ANPA…`); empty where it was not sent.
    pub policy_id: String,
    /// The id of the version in force, such as `v3`.
    pub default_version: String,
    /// The document of the version in force: JSON text, percent-decoded; `None` where AWS did not send it.
    pub document: Option<String>,
}

/// One page of what an account answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RolePage {
    /// The roles of this page, in AWS's order.
    pub roles: Vec<CollectedRole>,
    /// The customer-managed policies of this page.
    pub policies: Vec<ManagedPolicy>,
}

impl RolePage {
    /// About how many bytes the page holds in memory: what the limit on bytes in flight counts.
    #[must_use]
    pub fn weight(&self) -> usize {
        let document = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let role = |collected: &CollectedRole| {
            let role = &collected.role;
            let inline = collected
                .inline_policies
                .iter()
                .flatten()
                .map(|policy| policy.name.len() + policy.document.len());
            let tags = role.tags.iter().flatten().map(|tag| tag.key.len() + tag.value.len() + 48);
            let attached = role
                .attached_policies
                .iter()
                .flatten()
                .map(|policy| policy.arn.len() + policy.name.len() + 48);
            512 + role.arn.as_str().len()
                + document(&role.trust_policy)
                + inline.chain(tags).chain(attached).sum::<usize>()
        };
        let policy = |policy: &ManagedPolicy| 256 + policy.arn.len() + document(&policy.document);
        self.roles.iter().map(role).sum::<usize>() + self.policies.iter().map(policy).sum::<usize>()
    }
}
