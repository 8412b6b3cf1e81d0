//! Tests of the whole crate: real clients of the SDK, with a far end that answers from a function.

mod caller;
mod clock;
mod details;
mod facts;
mod far_end;
mod identity;
mod partitions;
mod refusals;
mod secrets;
mod sessions;
mod sizes;
