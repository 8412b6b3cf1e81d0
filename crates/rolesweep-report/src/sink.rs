//! Sinks take a report's roles and accounts, to make a file of them or to add something up.

use crate::assessed::{AssessedAccount, AssessedRole, ComparedRole};

/// Takes roles and accounts.
///
/// Each account has its own sink, on any thread, which takes the account's roles by ARN, then
/// the account, and then what became of roles, by ARN. The sinks of all accounts are joined in the
/// order of the accounts, so the result does not depend on the number of threads.
pub(crate) trait Sink {
    /// Takes a role, whether it gets a row or not.
    fn role(&mut self, _role: &AssessedRole<'_>) {}

    /// Takes an account, after its roles.
    fn account(&mut self, _account: &AssessedAccount<'_>) {}

    /// Takes a role that is idle in this scan or in the earlier one, after the account. Without an
    /// earlier scan, there is none.
    fn changed(&mut self, _role: &ComparedRole<'_>) {}

    /// Adds what the sink of the next account has taken.
    fn join(&mut self, next: Self);
}
