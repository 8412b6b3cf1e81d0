//! Roles and managed policies. The three operations that describe a role do not all describe the same of it.

use aws_sdk_iam::types as aws;
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use rolesweep_model::{
    AttachedPolicy, Boundary, CollectedRole, Evidence, InlinePolicy, InstanceProfile, LastUse, ManagedPolicy,
    Role, Tag,
};

use super::document::decode;
use super::{Translated, Unreadable, required, timestamp};

/// A role of GetAccountAuthorizationDetails: everything but description and longest session.
pub(crate) fn detail(role: aws::RoleDetail) -> Translated<CollectedRole> {
    let identity = Identity::new(role.arn, role.role_id, role.create_date)?;
    let inline = role.role_policy_list.unwrap_or_default();
    let inline: Vec<InlinePolicy> = inline.into_iter().map(inline_policy).collect::<Result<_, _>>()?;
    let attached = role.attached_managed_policies.unwrap_or_default();
    let profiles = role.instance_profile_list.unwrap_or_default();
    let facts = Role {
        last_use: last_use(role.role_last_used.as_ref())?,
        trust_policy: document(role.assume_role_policy_document),
        attached_policies: Some(attached.into_iter().map(attached_policy).collect::<Result<_, _>>()?),
        inline_policy_names: Some(inline.iter().map(|policy| policy.name.clone()).collect()),
        permissions_boundary: boundary(role.permissions_boundary),
        tags: Some(tags(role.tags)),
        instance_profiles: Some(profiles.into_iter().map(instance_profile).collect()),
        ..identity.with(Evidence::AuthorizationDetails)
    };
    Ok(CollectedRole { role: facts, inline_policies: Some(inline) })
}

/// A role of GetRole: with last use, boundary and tags, without policies and instance profiles.
pub(crate) fn single(role: aws::Role) -> Translated<CollectedRole> {
    let mut facts = basic(&role, Evidence::GetRole)?;
    facts.last_use = last_use(role.role_last_used.as_ref())?;
    facts.permissions_boundary = boundary(role.permissions_boundary);
    facts.tags = Some(tags(role.tags));
    Ok(without_policies(facts))
}

/// A role of ListRoles. IAM leaves last use, boundary and tags out of it (IAM API reference, `ListRoles`), so that their
/// absence says nothing.
pub(crate) fn listed(role: aws::Role) -> Translated<CollectedRole> {
    Ok(without_policies(basic(&role, Evidence::ListRoles)?))
}

fn without_policies(role: Role) -> CollectedRole {
    CollectedRole { role, inline_policies: None }
}

/// What GetRole and ListRoles have in common.
fn basic(role: &aws::Role, evidence: Evidence) -> Translated<Role> {
    let identity = Identity::new(Some(role.arn.clone()), Some(role.role_id.clone()), Some(role.create_date))?;
    Ok(Role {
        trust_policy: document(role.assume_role_policy_document.clone()),
        // Never empty on AWS; an empty element stands for a role without one.
        description: role.description.clone().filter(|text| !text.is_empty()),
        max_session_seconds: role.max_session_duration.and_then(|seconds| u32::try_from(seconds).ok()),
        ..identity.with(evidence)
    })
}

/// What makes a role that role.
struct Identity {
    arn: rolesweep_model::RoleArn,
    id: rolesweep_model::RoleId,
    created_at: Timestamp,
}

impl Identity {
    fn new(arn: Option<String>, id: Option<String>, created: Option<DateTime>) -> Translated<Self> {
        let arn = required(arn.filter(|arn| !arn.is_empty()), "a role's ARN")?;
        let fail = |what: &str, why: &dyn std::fmt::Display| {
            Unreadable::new(&format!("{what} of the role {arn}"), why)
        };
        // The SDK puts the epoch in the place of a required date that is missing.
        let created =
            created.filter(|at| at.as_nanos() != 0).ok_or_else(|| fail("the creation date", &"missing"))?;
        Ok(Self {
            created_at: timestamp(&created, "a role's creation date")?,
            id: id.unwrap_or_default().parse().map_err(|error| fail("the id", &error))?,
            arn: arn.parse().map_err(|error| fail("the ARN", &error))?,
        })
    }

    /// A role of which nothing else is known yet.
    fn with(self, evidence: Evidence) -> Role {
        Role {
            arn: self.arn,
            role_id: self.id,
            created_at: self.created_at,
            last_use: LastUse::NotCollected,
            evidence,
            trust_policy: None,
            attached_policies: None,
            inline_policy_names: None,
            permissions_boundary: Boundary::NotCollected,
            tags: None,
            instance_profiles: None,
            description: None,
            max_session_seconds: None,
        }
    }
}

/// IAM sends `RoleLastUsed` for a role without recorded use too, and then it is empty. Where the element is missing, IAM
/// did not answer.
fn last_use(element: Option<&aws::RoleLastUsed>) -> Translated<LastUse> {
    let Some(element) = element else {
        return Ok(LastUse::NotCollected);
    };
    let Some(at) = element.last_used_date() else {
        return Ok(LastUse::NoneRecorded);
    };
    Ok(LastUse::Used {
        at: timestamp(at, "a role's last use")?,
        region: element.region().filter(|region| !region.is_empty()).map(str::to_owned),
    })
}

fn document(document: Option<String>) -> Option<String> {
    document.filter(|text| !text.is_empty()).map(decode)
}

fn boundary(boundary: Option<aws::AttachedPermissionsBoundary>) -> Boundary {
    let arn = boundary.and_then(|boundary| boundary.permissions_boundary_arn);
    arn.filter(|arn| !arn.is_empty()).map_or(Boundary::Absent, Boundary::Policy)
}

fn tags(tags: Option<Vec<aws::Tag>>) -> Vec<Tag> {
    let tags = tags.unwrap_or_default().into_iter();
    tags.map(|tag| Tag { key: tag.key, value: tag.value }).collect()
}

fn inline_policy(policy: aws::PolicyDetail) -> Translated<InlinePolicy> {
    Ok(InlinePolicy {
        name: required(policy.policy_name, "an inline policy's name")?,
        document: document(policy.policy_document).unwrap_or_default(),
    })
}

fn attached_policy(policy: aws::AttachedPolicy) -> Translated<AttachedPolicy> {
    Ok(AttachedPolicy {
        arn: required(policy.policy_arn, "an attached policy's ARN")?,
        name: required(policy.policy_name, "an attached policy's name")?,
    })
}

fn instance_profile(profile: aws::InstanceProfile) -> InstanceProfile {
    InstanceProfile { arn: profile.arn, name: profile.instance_profile_name }
}

/// A customer-managed policy with the document of the version in force.
pub(crate) fn policy(policy: aws::ManagedPolicyDetail) -> Translated<ManagedPolicy> {
    let arn = required(policy.arn, "a policy's ARN")?;
    let default = required(policy.default_version_id, "a policy's default version")?;
    let versions = policy.policy_version_list.unwrap_or_default();
    let in_force = |version: &aws::PolicyVersion| {
        version.version_id.as_deref().map_or(version.is_default_version, |id| id == default)
    };
    Ok(ManagedPolicy {
        // Not every far end sends these two (moto does not), and an account's roles are not given up for them: an ARN ends in
        // the name, and the id is a fact that nothing depends on.
        name: policy.policy_name.unwrap_or_else(|| arn.rsplit('/').next().unwrap_or_default().to_owned()),
        policy_id: policy.policy_id.unwrap_or_default(),
        arn,
        document: versions.into_iter().find(in_force).and_then(|version| document(version.document)),
        default_version: default,
    })
}
