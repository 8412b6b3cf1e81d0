//! The language of IAM policies: what a document says, and what a set of documents allows.
//!
//! This crate is pure, and knows nothing of scans or reports. [`Policy`] and [`Statement`] keep
//! everything that a document says. [`PolicySet`] answers whether a request is allowed, and by which
//! statement.

mod condition;
mod document;
mod evaluate;
mod name_pattern;
mod one_or_many;
mod pattern;
mod principal;
mod statement;

pub use document::{ParseError, Policy, Version};
pub use evaluate::{
    Action, Answer, CompiledPolicy, Condition, Context, Fact, Grant, Ground, Holds, Part, PolicySet,
    Resource, ResourcePattern, Verdict,
};
pub use name_pattern::NamePattern;
pub use principal::Principal;
pub use statement::{Effect, Selection, Statement};

/// Condition operators: how a condition compares.
pub mod operator {
    pub use crate::evaluate::{Comparison, Kind, Operator, Text, Values};
}
