//! What a person does about the roles that a rule finds: how to check, remedy and prevent it.
//!
//! Each rule names its guide where it is declared.

mod controls;
mod guardrails;
mod guide;
pub(crate) mod idle;
pub(crate) mod privilege;
mod steps;
pub(crate) mod trust;

pub use controls::Control;
pub use guide::{Guide, Step};

#[cfg(test)]
mod tests;
