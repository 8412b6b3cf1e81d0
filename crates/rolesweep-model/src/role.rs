//! Roles, and the policies that are collected with them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::RoleArn;
use crate::encode::DecodeError;
use crate::ids::RoleId;
use crate::page::fact::{Fact, Text};
use crate::page::numbers::{Cursor, Numbers};
use crate::page::texts::{StoredTexts, Texts};
use crate::role_facts::{AttachedPolicy, Boundary, Evidence, InstanceProfile, LastUse, Tag};

/// A policy that is embedded in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// The policy's name.
    pub name: String,
    /// Its document: JSON text, percent-decoded.
    pub document: String,
}

/// Declares [`Role`], the names of its facts' columns, and how they are written to a page and read
/// from it ([`Fact`]).
macro_rules! role {
    ($(#[$role_doc:meta])* identity: { $($(#[$doc:meta])* $name:ident: $type:ty,)* }
     facts: { $($(#[$fact_doc:meta])* $fact:ident: $kind:ty,)* }) => {
        $(#[$role_doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Role<S = String> {
            $($(#[$doc])* pub $name: $type,)*
            $($(#[$fact_doc])* pub $fact: $kind,)*
        }

        impl<'a, S: Text<'a>> Role<S> {
            /// A role with nothing else known.
            #[must_use]
            pub fn new($($name: $type),*) -> Self {
                Self { $($name,)* $($fact: Fact::UNKNOWN,)* }
            }

            /// The columns of its facts, in the order in which they are written and read.
            pub(crate) fn columns() -> Vec<&'static str> {
                let mut names = Vec::new();
                $(
                    names.push(stringify!($fact));
                    names.extend(<$kind as Fact>::MORE);
                )*
                names
            }

            /// Appends its facts to their columns.
            pub(crate) fn write_facts<'r>(&'r self, columns: &mut [Numbers], texts: &mut Texts<'r>) {
                $(
                    let (own, columns) = columns.split_at_mut(1 + <$kind as Fact>::MORE.len());
                    self.$fact.write(own, texts);
                )*
                debug_assert!(columns.is_empty());
            }

            /// Takes its facts from their columns.
            pub(crate) fn read_facts(
                &mut self,
                columns: &mut [Cursor<'_>],
                texts: &mut StoredTexts<'a>,
            ) -> Result<(), DecodeError> {
                $(
                    let (own, columns) = columns.split_at_mut(1 + <$kind as Fact>::MORE.len());
                    self.$fact = Fact::read(own, texts)?;
                )*
                debug_assert!(columns.is_empty());
                Ok(())
            }
        }
    };
}

role! {
    /// What AWS answered for one role. A list is `None` if the answer that the facts come from does
    /// not have it ([`Evidence`]), and empty if the answer has it and there are no items.
    ///
    /// A new fact is one line here, and its translation from AWS's answer. `S` is the type of its
    /// texts: `String`, or `&str` while they are read from a page of a store.
    identity: {
        /// The role's ARN, with account, path and name in it.
        arn: RoleArn<S>,
        /// The role's unique id: its identity.
        role_id: RoleId<S>,
        /// When it was created.
        created_at: Timestamp,
        /// Which answer these facts come from.
        evidence: Evidence,
    }
    facts: {
        /// When it was last used.
        last_use: LastUse<S>,
        /// The trust policy: JSON text, percent-decoded; `None` if AWS sent none.
        trust_policy: Option<S>,
        /// The managed policies attached to it.
        attached_policies: Option<Vec<AttachedPolicy<S>>>,
        /// The names of its inline policies. [`CollectedRole`] has their documents.
        inline_policy_names: Option<Vec<S>>,
        /// Its permissions boundary.
        permissions_boundary: Boundary<S>,
        /// Its tags.
        tags: Option<Vec<Tag<S>>>,
        /// The instance profiles that it is in.
        instance_profiles: Option<Vec<InstanceProfile<S>>>,
        /// Its description, if the answer has one.
        description: Option<S>,
        /// Its maximum session duration in seconds, if the answer has it.
        max_session_seconds: Option<u32>,
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
    /// Its unique id (`ANPA…`); empty if AWS did not send it.
    pub policy_id: String,
    /// The id of the version in force, such as `v3`.
    pub default_version: String,
    /// The document of the version in force: JSON text, percent-decoded; `None` if AWS did not send
    /// it.
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
    /// About how many bytes the page takes in memory. The limit on memory counts it.
    #[must_use]
    pub fn weight(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let role = |collected: &CollectedRole| {
            // Every fact is named, so that a new one is not forgotten.
            let Role {
                arn,
                role_id: _,
                created_at: _,
                evidence: _,
                last_use: _,
                trust_policy,
                attached_policies,
                // The documents below come with their names.
                inline_policy_names: _,
                permissions_boundary,
                tags,
                instance_profiles,
                description,
                max_session_seconds: _,
            } = &collected.role;
            let boundary = match permissions_boundary {
                Boundary::Policy(arn) => arn.len(),
                Boundary::NotCollected | Boundary::Absent => 0,
            };
            let inline = collected.inline_policies.iter().flatten();
            let inline = inline.map(|policy| 2 * policy.name.len() + policy.document.len());
            let tags = tags.iter().flatten().map(|tag| tag.key.len() + tag.value.len());
            let attached =
                attached_policies.iter().flatten().map(|policy| policy.arn.len() + policy.name.len());
            let profiles = instance_profiles.iter().flatten();
            let profiles = profiles.map(|profile| profile.arn.len() + profile.name.len());
            let lists = inline.chain(tags).chain(attached).chain(profiles).map(|texts| texts + 48);
            let texts = arn.as_str().len() + text(trust_policy) + text(description) + boundary;
            512 + texts + lists.sum::<usize>()
        };
        let policy = |policy: &ManagedPolicy| 256 + policy.arn.len() + text(&policy.document);
        self.roles.iter().map(role).sum::<usize>() + self.policies.iter().map(policy).sum::<usize>()
    }
}
