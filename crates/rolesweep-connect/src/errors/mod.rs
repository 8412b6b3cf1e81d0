//! What a failed call means: AWS's refusals, failures on the way, and answers that are not AWS's.

pub(crate) mod classify;
pub mod foreign;

pub use classify::{ErrorClass, Failure, Whose, broken_off, classify};
