//! The engine against an organization made of scripts, on tokio's paused clock.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod account;
mod clock;
mod fake;
mod fallback;
mod ledger;
mod model;
mod population;
mod scale;
mod seats;
mod stopping;
mod survey;
mod units;
mod world;
