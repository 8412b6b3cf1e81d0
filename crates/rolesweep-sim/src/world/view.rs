//! One account, as the wire shows it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::World;
use super::document::Document;
use super::managed::managed_policy;
use super::spec::{AccountSpec, ListedIn, RoleSpec};
use super::truth::RoleTruth;
use crate::hash::Hash;

/// An account of a world.
#[derive(Debug)]
pub(crate) struct AccountView<'w> {
    pub(crate) spec: Cow<'w, AccountSpec>,
    world: &'w World,
    hash: Hash,
}

/// A managed policy, as the wire shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) arn: String,
    /// Its unique id, `ANPA…`.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) path: String,
    /// The default version, such as `v3`.
    pub(crate) version: String,
    /// The document of the default version.
    pub(crate) document: Document,
    /// When it was created.
    pub(crate) created: Timestamp,
}

impl<'w> AccountView<'w> {
    pub(super) fn new(world: &'w World, spec: Cow<'w, AccountSpec>) -> Self {
        let hash = Hash::new(world.organization.seed, "roles").text(&spec.id);
        Self { spec, world, hash }
    }

    /// How many roles there are.
    pub(crate) fn role_count(&self) -> usize {
        self.spec.roles.len() + self.spec.generated_roles as usize
    }

    /// The role at this place of AWS's order.
    pub(crate) fn role_at(&self, place: usize) -> Cow<'_, RoleSpec> {
        match self.spec.roles.get(place) {
            Some(role) => Cow::Borrowed(role),
            None => {
                let number = u32::try_from(place - self.spec.roles.len()).unwrap_or(u32::MAX);
                Cow::Owned(self.world.generator.role(&self.spec.id, self.hash, number))
            }
        }
    }

    /// The places of the roles that one of the lists has; `None` if it has all.
    pub(crate) fn places_without(&self, other_list_only: ListedIn) -> Option<Vec<usize>> {
        let is_hidden =
            |place: &usize| self.spec.roles.get(*place).is_some_and(|role| role.listed_in == other_list_only);
        let all = 0..self.role_count();
        (0..self.spec.roles.len())
            .any(|place| is_hidden(&place))
            .then(|| all.filter(|place| !is_hidden(place)).collect())
    }

    pub(crate) fn role_named(&self, name: &str) -> Option<Cow<'_, RoleSpec>> {
        if let Some(role) = self.spec.roles.iter().find(|role| role.name == name) {
            return Some(Cow::Borrowed(role));
        }
        let generator = &self.world.generator;
        generator.named(&self.spec.id, self.hash, self.spec.generated_roles, name).map(Cow::Owned)
    }

    pub(crate) fn role_arn(&self, role: &RoleSpec) -> String {
        self.role_arn_parts(role).concat()
    }

    /// A role's ARN in parts, which can be written without a copy.
    pub(crate) fn role_arn_parts<'a>(&'a self, role: &'a RoleSpec) -> [&'a str; 7] {
        let partition = &self.world.organization.partition;
        ["arn:", partition, ":iam::", &self.spec.id, ":role", &role.path, &role.name]
    }

    /// A role's unique id.
    pub(crate) fn role_id(&self, role: &RoleSpec) -> String {
        self.unique_id("AROA", &role.name, role.incarnation)
    }

    /// The ARN of a resource of this account.
    pub(crate) fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        let partition = &self.world.organization.partition;
        format!("arn:{partition}:iam::{}:{kind}{path}{name}", self.spec.id)
    }

    /// The unique id of a resource of this account.
    pub(crate) fn unique_id(&self, prefix: &str, name: &str, incarnation: u64) -> String {
        let hash = self.hash.text(prefix).text(name).number(incarnation);
        let mut id = String::with_capacity(prefix.len() + 17);
        id.push_str(prefix);
        hash.push_base32(&mut id, 17);
        id
    }

    /// The account's own managed policies.
    pub(crate) fn policies(&self) -> Vec<Policy> {
        self.spec
            .policies
            .iter()
            .map(|policy| Policy {
                arn: self.arn("policy", &policy.path, &policy.name),
                id: self.unique_id("ANPA", &policy.name, 0),
                name: policy.name.clone(),
                path: policy.path.clone(),
                version: format!("v{}", policy.version),
                document: policy.document.clone(),
                created: policy.created,
            })
            .collect()
    }

    /// A managed policy that can be attached in this account: its own, or AWS's.
    pub(crate) fn policy(&self, arn: &str) -> Option<Policy> {
        if let Some(policy) = managed_policy(&self.world.organization.partition, arn) {
            let hash = Hash::new(0, "managed policy").text(&policy.name);
            return Some(Policy {
                arn: arn.to_owned(),
                id: format!("ANPA{}", hash.base32(17)),
                name: policy.name,
                path: policy.path,
                version: "v1".to_owned(),
                document: policy.document,
                // IAM's first managed policies date from that day.
                created: Timestamp::from_second(1_423_161_600).unwrap_or_default(),
            });
        }
        self.policies().into_iter().find(|policy| policy.arn == arn)
    }

    /// AWS's own policies that are attached to roles here, ordered by ARN.
    pub(crate) fn aws_managed_policies(&self) -> Vec<Policy> {
        let mut found = BTreeMap::new();
        for place in 0..self.role_count() {
            for arn in &self.role_at(place).attached {
                if !found.contains_key(arn)
                    && arn.contains(":iam::aws:")
                    && let Some(policy) = self.policy(arn)
                {
                    found.insert(arn.clone(), policy);
                }
            }
        }
        found.into_values().collect()
    }

    /// The documents that decide what a role may do.
    pub(crate) fn permissions(&self, role: &RoleSpec) -> Vec<Document> {
        let attached = role.attached.iter().filter_map(|arn| self.policy(arn));
        role.inline
            .iter()
            .map(|policy| policy.document.clone())
            .chain(attached.map(|policy| policy.document))
            .collect()
    }

    /// The truth about a role.
    pub(crate) fn truth(&self, role: &RoleSpec) -> RoleTruth {
        RoleTruth {
            account_id: self.spec.id.clone(),
            arn: self.role_arn(role),
            role_id: self.role_id(role),
            name: role.name.clone(),
            path: role.path.clone(),
            created: role.created,
            last_use: role.last_use.clone(),
            last_use_in: role.last_use_in,
            description: role.description.clone(),
            tags: role.tags.clone(),
            attached: role.attached.clone(),
            inline: role.inline.iter().map(|policy| policy.name.clone()).collect(),
            boundary: role.boundary.clone(),
            instance_profiles: role.instance_profiles.clone(),
            trust: role.trust.text().to_owned(),
        }
    }
}
