//! What manages a role: the tool, the platform or the vendor that made it, as far as the role shows
//! it. No recognised sign means that nothing is recognised, and never that somebody made the role by
//! hand: a name that is given to a tool leaves no trace.
//!
//! `declared` has a declaration for each manager, `sign` the kinds of signs, `shapes` the shapes of
//! names, and `judge` weighs the signs of one role.

mod declared;
mod judge;
mod shapes;
mod sign;

pub use judge::{ManagedBy, managed_by};
pub use sign::ManagerConfidence;

/// The managers that can be recognised, as reports name them; a vendor is `vendor:` with its name.
pub fn names() -> impl Iterator<Item = &'static str> {
    declared::MANAGERS.iter().map(|manager| manager.name)
}
