//! The caller's credentials: where they come from, and whether a request can be signed with them.

pub(crate) mod caller;
pub(crate) mod container;
pub(crate) mod instance;
pub(crate) mod providers;
pub(crate) mod validate;

pub use caller::Caller;
pub use validate::{InvalidCredentials, check};
