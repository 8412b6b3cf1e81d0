//! What became of an account.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

/// What became of an account of the population. Every account has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Every role was seen, with its last use.
    Scanned,
    /// Every role was seen, and the last use of some is not known.
    Partial,
    /// The account refused: the audit role, or the calls that list its roles.
    Denied,
    /// It could not be read for another reason.
    Failed,
    /// The scan ended before it read the account to its end.
    NotReached,
    /// AWS says that it is suspended, closed or not active yet.
    NotActive,
    /// The caller excluded it, by a rule that the reason names.
    Excluded,
}

impl Coverage {
    /// All of them, in the order of every table that shows them.
    pub const ALL: [Self; 7] = [
        Self::Scanned,
        Self::Partial,
        Self::Denied,
        Self::Failed,
        Self::NotReached,
        Self::NotActive,
        Self::Excluded,
    ];

    /// The word for files: lower case with underscores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scanned => "scanned",
            Self::Partial => "partial",
            Self::Denied => "denied",
            Self::Failed => "failed",
            Self::NotReached => "not_reached",
            Self::NotActive => "not_active",
            Self::Excluded => "excluded",
        }
    }

    /// Whether a scan saw all roles of an account with this coverage.
    #[must_use]
    pub fn has_roles(self) -> bool {
        matches!(self, Self::Scanned | Self::Partial)
    }

    /// Whether an account with this coverage makes a report incomplete, unless the gap is accepted.
    #[must_use]
    pub fn is_gap(self) -> bool {
        matches!(self, Self::Partial | Self::Denied | Self::Failed | Self::NotReached)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The kind of reason why an account's coverage is what it is. Summaries group by it, and each kind
/// has a remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// AWS denied a call.
    Denied,
    /// AWS kept throttling a call until the account's budget was used up.
    Throttled,
    /// Credentials expired and could not be renewed.
    Expired,
    /// A call failed for a passing cause (5xx, connection, time-out) until all its attempts or the
    /// account's budget were used up.
    Transient,
    /// What was asked for does not exist (any more).
    Gone,
    /// The account has left the organization since the scan began.
    Left,
    /// AWS refused the request itself.
    Refused,
    /// An answer made no sense: unreadable, a repeated marker, a truncated page without a marker.
    Malformed,
    /// Something other than AWS answered, such as a proxy.
    Foreign,
    /// The account used up its budget of time.
    TimedOut,
    /// The account's state is not one that can be scanned.
    NotActive,
    /// A rule of the caller excluded it.
    Excluded,
    /// The scan was interrupted.
    Interrupted,
    /// A defect in rolesweep: the account's task panicked.
    Internal,
}

impl ReasonKind {
    /// The word for files: lower case with underscores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Expired => "expired",
            Self::Transient => "transient",
            Self::Gone => "gone",
            Self::Left => "left",
            Self::Refused => "refused",
            Self::Malformed => "malformed",
            Self::Foreign => "foreign",
            Self::TimedOut => "timed_out",
            Self::NotActive => "not_active",
            Self::Excluded => "excluded",
            Self::Interrupted => "interrupted",
            Self::Internal => "internal",
        }
    }
}

/// Why an account's coverage is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The kind.
    pub kind: ReasonKind,
    /// The IAM action of the call that it came from, such as `sts:AssumeRole`, if it came from one.
    pub action: Option<String>,
    /// A short text that is the same in every run: AWS's error code, an account's state, the rule
    /// that excluded it.
    pub summary: String,
    /// AWS's own message, which may name sessions and requests. It is for logs and the manifest,
    /// never for a CSV cell.
    pub detail: Option<String>,
}

impl fmt::Display for Reason {
    /// The text for `accounts.csv` and for people: the same in every run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.action {
            Some(action) => write!(f, "{action}: {}", self.summary),
            None => f.write_str(&self.summary),
        }
    }
}

/// Whose credentials an account was read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The audit role's, limited by the session policy.
    AuditRole,
    /// The caller's own: only for the caller's own account, if the audit role could not be assumed
    /// there.
    Caller,
}

/// The roles of an account, listed a second way (`ListRoles`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossCheck {
    /// How many roles the second list has.
    pub listed: u64,
    /// How many roles only the first list has. They may have been deleted in between.
    pub only_first: u64,
    /// How many roles only the second list has. They may have been created in between. They were
    /// then read one by one, so that none is missing.
    pub only_second: u64,
    /// The ARNs of some of the roles that only the first list has.
    pub only_first_arns: Vec<String>,
    /// The ARNs of some of the roles that only the second list has.
    pub only_second_arns: Vec<String>,
    /// Why the second list was not read to its end. The other fields then say nothing of the rest.
    pub failure: Option<Reason>,
}

impl CrossCheck {
    /// Whether each role is in both lists.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.failure.is_none() && (self.only_first, self.only_second) == (0, 0)
    }
}

/// What became of one account in one scan, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account.
    pub account_id: AccountId,
    /// What became of it.
    pub coverage: Coverage,
    /// Why, unless it is simply `scanned`.
    pub reason: Option<Reason>,
    /// Whose credentials it was read with; `None` if it was not read.
    pub access: Option<Access>,
    /// How many roles were seen.
    pub roles: u64,
    /// How many of those have a last use that was not collected.
    pub unknown_roles: u64,
    /// What a second list of its roles has, if one was asked for and the first one was read.
    #[serde(default)]
    pub cross_check: Option<Box<CrossCheck>>,
    /// How many calls were made for it, by IAM action; retries inside the SDK are not counted.
    pub calls: BTreeMap<String, u64>,
    /// When collecting began.
    pub started_at: Timestamp,
    /// When collecting ended.
    pub finished_at: Timestamp,
}
