//! IAM policy documents: their encoding on the wire, and their grammar.
//!
//! Pure, and without any knowledge of scans or reports. What a set of documents allows is to be built on
//! [`Policy`] and [`Statement`], which keep everything that a document says.

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
