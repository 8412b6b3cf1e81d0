//! What the scans up to one know of an account's roles together: when each was first seen, since
//! when its last use and its access are the same, and a last use that AWS has forgotten since.
//!
//! The history of a scan follows from the facts of that scan and the newest history before it
//! ([`HistoryBuilder`]). It does not depend on settings. Scans count in the order of their numbers,
//! not by the clock.

mod access;
mod account;
mod entry;
mod fold;
mod role;
mod stored;

pub use access::{AccessPart, AccessPrints, Fingerprinter};
pub use account::AccountHistory;
pub use fold::{EarlierHistory, HistoryBuilder};
pub use role::RoleHistory;

#[cfg(test)]
mod tests;
