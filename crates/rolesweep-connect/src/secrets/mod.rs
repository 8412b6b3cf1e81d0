//! Keeps secrets out of messages: those that are known by their values, and what looks like one.

pub(crate) mod learn;
mod output;
pub mod redact;
mod remembered;
mod spellings;

pub(crate) use remembered::hide;
pub use remembered::{remember, remember_for_good};
