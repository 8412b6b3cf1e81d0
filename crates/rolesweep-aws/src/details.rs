//! A page of GetAccountAuthorizationDetails, read from its XML (IAM API reference, `GetAccountAuthorizationDetails`).
//!
//! What is not wanted of it is passed over, and what is wanted stays where it lies until it becomes a fact. `tests/details.rs` holds it against
//! the SDK's own reader.

use std::borrow::Cow;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::xml::{Xml, XmlError};

/// Why an answer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DetailsError {
    /// It is not the XML that it should be.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is something else.
    #[error("it is no answer to GetAccountAuthorizationDetails")]
    Other,
    /// What has to be there once is there again: whichever were taken, the other would be lost.
    #[error("`{0}` is there twice")]
    Twice(&'static str),
    /// What has to be there is missing.
    #[error("there is no `{0}`")]
    Missing(&'static str),
    /// An element holds what it cannot hold.
    #[error("`{0}` is neither `true` nor `false`")]
    Boolean(&'static str),
    /// The same.
    #[error("`{0}` is no date")]
    Date(&'static str),
}

type Result<T> = std::result::Result<T, DetailsError>;

/// Text of the answer.
pub(crate) type Text<'x> = Cow<'x, str>;

/// A page. As everywhere here, what is missing is `None`, and a list that is missing is empty, as the SDK has it; but the lists that were asked for have to be there.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Details<'x> {
    pub(crate) roles: Vec<RoleDetail<'x>>,
    pub(crate) policies: Vec<PolicyDetail<'x>>,
    pub(crate) marker: Option<Text<'x>>,
    pub(crate) truncated: bool,
}

/// A role.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RoleDetail<'x> {
    pub(crate) arn: Option<Text<'x>>,
    pub(crate) id: Option<Text<'x>>,
    pub(crate) created: Option<DateTime>,
    pub(crate) trust_policy: Option<Text<'x>>,
    /// With their ARNs.
    pub(crate) instance_profiles: Vec<Named<'x>>,
    /// With their documents.
    pub(crate) inline_policies: Vec<Named<'x>>,
    /// With their ARNs.
    pub(crate) attached_policies: Vec<Named<'x>>,
    /// The ARN of its permissions boundary.
    pub(crate) boundary: Option<Text<'x>>,
    /// With their values.
    pub(crate) tags: Vec<Named<'x>>,
    pub(crate) last_used: Option<LastUsed<'x>>,
}

/// Something with a name and one thing more.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Named<'x> {
    pub(crate) name: Option<Text<'x>>,
    pub(crate) value: Option<Text<'x>>,
}

/// The element that carries a role's last use; without a date where IAM has none on record.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct LastUsed<'x> {
    pub(crate) at: Option<DateTime>,
    pub(crate) region: Option<Text<'x>>,
}

/// A customer-managed policy.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct PolicyDetail<'x> {
    pub(crate) arn: Option<Text<'x>>,
    pub(crate) name: Option<Text<'x>>,
    pub(crate) id: Option<Text<'x>>,
    pub(crate) default_version: Option<Text<'x>>,
    pub(crate) versions: Vec<Version<'x>>,
}

/// A version of a policy.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Version<'x> {
    pub(crate) id: Option<Text<'x>>,
    pub(crate) is_default: bool,
    pub(crate) document: Option<Text<'x>>,
}

/// Reads a page, which was asked for roles, and for policies where they are `wanted`.
pub(crate) fn read(answer: &[u8], wanted: bool) -> Result<Details<'_>> {
    let mut details = None;
    Xml::new(answer)?.document(|xml, name| match name {
        "GetAccountAuthorizationDetailsResponse" => xml.children(|xml, name| match name {
            "GetAccountAuthorizationDetailsResult" => {
                once(&mut details, page(xml, wanted)?, "GetAccountAuthorizationDetailsResult")
            }
            _ => Ok(xml.skip()?),
        }),
        _ => Err(DetailsError::Other),
    })?;
    details.ok_or(DetailsError::Other)
}

fn page<'x>(xml: &mut Xml<'x>, policies_wanted: bool) -> Result<Details<'x>> {
    let (mut roles, mut policies, mut marker, mut truncated) = (None, None, None, None);
    xml.children(|xml, name| match name {
        "RoleDetailList" => once(&mut roles, members(xml, role)?, "RoleDetailList"),
        "Policies" => once(&mut policies, members(xml, policy)?, "Policies"),
        "Marker" => once(&mut marker, xml.text()?, "Marker"),
        "IsTruncated" => once(&mut truncated, boolean(xml, "IsTruncated")?, "IsTruncated"),
        _ => Ok(xml.skip()?),
    })?;
    // Without it, this could be the last page, or one that has lost its end.
    let truncated = truncated.ok_or(DetailsError::Missing("IsTruncated"))?;
    if policies_wanted && policies.is_none() {
        return Err(DetailsError::Missing("Policies"));
    }
    Ok(Details {
        // Empty where there are none on the page. A page that has lost it would read as the end of the list, or a part of it.
        roles: roles.ok_or(DetailsError::Missing("RoleDetailList"))?,
        policies: policies.unwrap_or_default(),
        marker,
        truncated,
    })
}

fn role<'x>(xml: &mut Xml<'x>) -> Result<RoleDetail<'x>> {
    let mut role = RoleDetail::default();
    let (mut profiles, mut inline, mut attached, mut boundary, mut tags) = (None, None, None, None, None);
    xml.children(|xml, name| match name {
        "Arn" => once(&mut role.arn, xml.text()?, "Arn"),
        "RoleId" => once(&mut role.id, xml.text()?, "RoleId"),
        "CreateDate" => once(&mut role.created, date(xml, "CreateDate")?, "CreateDate"),
        "AssumeRolePolicyDocument" => once(&mut role.trust_policy, xml.text()?, "AssumeRolePolicyDocument"),
        "InstanceProfileList" => {
            once(&mut profiles, all_named(xml, "InstanceProfileName", "Arn")?, "InstanceProfileList")
        }
        "RolePolicyList" => {
            once(&mut inline, all_named(xml, "PolicyName", "PolicyDocument")?, "RolePolicyList")
        }
        "AttachedManagedPolicies" => {
            once(&mut attached, all_named(xml, "PolicyName", "PolicyArn")?, "AttachedManagedPolicies")
        }
        "PermissionsBoundary" => once(
            &mut boundary,
            named(xml, "PermissionsBoundaryType", "PermissionsBoundaryArn")?.value,
            "PermissionsBoundary",
        ),
        "Tags" => once(&mut tags, all_named(xml, "Key", "Value")?, "Tags"),
        "RoleLastUsed" => once(&mut role.last_used, last_used(xml)?, "RoleLastUsed"),
        _ => Ok(xml.skip()?),
    })?;
    // At once, and not when it becomes a fact: a few bytes could otherwise take the room of a role a million times.
    if role.arn.is_none() {
        return Err(DetailsError::Missing("Arn"));
    }
    Ok(RoleDetail {
        instance_profiles: profiles.unwrap_or_default(),
        inline_policies: inline.unwrap_or_default(),
        attached_policies: attached.unwrap_or_default(),
        boundary: boundary.flatten(),
        tags: tags.unwrap_or_default(),
        ..role
    })
}

fn last_used<'x>(xml: &mut Xml<'x>) -> Result<LastUsed<'x>> {
    let mut used = LastUsed::default();
    xml.children(|xml, name| match name {
        "LastUsedDate" => once(&mut used.at, date(xml, "LastUsedDate")?, "LastUsedDate"),
        "Region" => once(&mut used.region, xml.text()?, "Region"),
        _ => Ok(xml.skip()?),
    })?;
    Ok(used)
}

fn policy<'x>(xml: &mut Xml<'x>) -> Result<PolicyDetail<'x>> {
    let (mut policy, mut versions) = (PolicyDetail::default(), None);
    xml.children(|xml, name| match name {
        "Arn" => once(&mut policy.arn, xml.text()?, "Arn"),
        "PolicyName" => once(&mut policy.name, xml.text()?, "PolicyName"),
        "PolicyId" => once(&mut policy.id, xml.text()?, "PolicyId"),
        "DefaultVersionId" => once(&mut policy.default_version, xml.text()?, "DefaultVersionId"),
        "PolicyVersionList" => once(&mut versions, members(xml, version)?, "PolicyVersionList"),
        _ => Ok(xml.skip()?),
    })?;
    if policy.arn.is_none() {
        return Err(DetailsError::Missing("Arn"));
    }
    Ok(PolicyDetail { versions: versions.unwrap_or_default(), ..policy })
}

fn version<'x>(xml: &mut Xml<'x>) -> Result<Version<'x>> {
    let (mut version, mut is_default) = (Version::default(), None);
    xml.children(|xml, name| match name {
        "VersionId" => once(&mut version.id, xml.text()?, "VersionId"),
        "IsDefaultVersion" => once(&mut is_default, boolean(xml, "IsDefaultVersion")?, "IsDefaultVersion"),
        "Document" => once(&mut version.document, xml.text()?, "Document"),
        _ => Ok(xml.skip()?),
    })?;
    Ok(Version { is_default: is_default.unwrap_or_default(), ..version })
}

/// A list of things with names, none of them empty.
fn all_named<'x>(xml: &mut Xml<'x>, name: &'static str, value: &'static str) -> Result<Vec<Named<'x>>> {
    members(xml, |xml| match named(xml, name, value)? {
        Named { name: None, value: None } => Err(DetailsError::Missing(name)),
        found => Ok(found),
    })
}

/// The members of a list.
fn members<'x, T>(xml: &mut Xml<'x>, mut member: impl FnMut(&mut Xml<'x>) -> Result<T>) -> Result<Vec<T>> {
    let mut members = Vec::new();
    xml.children(|xml, name| {
        match name {
            "member" => members.push(member(xml)?),
            _ => xml.skip()?,
        }
        Ok::<_, DetailsError>(())
    })?;
    Ok(members)
}

/// An element with a name in it, and one thing more.
fn named<'x>(xml: &mut Xml<'x>, name: &'static str, value: &'static str) -> Result<Named<'x>> {
    let mut found = Named::default();
    xml.children(|xml, element| {
        if element == name {
            once(&mut found.name, xml.text()?, name)
        } else if element == value {
            once(&mut found.value, xml.text()?, value)
        } else {
            Ok(xml.skip()?)
        }
    })?;
    Ok(found)
}

fn date(xml: &mut Xml<'_>, what: &'static str) -> Result<DateTime> {
    DateTime::from_str(&xml.text()?, Format::DateTimeWithOffset).map_err(|_| DetailsError::Date(what))
}

fn boolean(xml: &mut Xml<'_>, what: &'static str) -> Result<bool> {
    xml.text()?.parse().map_err(|_| DetailsError::Boolean(what))
}

fn once<T>(place: &mut Option<T>, value: T, what: &'static str) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(DetailsError::Twice(what)),
    }
}
