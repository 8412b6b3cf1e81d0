//! A role as two scans saw it.

use jiff::Timestamp;

use super::change::Change;
use crate::disposition::Disposition;
use crate::risk::Severity;
use crate::status::Status;

/// A role as one scan saw it, assessed as of that scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRole {
    /// Its ARN.
    pub arn: String,
    /// Its unique id, which is its identity.
    pub role_id: String,
    /// What its last use meant.
    pub status: Status,
    /// What followed from that.
    pub disposition: Disposition,
    /// When it was used last; `None` if no use was recorded, or if that was not collected.
    pub last_used_at: Option<Timestamp>,
    /// How bad it would be if somebody took it over; `None` if nobody judged that.
    pub severity: Option<Severity>,
    /// In how many scans in a row, up to this one, it was idle; `None` if it is not.
    pub scans_idle: Option<u64>,
}

impl SeenRole {
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.disposition, Disposition::Flagged | Disposition::Exempt)
    }
}

/// A role that is idle in at least one of two scans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRole {
    /// What became of it.
    pub change: Change,
    /// The role in the earlier scan.
    pub before: Option<SeenRole>,
    /// The role in the later scan. After [`Change::Recreated`], it is another one.
    pub after: Option<SeenRole>,
}

impl ChangedRole {
    /// The role as the later scan saw it, or else the earlier one.
    #[must_use]
    pub fn latest(&self) -> Option<&SeenRole> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Whether it is a finding of the later scan and was none of the earlier one, for whatever reason:
    /// also because the earlier one could not read its account.
    #[must_use]
    pub fn is_new_finding(&self) -> bool {
        let is_finding = self.after.as_ref().is_some_and(|role| role.disposition == Disposition::Flagged);
        is_finding && !matches!(self.change, Change::StillIdle | Change::SeverityRaised)
    }
}
