//! Tests of the whole crate: real clients of the SDK, with a server that answers from a function.

mod clock;
mod details;
mod facts;
mod partitions;
mod refusals;
mod secrets;
mod server;
mod sessions;
mod sizes;
