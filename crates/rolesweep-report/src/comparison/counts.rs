//! How many roles have each change.

use rolesweep_assess::{Change, ChangedRole};

/// How many roles have each change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeCounts([u64; Change::ALL.len()]);

impl ChangeCounts {
    pub(super) fn add(&mut self, role: &ChangedRole<'_>) {
        self.0[role.change as usize] += 1;
    }

    /// How many roles have this change.
    #[must_use]
    pub fn of(&self, change: Change) -> u64 {
        self.0[change as usize]
    }
}
