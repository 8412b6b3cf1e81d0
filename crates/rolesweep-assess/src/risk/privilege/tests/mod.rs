//! Tests of all rules together.

mod account;
mod bad_input;
mod evasion;
mod fixture;
mod issue;
mod laws;
mod traps;
mod words;
