//! What a role may do, by its own documents: the rules, each in a file of its own.
//!
//! An account takes two passes. The first notes of each role what others ask about ([`RoleFacts`](super::RoleFacts)),
//! and the second judges: some rules look for another role of the account. [`PrivilegeJudge`] does
//! both, and remembers what it found for documents that it has seen.

mod admin_full;
mod admin_self;
mod ask;
mod asked;
mod assumes;
mod boundary;
mod change;
mod code;
mod conclude;
mod data;
mod data_scoped;
mod destroy;
mod documents;
mod escalate;
mod judge;
mod judged;
mod judgement;
mod key;
mod known_facts;
mod level;
mod library;
mod named;
mod names;
mod none;
mod outline;
mod patterns;
mod reach;
mod read_only;
mod role_chain;
mod rule;
mod rules;
mod unknown;

pub use code::Code;
pub use documents::{Document, RoleDocuments, Subject};
pub use judge::{AccountJudge, PrivilegeJudge};
pub use judgement::{Assumable, Privilege};
pub use level::PrivilegeLevel;
pub use rule::PrivilegeRule;
pub use rules::RULES;

#[cfg(test)]
mod tests;
