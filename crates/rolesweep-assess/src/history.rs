//! What earlier scans add to the facts of one scan.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use rolesweep_model::{LastUse, Role, RoleHistory};

use crate::judge::Assessment;
use crate::status::Status;
use crate::time::seconds_between;

/// Where what is known of a role's last use comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LastUseSource {
    /// AWS's answer in this scan.
    Aws,
    /// An earlier scan saw a later use than AWS has on record now.
    History,
}

impl LastUseSource {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Aws, Self::History];

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::History => "history",
        }
    }
}

impl fmt::Display for LastUseSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A role with the last use that is known of it, and where that comes from.
///
/// AWS forgets a use after 400 days. If an earlier scan saw a use that is later than what AWS answers
/// now, the role was used then. If AWS did not answer, the last use stays unknown: the role may have
/// been used since the earlier scan. The source is then that of the date which is known of it, if one
/// is ([`RoleHistory::earlier_use`]).
#[must_use]
pub fn with_known_use<'r, S: Clone>(
    role: &'r Role<S>,
    history: Option<&RoleHistory<'_>>,
) -> (Cow<'r, Role<S>>, Option<LastUseSource>) {
    let earlier = history.and_then(RoleHistory::earlier_use);
    match (&role.last_use, earlier) {
        (LastUse::NotCollected, _) => (Cow::Borrowed(role), earlier.map(|_| LastUseSource::History)),
        (LastUse::Used { .. } | LastUse::NoneRecorded, None) => {
            (Cow::Borrowed(role), Some(LastUseSource::Aws))
        }
        (LastUse::Used { .. } | LastUse::NoneRecorded, Some(at)) => {
            let last_use = LastUse::Used { at, region: None };
            (Cow::Owned(Role { last_use, ..role.clone() }), Some(LastUseSource::History))
        }
    }
}

/// In how many scans in a row, up to this one, the role was idle by the threshold that applies to it
/// now. A use begins a new count. `None` if it is not idle in this one.
#[must_use]
pub fn scans_idle<S>(role: &Role<S>, assessment: &Assessment, history: &RoleHistory<'_>) -> Option<u64> {
    let limit = assessment.threshold.seconds();
    let (from, at_once) = match (assessment.status, &role.last_use) {
        (Status::Inactive, LastUse::Used { at, .. }) => (*at, false),
        (Status::Unused, _) => (role.created_at, limit == 0),
        _ => return None,
    };
    let is_idle = |at: Timestamp| at_once || seconds_between(from, at) > limit;
    Some(history.idle_scans(is_idle) as u64)
}

#[cfg(test)]
mod tests;
