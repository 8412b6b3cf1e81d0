//! The history of one account.

use jiff::Timestamp;

use super::entry::Entry;
use super::role::RoleHistory;
use crate::encode::DecodeError;

/// The history of an account's roles as of one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHistory {
    /// The numbers of the finished scans that read the account, in order; the last is the scan that
    /// this is the history of. Every other place here counts from the first of them.
    pub(super) scans: Vec<i64>,
    /// Of the scan's roles, in the order in which the store has them.
    pub(super) roles: Vec<Entry>,
    /// Of roles by their id: those that an earlier scan saw and this one did not answer, or all, if
    /// the scan's facts are gone.
    pub(super) named: Vec<(String, Entry)>,
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

pub(super) const OTHER_ROLES: DecodeError =
    DecodeError::Page("a history is not that of the roles of its scan");
