//! The organization of `--demo`: a simulator in this process, on loopback.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rolesweep_connect::{FixedTarget, Settings};
use rolesweep_sim::{ServeOptions, Simulator};

use crate::failure::{Failure, Outcome};
use crate::terminal::text;

/// The demo's configuration as it was written: the accepted gaps, and other settings that make the
/// demo interesting.
const CONFIG: &str = include_str!("../../../../../config/demo.toml");

/// The day that its dates are written for.
const WRITTEN_ON: Date = date(2026, 11, 22);

/// The demo's configuration as of an instant. Its dates move with the demo's clock.
pub(crate) fn config(at: Timestamp) -> String {
    let days = WRITTEN_ON.until(at.to_zoned(TimeZone::UTC).date()).unwrap_or_default();
    let moved = |line: &str| {
        let written: Date = line.strip_prefix("expires = ")?.parse().ok()?;
        Some(format!("expires = {}", written.saturating_add(days)))
    };
    CONFIG.lines().map(|line| moved(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// Its name in messages.
pub(crate) const CONFIG_NAME: &str = "config/demo.toml (built in)";

/// The seed, which gives the same organization every time.
const SEED: u64 = 7;

/// Starts the organization, with `now` as its present time: as it is, or as it was so many days before
/// what it is.
pub(super) async fn start(now: Timestamp, days_ago: Option<u16>) -> Outcome<Simulator> {
    let world = match days_ago.map(days) {
        None => rolesweep_sim::demo(now, SEED),
        Some(ago) => rolesweep_sim::demo_earlier(now + ago, SEED, ago),
    };
    rolesweep_sim::serve(world, ServeOptions::default())
        .await
        .map_err(|error| Failure::new("failed to start the demo's organization on loopback").because(&error))
}

/// The present time of a scan: now, or so many days ago.
pub(super) fn clock(now: Timestamp, days_ago: Option<u16>) -> Timestamp {
    days_ago.map_or(now, |ago| now - days(ago))
}

/// The latest instant up to `now` that is whole days after another one, or before it.
pub(super) fn whole_days_after(instant: Timestamp, now: Timestamp) -> Timestamp {
    let seconds = (now.as_second() - instant.as_second()).rem_euclid(days(1).as_secs());
    now - SignedDuration::from_secs(seconds)
}

fn days(count: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
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

/// The calls that the organization counted, in words.
pub(super) fn calls(simulator: &Simulator) -> String {
    let counts = simulator.counts();
    let total = counts.total();
    let operations: Vec<String> = counts
        .operations()
        .into_iter()
        .map(|(operation, count)| {
            let name = operation.rsplit(':').next().unwrap_or_default();
            text::unbroken(&format!("{} {name}", text::number(count.total())))
        })
        .collect();
    format!(
        "{}, {}: {}",
        text::unbroken(&text::count(total.total(), "call")),
        text::unbroken(&format!("{} refused", text::number(total.refused))),
        operations.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organization_is_whole_days_from_that_of_the_scan_before() {
        let after = |instant: &str, now: &str| {
            whole_days_after(instant.parse().unwrap(), now.parse().unwrap()).to_string()
        };
        assert_eq!(after("2026-08-24T12:00:00Z", "2026-11-22T12:00:03Z"), "2026-11-22T12:00:00Z");
        assert_eq!(after("2026-11-22T12:00:00Z", "2026-11-22T12:00:03Z"), "2026-11-22T12:00:00Z");
        assert_eq!(after("2026-11-22T12:00:00Z", "2026-08-24T11:59:59Z"), "2026-08-23T12:00:00Z");
    }

    #[test]
    fn the_dates_of_the_configuration_move_with_the_demos_clock() {
        let at = |text: &str| config(text.parse().unwrap());
        assert_eq!(at("2026-11-22T23:59:59Z"), CONFIG);
        assert!(CONFIG.contains("expires = 2027-02-20\n"), "{CONFIG}");
        assert!(at("2027-11-22T00:00:00Z").contains("expires = 2028-02-20\n"));
        assert_eq!(at("2027-11-22T00:00:00Z").lines().count(), CONFIG.lines().count());
    }
}
