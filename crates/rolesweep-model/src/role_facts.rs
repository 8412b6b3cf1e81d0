//! The kinds of facts of a role that are more than a text or a number.

use jiff::Timestamp;

/// When a role was last used, as far as AWS can tell. It has three values, because "AWS has no
/// record" and "AWS did not answer" differ.
///
/// AWS tracks the trailing 400 days (fewer in newer Regions), counts attempts, denied ones too, and
/// may lag up to four hours behind: IAM API reference, `RoleLastUsed`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LastUse<S = String> {
    /// A request was signed with the role's credentials.
    Used {
        /// When.
        at: Timestamp,
        /// The Region it was sent to, if AWS says.
        region: Option<S>,
    },
    /// AWS answered for this role, and has no use on record in its tracking window.
    NoneRecorded,
    /// AWS did not answer for this role.
    NotCollected,
}

/// Which of AWS's answers a role's facts come from. They do not all hold the same facts.
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
    /// The answer that the facts come from does not have it.
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
    /// The policy's ARN; AWS's own have `aws` instead of an account.
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
