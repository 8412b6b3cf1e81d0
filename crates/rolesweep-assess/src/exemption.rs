//! Written exemptions: findings that somebody accepts until a date.

use std::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::role_match::RoleMatch;

/// Roles that may stay although they are idle: who says so, why, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exemption {
    /// What reports call it. No two exemptions have the same.
    pub id: String,
    /// Which roles.
    pub roles: RoleMatch,
    /// Who answers for them.
    pub owner: String,
    /// Who approved that: somebody other than the owner.
    pub approved_by: String,
    /// On which day in UTC. Nobody approved a role that was created after that day.
    pub approved_on: Date,
    /// Where that is written down.
    pub ticket: Option<String>,
    /// Why they may stay.
    pub reason: String,
    /// When it ends: at this very instant it no longer holds.
    pub expires: Timestamp,
}

impl Exemption {
    /// Whether it still holds at an instant.
    #[must_use]
    pub fn in_force(&self, as_of: Timestamp) -> bool {
        as_of < self.expires
    }

    /// When the day of the approval began.
    pub(crate) fn approved_from(&self) -> Timestamp {
        // Only the last days that a date can name have no beginning as an instant.
        self.approved_on.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |day| day.timestamp())
    }

    /// Whether a role that was created at this instant was there on the day of the approval.
    pub(crate) fn was_approved_after(&self, created_at: Timestamp) -> bool {
        created_at.to_zoned(TimeZone::UTC).date() <= self.approved_on
    }
}

/// The index of the exemption that lasts longest of several for one role; if several do, the one
/// that is written first. Takes their indexes in the list.
pub(crate) fn longest_lasting(
    exemptions: &[Exemption],
    places: impl IntoIterator<Item = usize>,
) -> Option<usize> {
    places.into_iter().max_by_key(|&at| (exemptions.get(at).map(|exemption| exemption.expires), Reverse(at)))
}
