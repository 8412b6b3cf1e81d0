//! Reads the documents of policies that AWS manages, which are the same in every account: each once
//! for all accounts, with the sessions of a few of them.
//!
//! Accounts note which policies their roles name (`named`), and lend their sessions when they are
//! finished. The `reader` asks: `queue` decides which account is asked for which policy, and
//! `ask` makes the calls.

mod ask;
pub(crate) mod named;
mod queue;
pub(crate) mod reader;
