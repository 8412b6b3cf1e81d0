//! IAM policy documents: their encoding on the wire, and their grammar.
//!
//! This crate is pure, and knows nothing of scans or reports. [`Policy`] and [`Statement`] keep
//! everything that a document says, so that an evaluation can use them.

mod condition;
mod decode;
mod document;
mod one_or_many;
mod principal;
mod statement;

pub use decode::{DecodeError, decode_document};
pub use document::{ParseError, Policy, Version};
pub use principal::Principal;
pub use statement::{Effect, Selection, Statement};
