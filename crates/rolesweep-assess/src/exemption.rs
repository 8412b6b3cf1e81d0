//! Written exemptions: findings that somebody accepts until a date.

use std::cmp::Reverse;
use std::fmt;

use jiff::Timestamp;
use rolesweep_model::{RoleArn, RoleId};
use serde::Serialize;

/// A role that may stay although it is idle: who says so, why, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exemption {
    /// Which role.
    pub role: RoleSelector,
    /// Who answers for it.
    pub owner: String,
    /// Who approved that: somebody other than the owner.
    pub approved_by: String,
    /// Why it may stay.
    pub reason: String,
    /// When it ends: at this very instant it no longer holds.
    pub expires: Timestamp,
}

/// Names one role.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleSelector {
    /// By its unique id: a role that is created again under the old name does not inherit the
    /// exemption.
    RoleId(RoleId),
    /// By its ARN, whichever role has it.
    RoleArn(RoleArn),
}

impl RoleSelector {
    /// The id or the ARN. The two never look alike: an ARN has colons, and an id has none.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::RoleId(id) => id.as_str(),
            Self::RoleArn(arn) => arn.as_str(),
        }
    }
}

impl fmt::Display for RoleSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Exemption {
    /// Whether it still holds at an instant.
    #[must_use]
    pub fn in_force(&self, as_of: Timestamp) -> bool {
        as_of < self.expires
    }
}

/// The exemption that lasts longest of several for one role; if several do, the one that is written
/// first. Takes their indexes in the list.
pub(crate) fn longest_lasting(
    exemptions: &[Exemption],
    places: impl Iterator<Item = usize>,
) -> Option<&Exemption> {
    places
        .filter_map(|place| exemptions.get(place).map(|exemption| (place, exemption)))
        .max_by_key(|(place, exemption)| (exemption.expires, Reverse(*place)))
        .map(|(_, exemption)| exemption)
}
