//! The grammar of IAM policy documents.
//!
//! Pure, and without any knowledge of scans or reports. What a set of documents allows is to be built on
//! [`Policy`] and [`Statement`], which keep everything that a document says.

mod condition;
mod document;
mod one_or_many;
mod principal;
mod statement;

pub use document::{ParseError, Policy, Version};
pub use principal::Principal;
pub use statement::{Effect, Selection, Statement};
