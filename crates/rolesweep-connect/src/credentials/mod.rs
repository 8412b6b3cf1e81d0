//! The caller's credentials: where they come from, and whether a request can be signed with them.

pub(crate) mod caller;
pub(crate) mod container;
pub(crate) mod instance;
pub(crate) mod providers;
pub(crate) mod usable;

pub use caller::Caller;
pub use usable::{Unusable, check};
