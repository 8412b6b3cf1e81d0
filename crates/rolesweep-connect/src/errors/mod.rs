//! What a failed call means: AWS's refusals, failures on the way, and answers that are not AWS's.

pub(crate) mod causes;
pub(crate) mod class;
mod classify;
mod codes;
pub mod foreign;
pub(crate) mod phrases;

pub use class::{ErrorClass, Failure};
pub use classify::{Whose, broken_off, classify};
