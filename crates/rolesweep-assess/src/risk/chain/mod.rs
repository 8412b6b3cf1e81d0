//! Chains of roles: a role may assume another one, which may assume a third, over all accounts of a
//! scan.
//!
//! Both sides decide. A role's own policies have to allow `sts:AssumeRole`, and the other role has to
//! trust it: by its ARN, by its account, or anyone. In the same account, a trust that names the role is
//! enough (IAM user guide, `reference_policies_evaluation-logic`). A deny without conditions on the other
//! role wins over both.
//!
//! A pass over all accounts comes before the report's: it collects the roles that others may assume.
//! A role takes about 300 bytes, and 8 bytes if other accounts have one that is the same. There is a
//! limit on all of them together ([`LIMIT`]). Beyond it nothing is kept, and roles that may assume
//! others are unknown.

mod chains;
mod collector;
mod extend;
mod role_pattern;
mod search;
mod step;

pub use chains::Chains;
pub use collector::{ChainCollector, LIMIT};
pub use extend::ChainMemo;

pub use super::link::Link;

#[cfg(test)]
mod tests;
