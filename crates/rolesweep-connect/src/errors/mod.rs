//! What a failed call means: AWS's refusals, failures on the way, and answers that are not AWS's.

pub(crate) mod causes;
mod classify;
mod codes;
pub(crate) mod failure;
pub mod foreign;
pub(crate) mod phrases;

pub use classify::{Whose, broken_off, classify};
pub use failure::Failure;
