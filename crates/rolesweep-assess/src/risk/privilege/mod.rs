//! What a role may do, by its own documents: the rules, each in a file of its own.
//!
//! Most roles are judged by their own documents ([`PrivilegeJudge`], which remembers what it found for
//! documents that it has seen). Some rules look for another role of the account. For these, a pass over
//! the account notes of each role what others ask about ([`RoleFacts`](super::RoleFacts)), and then
//! [`AccountJudge`] decides.

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
mod escalate;
mod judge;
mod judged;
mod judgement;
mod key;
mod known_facts;
mod known_policies;
mod level;
mod named;
mod names;
mod none;
mod outline;
mod patterns;
mod reach;
mod read_only;
mod recent;
mod role_chain;
mod rule;
mod rules;
mod subject;
mod unknown;

pub use code::Code;
pub use judge::{AccountJudge, PrivilegeJudge};
pub use judgement::{Assumable, Assumes, Privilege};
pub use level::PrivilegeLevel;
pub use rule::PrivilegeRule;
pub use rules::RULES;
pub use subject::Subject;

#[cfg(test)]
mod tests;
