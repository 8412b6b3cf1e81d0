//! Keeps secrets out of messages: those that are known by their values, and what looks like one.

mod output;
pub mod redact;
mod remembered;
mod spellings;
pub(crate) mod watch;

pub(crate) use remembered::hide;
pub use remembered::{remember, remember_for_good};
