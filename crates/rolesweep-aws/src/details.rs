//! A page of GetAccountAuthorizationDetails, read from its XML (IAM API reference, `GetAccountAuthorizationDetails`).
//!
//! What is not wanted of it is passed over, and what is wanted stays where it lies until it becomes a fact. `tests/details.rs` holds it against
//! the SDK's own reader.

use std::borrow::Cow;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::xml::{Xml, XmlError};

/// An answer without anything in it.
pub(crate) const EMPTY: &str = "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult/></GetAccountAuthorizationDetailsResponse>";

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

/// A page. As everywhere here, what is missing is `None`, and a list that is missing is empty, as the SDK has it.
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

/// Reads a page.
pub(crate) fn read(answer: &[u8]) -> Result<Details<'_>> {
    let mut details = None;
    Xml::new(answer)?.document(|xml, name| match name {
        "GetAccountAuthorizationDetailsResponse" => xml.children(|xml, name| match name {
            "GetAccountAuthorizationDetailsResult" => {
                once(&mut details, page(xml)?, "GetAccountAuthorizationDetailsResult")
            }
            _ => Ok(xml.skip()?),
        }),
        _ => Err(DetailsError::Other),
    })?;
    details.ok_or(DetailsError::Other)
}

fn page<'x>(xml: &mut Xml<'x>) -> Result<Details<'x>> {
    let (mut roles, mut policies, mut marker, mut truncated) = (None, None, None, None);
    xml.children(|xml, name| match name {
        "RoleDetailList" => once(&mut roles, members(xml, role)?, "RoleDetailList"),
        "Policies" => once(&mut policies, members(xml, policy)?, "Policies"),
        "Marker" => once(&mut marker, xml.text()?, "Marker"),
        "IsTruncated" => once(&mut truncated, boolean(xml, "IsTruncated")?, "IsTruncated"),
        _ => Ok(xml.skip()?),
    })?;
    Ok(Details {
        roles: roles.unwrap_or_default(),
        policies: policies.unwrap_or_default(),
        marker,
        truncated: truncated.unwrap_or_default(),
    })
}

fn role<'x>(xml: &mut Xml<'x>) -> Result<RoleDetail<'x>> {
    let mut role = RoleDetail::default();
    xml.children(|xml, name| {
        match name {
            "Arn" => role.arn = Some(xml.text()?),
            "RoleId" => role.id = Some(xml.text()?),
            "CreateDate" => role.created = Some(date(xml, "CreateDate")?),
            "AssumeRolePolicyDocument" => role.trust_policy = Some(xml.text()?),
            "InstanceProfileList" => {
                role.instance_profiles = members(xml, |xml| named(xml, "InstanceProfileName", "Arn"))?;
            }
            "RolePolicyList" => {
                role.inline_policies = members(xml, |xml| named(xml, "PolicyName", "PolicyDocument"))?;
            }
            "AttachedManagedPolicies" => {
                role.attached_policies = members(xml, |xml| named(xml, "PolicyName", "PolicyArn"))?;
            }
            "PermissionsBoundary" => {
                role.boundary = named(xml, "PermissionsBoundaryType", "PermissionsBoundaryArn")?.value;
            }
            "Tags" => role.tags = members(xml, |xml| named(xml, "Key", "Value"))?,
            "RoleLastUsed" => role.last_used = Some(last_used(xml)?),
            _ => xml.skip()?,
        }
        Ok::<_, DetailsError>(())
    })?;
    Ok(role)
}

fn last_used<'x>(xml: &mut Xml<'x>) -> Result<LastUsed<'x>> {
    let mut used = LastUsed::default();
    xml.children(|xml, name| {
        match name {
            "LastUsedDate" => used.at = Some(date(xml, "LastUsedDate")?),
            "Region" => used.region = Some(xml.text()?),
            _ => xml.skip()?,
        }
        Ok::<_, DetailsError>(())
    })?;
    Ok(used)
}

fn policy<'x>(xml: &mut Xml<'x>) -> Result<PolicyDetail<'x>> {
    let mut policy = PolicyDetail::default();
    xml.children(|xml, name| {
        match name {
            "Arn" => policy.arn = Some(xml.text()?),
            "PolicyName" => policy.name = Some(xml.text()?),
            "PolicyId" => policy.id = Some(xml.text()?),
            "DefaultVersionId" => policy.default_version = Some(xml.text()?),
            "PolicyVersionList" => policy.versions = members(xml, version)?,
            _ => xml.skip()?,
        }
        Ok::<_, DetailsError>(())
    })?;
    Ok(policy)
}

fn version<'x>(xml: &mut Xml<'x>) -> Result<Version<'x>> {
    let mut version = Version::default();
    xml.children(|xml, name| {
        match name {
            "VersionId" => version.id = Some(xml.text()?),
            "IsDefaultVersion" => version.is_default = boolean(xml, "IsDefaultVersion")?,
            "Document" => version.document = Some(xml.text()?),
            _ => xml.skip()?,
        }
        Ok::<_, DetailsError>(())
    })?;
    Ok(version)
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
fn named<'x>(xml: &mut Xml<'x>, name: &str, value: &str) -> Result<Named<'x>> {
    let mut found = Named::default();
    xml.children(|xml, element| {
        if element == name {
            found.name = Some(xml.text()?);
        } else if element == value {
            found.value = Some(xml.text()?);
        } else {
            xml.skip()?;
        }
        Ok::<_, DetailsError>(())
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
