//! The rules that reports judge roles by. Each is declared once: its code, what it means, and what a
//! person does about it.
//!
//! `rolesweep rules` prints them, and the pages under `docs/rules/` are made of them.

mod idle;
mod list;
mod page;
mod rule;

pub use list::{of_status, rule, rules, rules_of_word};
pub use page::{index, page};
pub use rule::{Level, Rule, Subject};

#[cfg(test)]
mod tests;
