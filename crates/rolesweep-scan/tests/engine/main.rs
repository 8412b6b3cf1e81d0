//! Tests the engine with a scripted organization, on tokio's paused clock.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod account;
mod aws_policies;
mod check;
mod clock;
mod concurrency;
mod concurrent_calls;
mod cross_check;
mod fact_sink;
mod fake_cloud;
mod fallback;
mod model;
mod ou_tree;
mod population;
mod preview;
mod scale;
mod script;
mod setup;
mod stopping;
mod world;
