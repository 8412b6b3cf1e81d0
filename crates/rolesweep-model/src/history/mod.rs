//! What the scans up to one know of an account's roles together: when each was first seen, since
//! when its last use and its access are the same, and a last use that AWS has forgotten since.
//!
//! The history of a scan follows from the facts of that scan and the newest history before it
//! ([`HistoryBuilder`]). It does not depend on settings. Scans count in the order of their numbers,
//! not by the clock.

mod access;
mod fold;
mod role;
mod stored;

pub use access::{AccessPart, AccessPrints, Fingerprinter};
pub use fold::{EarlierHistory, HistoryBuilder};
pub use role::RoleHistory;

use jiff::Timestamp;

use crate::encode::DecodeError;

/// The history of an account's roles as of one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHistory {
    /// The numbers of the finished scans that read the account, in order; the last is the scan that
    /// this is the history of. Every other place here counts from the first of them.
    scans: Vec<i64>,
    /// Of the scan's roles, in the order in which the store has them.
    roles: Vec<Entry>,
    /// Of roles by their id: those that an earlier scan saw and this one did not answer, or all, if
    /// the scan's facts are gone.
    named: Vec<(String, Entry)>,
}

/// The history of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The scan that saw it first.
    first: u32,
    /// The first of the scans since which its last use is the same.
    used_since: u32,
    /// The newest use that any scan saw, if that is not what this scan's facts say.
    earlier_use: Option<Timestamp>,
    /// What decides about the access to the role and of it, in the order of [`AccessPart::ALL`].
    access: [Part; AccessPart::ALL.len()],
}

/// A part of what decides about access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its fingerprint when it was known last; 0 if it never was.
    print: u64,
    /// The scan that showed its last change, or else the one that saw the role first.
    since: u32,
}

impl AccountHistory {
    /// The numbers of the finished scans that read the account, the first one first. The last is the
    /// scan that this is the history of.
    #[must_use]
    pub fn scans(&self) -> &[i64] {
        &self.scans
    }

    /// How many roles of the scan it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.roles.len()
    }

    /// Whether the scan saw no role, or its facts are gone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roles.is_empty()
    }

    /// The history of one of the scan's roles, by its place in the order of the store. `instants` has
    /// the start of each of [`Self::scans`].
    #[must_use]
    pub fn role<'a>(&'a self, place: usize, instants: &'a [Timestamp]) -> Option<RoleHistory<'a>> {
        let entry = self.roles.get(place)?;
        (instants.len() == self.scans.len()).then_some(RoleHistory { instants, entry })
    }

    /// The same history with the ids and last uses of the scan's roles in it, so that it outlives the
    /// scan's facts. `roles` are the scan's roles in the order of the store: the id of each, and when
    /// it was used last.
    ///
    /// # Errors
    /// If there are more or fewer roles than this history is of.
    pub fn detached<'r>(
        mut self,
        roles: impl IntoIterator<Item = (&'r str, Option<Timestamp>)>,
    ) -> Result<Self, DecodeError> {
        let mut entries = std::mem::take(&mut self.roles).into_iter();
        for (id, used) in roles {
            let mut entry = entries.next().ok_or(OTHER_ROLES)?;
            entry.earlier_use = entry.earlier_use.or(used);
            self.named.push((id.to_owned(), entry));
        }
        if entries.next().is_some() { Err(OTHER_ROLES) } else { Ok(self) }
    }
}

const OTHER_ROLES: DecodeError = DecodeError::Page("a history is not that of the roles of its scan");

#[cfg(test)]
mod tests;
