//! What became of roles from one scan to a later one.
//!
//! Absence proves nothing by itself: a role is gone, and another one is newly idle, only if both
//! scans read its account.

mod account;
mod change;
mod role;

pub use account::AccountComparison;
pub use change::Change;
pub use role::{ChangedRole, SeenRole};

#[cfg(test)]
mod tests;
