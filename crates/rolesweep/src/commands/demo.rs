//! The far end of `--demo`: an organization in this very process, on loopback.

use jiff::Timestamp;
use rolesweep_aws::{FixedTarget, Settings};
use rolesweep_sim::{ServeOptions, Simulator};

use crate::failure::{Failure, Outcome};
use crate::text;

/// The demo's configuration: which gaps are accepted, and what else makes the demo worth looking at.
pub(super) const CONFIG: &str = include_str!("../../../../config/demo.toml");

/// What messages call it.
pub(super) const CONFIG_NAME: &str = "config/demo.toml (built in)";

/// The same organization every time.
const SEED: u64 = 7;

/// Starts the organization as it is at `now`.
pub(super) async fn start(now: Timestamp) -> Outcome<Simulator> {
    rolesweep_sim::serve(rolesweep_sim::demo(now, SEED), ServeOptions::default())
        .await
        .map_err(|error| Failure::new("failed to start the demo's organization on loopback").because(&error))
}

/// How to reach it.
pub(super) fn settings(simulator: &Simulator) -> Settings {
    let caller = simulator.caller();
    Settings {
        fixed: Some(FixedTarget {
            endpoint_url: simulator.url(),
            access_key_id: caller.access_key_id,
            secret_access_key: caller.secret_access_key,
            session_token: caller.session_token,
        }),
        ..Settings::default()
    }
}

/// What the organization counted, in words.
pub(super) fn calls(simulator: &Simulator) -> String {
    let counts = simulator.counts();
    let total = counts.total();
    let operations: Vec<String> = counts
        .operations()
        .into_iter()
        .map(|(operation, tally)| {
            let name = operation.rsplit(':').next().unwrap_or_default();
            text::unbroken(&format!("{} {name}", text::number(tally.total())))
        })
        .collect();
    format!(
        "{}, {}: {}",
        text::unbroken(&text::count(total.total(), "call")),
        text::unbroken(&format!("{} refused", text::number(total.refused))),
        operations.join(", ")
    )
}
