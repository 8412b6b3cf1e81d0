//! The only code that reads the time of day.

use jiff::{Timestamp, Unit};
use rolesweep_scan::ports::Clock;

pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A time without its fraction of a second. AWS's own times have none, so comparisons with them are
/// exact.
pub(crate) fn whole_second(time: Timestamp) -> Timestamp {
    let mut whole = jiff::TimestampRound::new().smallest(Unit::Second);
    whole = whole.mode(jiff::RoundMode::Floor);
    time.round(whole).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    #[test]
    fn fractions_are_dropped_and_never_rounded_up() {
        let time = "2026-11-22T10:20:30.999Z".parse().unwrap();
        assert_eq!(super::whole_second(time).to_string(), "2026-11-22T10:20:30Z");
    }
}
