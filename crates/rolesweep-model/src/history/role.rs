//! The history of one role, for whoever judges it.

use jiff::Timestamp;

use super::access::AccessPart;
use super::entry::Entry;

/// The history of one role as of a scan that saw it.
#[derive(Debug, Clone, Copy)]
pub struct RoleHistory<'a> {
    /// The start of each finished scan that read the account, in the order of the scans. A clock that
    /// was set back can make a later scan's instant the earlier one.
    pub(super) instants: &'a [Timestamp],
    pub(super) entry: &'a Entry,
}

impl RoleHistory<'_> {
    /// The start of the first scan that saw the role.
    #[must_use]
    pub fn first_seen(&self) -> Timestamp {
        self.at(self.entry.first)
    }

    /// The start of the first scan since which the role's last use is the same.
    #[must_use]
    pub fn last_use_since(&self) -> Timestamp {
        self.at(self.entry.used_since)
    }

    /// The newest use that an earlier scan saw, if this scan's facts have no use that is as late.
    #[must_use]
    pub fn earlier_use(&self) -> Option<Timestamp> {
        self.entry.earlier_use
    }

    /// The start of the scan that showed the last change of a part of the access, or else that of the
    /// first scan that saw the role. What a scan did not read counts as the same.
    #[must_use]
    pub fn access_since(&self, part: AccessPart) -> Timestamp {
        self.at(self.entry.access[part as usize].since)
    }

    /// How many scans in a row, up to this one, `is_idle` says yes to. It is asked for the starts of
    /// the scans since which the last use is the same, this scan's excepted, the latest first.
    pub fn idle_scans(&self, mut is_idle: impl FnMut(Timestamp) -> bool) -> usize {
        let since = self.entry.used_since as usize;
        let before = self.instants.len().saturating_sub(1);
        let earlier = self.instants.get(since..before).unwrap_or_default();
        1 + earlier.iter().rev().take_while(|at| is_idle(**at)).count()
    }

    /// The start of the first scan at or after an instant that saw the role, and the parts of its
    /// access that changed after that scan. `None` if no scan saw it that late.
    #[must_use]
    pub fn changes_after(&self, from: Timestamp) -> Option<(Timestamp, Vec<AccessPart>)> {
        let first = self.entry.first as usize;
        let seen = self.instants.get(first..).unwrap_or_default();
        let at = first + seen.iter().position(|at| *at >= from)?;
        let changed = |part: &AccessPart| self.entry.access[*part as usize].since as usize > at;
        Some((*self.instants.get(at)?, AccessPart::ALL.into_iter().filter(changed).collect()))
    }

    fn at(&self, place: u32) -> Timestamp {
        // A record whose places are not those of its scans is refused when it is read.
        self.instants.get(place as usize).copied().unwrap_or_default()
    }
}
