//! Keeps secrets out of messages: known values, and what looks like a secret.

pub(crate) mod learn;
mod output;
pub mod redact;
mod remembered;
mod spellings;

pub(crate) use remembered::hide;
pub use remembered::{remember, remember_for_good};
