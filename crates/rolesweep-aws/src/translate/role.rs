//! Roles and managed policies. Three operations describe a role, and each gives other parts of it.

use aws_sdk_iam::types as aws;
use jiff::Timestamp;
use rolesweep_details::{Named, PolicyDetail, RoleDetail, Text, Version};
use rolesweep_model::{
    AttachedPolicy, Boundary, CollectedRole, Evidence, InlinePolicy, InstanceProfile, LastUse, ManagedPolicy,
    Role, Tag,
};

use rolesweep_scan::ports::{DefaultVersion, PolicyDocument};

use super::document::decode;
use super::{Translated, Unreadable, required, timestamp};

/// A role of GetAccountAuthorizationDetails: everything except the description and the maximum
/// session duration.
pub(crate) fn detail(role: RoleDetail<'_>) -> Translated<CollectedRole> {
    let identity = Identity::new(role.arn.as_deref(), role.id.as_deref(), role.created)?;
    let inline: Vec<InlinePolicy> = each(role.inline_policies, inline_policy)?;
    let facts = Role {
        last_use: match role.last_used {
            Some(used) => last_use(used.at, used.region.as_deref()),
            None => LastUse::NotCollected,
        },
        trust_policy: document(role.trust_policy.as_deref()),
        attached_policies: Some(each(role.attached_policies, attached_policy)?),
        inline_policy_names: Some(inline.iter().map(|policy| policy.name.clone()).collect()),
        permissions_boundary: boundary(role.boundary.as_deref()),
        tags: Some(each(role.tags, |tag| Ok(Tag { key: owned(tag.name), value: owned(tag.value) }))?),
        instance_profiles: Some(each(role.instance_profiles, |profile| {
            Ok(InstanceProfile { arn: owned(profile.value), name: owned(profile.name) })
        })?),
        ..identity.with(Evidence::AuthorizationDetails)
    };
    Ok(CollectedRole { role: facts, inline_policies: Some(inline) })
}

/// A role of GetRole: with last use, boundary and tags, without policies and instance profiles.
pub(crate) fn single(role: aws::Role) -> Translated<CollectedRole> {
    let mut facts = basic(&role, Evidence::GetRole)?;
    facts.last_use = match &role.role_last_used {
        Some(used) => {
            let at = used.last_used_date.map(|at| timestamp(&at, "a role's last use")).transpose()?;
            last_use(at, used.region())
        }
        None => LastUse::NotCollected,
    };
    facts.permissions_boundary =
        boundary(role.permissions_boundary.as_ref().and_then(|boundary| boundary.permissions_boundary_arn()));
    facts.tags = Some(
        role.tags.unwrap_or_default().into_iter().map(|tag| Tag { key: tag.key, value: tag.value }).collect(),
    );
    Ok(without_policies(facts))
}

/// A role of ListRoles. IAM omits last use, boundary and tags from it (IAM API reference,
/// `ListRoles`), so their absence says nothing.
pub(crate) fn listed(role: aws::Role) -> Translated<CollectedRole> {
    Ok(without_policies(basic(&role, Evidence::ListRoles)?))
}

fn without_policies(role: Role) -> CollectedRole {
    CollectedRole { role, inline_policies: None }
}

/// What GetRole and ListRoles have in common.
fn basic(role: &aws::Role, evidence: Evidence) -> Translated<Role> {
    let created = timestamp(&role.create_date, "a role's creation date")?;
    let identity = Identity::new(Some(&role.arn), Some(&role.role_id), Some(created))?;
    Ok(Role {
        trust_policy: document(role.assume_role_policy_document()),
        // AWS never sends an empty one. An empty element stands for a role without one.
        description: role.description.clone().filter(|text| !text.is_empty()),
        max_session_seconds: role.max_session_duration.and_then(|seconds| u32::try_from(seconds).ok()),
        ..identity.with(evidence)
    })
}

/// What identifies a role.
struct Identity {
    arn: rolesweep_model::RoleArn,
    id: rolesweep_model::RoleId,
    created_at: Timestamp,
}

impl Identity {
    fn new(arn: Option<&str>, id: Option<&str>, created: Option<Timestamp>) -> Translated<Self> {
        let arn = required(arn.filter(|arn| !arn.is_empty()), "a role's ARN")?;
        let fail = |what: &str, why: &dyn std::fmt::Display| {
            Unreadable::new(&format!("{what} of the role {arn}"), why)
        };
        // If a required date is missing, the SDK has the epoch instead of none (GetRole,
        // ListRoles).
        let created_at = created.filter(|at| *at != Timestamp::UNIX_EPOCH);
        Ok(Self {
            created_at: created_at.ok_or_else(|| fail("the creation date", &"missing"))?,
            id: id.unwrap_or_default().parse().map_err(|error| fail("the id", &error))?,
            arn: arn.parse().map_err(|error| fail("the ARN", &error))?,
        })
    }

    /// A role with nothing else known yet.
    fn with(self, evidence: Evidence) -> Role {
        Role::new(self.arn, self.id, self.created_at, evidence)
    }
}

/// IAM also sends `RoleLastUsed` for a role without a recorded use, and then it is empty. If the
/// element is missing, IAM did not answer, and the caller has to handle that. A Region without a
/// date is malformed: it says that the role was used, but not when.
fn last_use(at: Option<Timestamp>, region: Option<&str>) -> LastUse {
    let region = region.filter(|region| !region.trim().is_empty()).map(str::to_owned);
    match (at, region) {
        (Some(at), region) => LastUse::Used { at, region },
        (None, None) => LastUse::NoneRecorded,
        (None, Some(_)) => LastUse::NotCollected,
    }
}

fn document(document: Option<&str>) -> Option<String> {
    document.filter(|text| !text.is_empty()).map(decode)
}

fn boundary(arn: Option<&str>) -> Boundary {
    arn.filter(|arn| !arn.is_empty()).map_or(Boundary::Absent, |arn| Boundary::Policy(arn.to_owned()))
}

fn inline_policy(policy: Named<'_>) -> Translated<InlinePolicy> {
    Ok(InlinePolicy {
        name: required(policy.name, "an inline policy's name")?.into_owned(),
        document: document(policy.value.as_deref()).unwrap_or_default(),
    })
}

fn attached_policy(policy: Named<'_>) -> Translated<AttachedPolicy> {
    Ok(AttachedPolicy {
        arn: required(policy.value, "an attached policy's ARN")?.into_owned(),
        name: required(policy.name, "an attached policy's name")?.into_owned(),
    })
}

/// A customer-managed policy with the document of its default version.
pub(crate) fn policy(policy: PolicyDetail<'_>) -> Translated<ManagedPolicy> {
    let arn = required(policy.arn, "a policy's ARN")?.into_owned();
    let default = required(policy.default_version, "a policy's default version")?.into_owned();
    let in_force =
        |version: &&Version<'_>| version.id.as_deref().map_or(version.is_default, |id| id == default);
    Ok(ManagedPolicy {
        // Some servers omit these two (moto does), and that is no reason to give up an account's
        // roles: the ARN ends in the name, and nothing depends on the id.
        name: policy
            .name
            .map_or_else(|| arn.rsplit('/').next().unwrap_or_default().to_owned(), Text::into_owned),
        policy_id: owned(policy.id),
        document: policy
            .versions
            .iter()
            .find(in_force)
            .and_then(|version| document(version.document.as_deref())),
        arn,
        default_version: default,
    })
}

/// The default version of a managed policy.
pub(crate) fn default_version(policy: aws::Policy) -> Translated<DefaultVersion> {
    Ok(DefaultVersion {
        arn: required(policy.arn, "a policy's ARN")?,
        version: required(policy.default_version_id, "a policy's default version")?,
    })
}

/// A version of a managed policy.
pub(crate) fn policy_version(version: aws::PolicyVersion) -> Translated<PolicyDocument> {
    let document = document(version.document.as_deref());
    Ok(PolicyDocument {
        version: required(version.version_id, "the id of a policy's version")?,
        document: required(document, "the document of a policy's version")?,
    })
}

fn owned(text: Option<Text<'_>>) -> String {
    text.map(Text::into_owned).unwrap_or_default()
}

fn each<A, B>(things: Vec<A>, translate: impl FnMut(A) -> Translated<B>) -> Translated<Vec<B>> {
    things.into_iter().map(translate).collect()
}
