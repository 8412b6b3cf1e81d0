//! How many roles have each change.

use rolesweep_assess::Change;

/// How many roles have each change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeCounts([u64; Change::ALL.len()]);

impl ChangeCounts {
    /// Counts a role.
    pub fn add(&mut self, change: Change) {
        self.0[change as usize] += 1;
    }

    pub(crate) fn merge(&mut self, next: &Self) {
        self.0.iter_mut().zip(next.0).for_each(|(mine, next)| *mine += next);
    }

    /// How many roles have this change.
    #[must_use]
    pub fn of(&self, change: Change) -> u64 {
        self.0[change as usize]
    }
}
