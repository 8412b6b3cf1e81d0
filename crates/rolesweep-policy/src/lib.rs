//! The grammar of IAM policy documents.
//!
//! This crate is pure, and knows nothing of scans or reports. [`Policy`] and [`Statement`] keep
//! everything that a document says, so that an evaluation can use them.

mod condition;
mod document;
mod one_or_many;
mod principal;
mod statement;

pub use document::{ParseError, Policy, Version};
pub use principal::Principal;
pub use statement::{Effect, Selection, Statement};
