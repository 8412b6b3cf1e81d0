//! Reads a page.

use jiff::Timestamp;

use crate::error::DetailsError;
use crate::records::{Details, LastUsed, Named, PolicyDetail, RoleDetail, Version};
use crate::xml::Xml;

type Result<T> = std::result::Result<T, DetailsError>;

/// Reads a page. Roles were requested, and policies if they are `wanted`.
///
/// # Errors
/// If the answer is not a whole page, or lacks what was requested.
pub fn read(answer: &[u8], wanted: bool) -> Result<Details<'_>> {
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
    // Without it, this could be the last page, or a page that has lost its end.
    let truncated = truncated.ok_or(DetailsError::Missing("IsTruncated"))?;
    if policies_wanted && policies.is_none() {
        return Err(DetailsError::Missing("Policies"));
    }
    Ok(Details {
        // The element is empty if the page has no roles. A page that has lost it would read as the
        // end of the list.
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
    // Refused here, and not later when it becomes a fact: otherwise a few bytes could take the
    // memory of a role a million times.
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

/// A list of things with names. None of them may be empty.
fn all_named<'x>(xml: &mut Xml<'x>, name: &'static str, value: &'static str) -> Result<Vec<Named<'x>>> {
    members(xml, |xml| match named(xml, name, value)? {
        Named { name: None, value: None } => Err(DetailsError::Missing(name)),
        found => Ok(found),
    })
}

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

/// An element with a name and one other value.
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

/// A date as AWS writes it (RFC 3339). jiff reads other forms too, and a damaged date must not
/// become another date.
fn date(xml: &mut Xml<'_>, what: &'static str) -> Result<Timestamp> {
    let text = xml.text()?;
    let date = if is_rfc3339(&text) { text.parse().ok() } else { None };
    date.ok_or(DetailsError::Date(what))
}

fn is_rfc3339(text: &str) -> bool {
    let fits = |(byte, pattern): (u8, u8)| match pattern {
        b'0' => byte.is_ascii_digit(),
        // No leap seconds: jiff reads one as the second before.
        b'5' => matches!(byte, b'0'..=b'5'),
        _ => byte == pattern,
    };
    let shape = b"0000-00-00T00:00:50";
    let Some((start, end)) = text.split_at_checked(shape.len()) else { return false };
    let offset = end.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    start.bytes().zip(*shape).all(fits)
        && (offset == "Z" || (offset.starts_with(['+', '-']) && offset.len() == 6))
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

#[cfg(test)]
mod tests {
    use super::is_rfc3339;

    #[test]
    fn only_dates_as_aws_writes_them_are_read() {
        for date in ["2020-09-13T12:26:40Z", "2020-09-13T12:26:40.123456Z", "2020-09-13T12:26:40+00:00"] {
            assert!(is_rfc3339(date), "{date}");
        }
        for date in [
            "",
            "now",
            "2020-09-13",
            "2020-09-13 12:26:40Z",
            "20200913T122640Z",
            "2020-09-13T12:26:60Z",
            "2020-09-13T12:26Z",
            "2020-09-13T12:26:40",
            "2020-09-13T12:26:40Z[UTC]",
            "2020-09-13T12:26:40+0000",
        ] {
            assert!(!is_rfc3339(date), "{date}");
        }
    }
}
