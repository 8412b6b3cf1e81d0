//! What a page holds, unchanged. As with the SDK, missing values are `None` and missing lists are
//! empty, but the lists that were requested have to be there.

use std::borrow::Cow;

use jiff::Timestamp;

/// Text of the answer.
pub type Text<'x> = Cow<'x, str>;

/// A page.
#[derive(Debug, Default, PartialEq)]
pub struct Details<'x> {
    /// `RoleDetailList`.
    pub roles: Vec<RoleDetail<'x>>,
    /// `Policies`: customer-managed policies.
    pub policies: Vec<PolicyDetail<'x>>,
    /// The marker of the next page.
    pub marker: Option<Text<'x>>,
    /// Whether there are more pages.
    pub truncated: bool,
}

/// A role.
#[derive(Debug, Default, PartialEq)]
pub struct RoleDetail<'x> {
    /// `Arn`; never `None` in a page that was read.
    pub arn: Option<Text<'x>>,
    /// `RoleId`.
    pub id: Option<Text<'x>>,
    /// `CreateDate`.
    pub created: Option<Timestamp>,
    /// `AssumeRolePolicyDocument`, percent-encoded.
    pub trust_policy: Option<Text<'x>>,
    /// Its instance profiles, with their ARNs.
    pub instance_profiles: Vec<Named<'x>>,
    /// Its inline policies, with their documents, percent-encoded.
    pub inline_policies: Vec<Named<'x>>,
    /// Its attached policies, with their ARNs.
    pub attached_policies: Vec<Named<'x>>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<Text<'x>>,
    /// Its tags, with their values.
    pub tags: Vec<Named<'x>>,
    /// `RoleLastUsed`; `None` if IAM did not say.
    pub last_used: Option<LastUsed<'x>>,
}

/// Something with a name and a value.
#[derive(Debug, Default, PartialEq)]
pub struct Named<'x> {
    /// The name.
    pub name: Option<Text<'x>>,
    /// The value; each list says what it is.
    pub value: Option<Text<'x>>,
}

/// A role's last use. Without a date, IAM has no use on record.
#[derive(Debug, Default, PartialEq)]
pub struct LastUsed<'x> {
    /// `LastUsedDate`.
    pub at: Option<Timestamp>,
    /// `Region`.
    pub region: Option<Text<'x>>,
}

/// A customer-managed policy.
#[derive(Debug, Default, PartialEq)]
pub struct PolicyDetail<'x> {
    /// `Arn`; never `None` in a page that was read.
    pub arn: Option<Text<'x>>,
    /// `PolicyName`.
    pub name: Option<Text<'x>>,
    /// `PolicyId`.
    pub id: Option<Text<'x>>,
    /// `DefaultVersionId`.
    pub default_version: Option<Text<'x>>,
    /// `PolicyVersionList`.
    pub versions: Vec<Version<'x>>,
}

/// A version of a policy.
#[derive(Debug, Default, PartialEq)]
pub struct Version<'x> {
    /// `VersionId`.
    pub id: Option<Text<'x>>,
    /// `IsDefaultVersion`.
    pub is_default: bool,
    /// `Document`, percent-encoded.
    pub document: Option<Text<'x>>,
}
