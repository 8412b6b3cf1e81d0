//! This machine's clock compared with AWS's. Idle times depend on the time of day, so a wrong clock
//! makes a wrong report.

use jiff::Timestamp;

/// How far this machine's clock and AWS's may be apart, in seconds. A time server keeps them within
/// a second, and AWS itself tolerates five minutes in signatures.
pub const TOLERANCE_SECONDS: i64 = 5 * 60;

/// This machine's time and AWS's time at one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What this machine's clock said.
    pub local: Timestamp,
    /// What the answer's `Date` header said, in whole seconds.
    pub server: Timestamp,
    /// How far this machine's clock was ahead of AWS's, in whole seconds; negative if it was
    /// behind.
    pub difference_seconds: i64,
}

impl Reading {
    /// Compares the clocks at a request that was sent and answered at these times by this machine's
    /// clock. The server wrote its time in between, so a slow answer, or a machine that was
    /// suspended meanwhile, does not count as a difference.
    #[must_use]
    pub fn new(sent: Timestamp, received: Timestamp, server: Timestamp) -> Self {
        let (local, seconds) = match server {
            _ if server > received => (received, received.duration_since(server).as_secs()),
            // Whole seconds, because the header has no fraction.
            _ if server < sent => (sent, sent.duration_since(server).as_secs()),
            _ => (received, 0),
        };
        Self { local, server, difference_seconds: seconds }
    }

    /// Whether the two are further apart than [`TOLERANCE_SECONDS`].
    #[must_use]
    pub fn is_off(&self) -> bool {
        is_off(self.difference_seconds)
    }

    /// The one of the two with the larger difference.
    #[must_use]
    pub fn further(self, other: Self) -> Self {
        let size = |reading: &Self| reading.difference_seconds.unsigned_abs();
        if size(&other) > size(&self) { other } else { self }
    }
}

/// Whether a difference in seconds is larger than [`TOLERANCE_SECONDS`].
#[must_use]
pub fn is_off(difference_seconds: i64) -> bool {
    difference_seconds.unsigned_abs() > TOLERANCE_SECONDS.unsigned_abs()
}

/// A difference in words, such as `100 days ahead of AWS's`.
#[must_use]
pub fn in_words(difference_seconds: i64) -> String {
    const UNITS: [(u64, &str); 4] = [(24 * 60 * 60, "day"), (60 * 60, "hour"), (60, "minute"), (1, "second")];
    let seconds = difference_seconds.unsigned_abs();
    // The largest unit of which there are at least two: `90 minutes` says more than `1 hour`.
    let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds >= 2 * size).unwrap_or((1, "second"));
    let number = (seconds + size / 2) / size;
    let plural = if number == 1 { "" } else { "s" };
    let side = if difference_seconds < 0 { "behind" } else { "ahead of" };
    format!("{number} {unit}{plural} {side} AWS's")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(sent: &str, received: &str, server: &str) -> Reading {
        let at = |time: &str| format!("2026-11-30T{time}Z").parse().unwrap();
        Reading::new(at(sent), at(received), at(server))
    }

    #[test]
    fn a_server_time_between_request_and_answer_is_no_difference() {
        for (sent, received, server) in [
            ("12:00:00", "12:00:01", "12:00:01"),
            // The header has no fraction of a second.
            ("12:00:00.999", "12:00:01.2", "12:00:00"),
            // The machine was suspended for hours between the two.
            ("12:00:00", "19:00:00", "12:00:00"),
            ("12:00:00", "19:00:00", "18:59:59"),
        ] {
            assert_eq!(reading(sent, received, server).difference_seconds, 0, "{sent} {received} {server}");
        }
    }

    #[test]
    fn a_clock_is_ahead_or_behind_by_more_than_the_delay() {
        for (sent, received, server, difference) in [
            ("12:00:00", "12:00:01", "12:00:02", -1),
            ("12:00:02.9", "12:00:03", "12:00:01", 1),
            ("12:00:03", "12:00:03", "12:00:01", 2),
            ("12:10:00", "12:10:01", "12:00:00", 600),
            ("12:00:00", "12:00:01", "12:10:01", -600),
        ] {
            let reading = reading(sent, received, server);
            assert_eq!(reading.difference_seconds, difference, "{sent} {received} {server}");
        }
    }

    #[test]
    fn five_minutes_are_tolerated_and_no_more() {
        for (seconds, off) in
            [(0, false), (300, false), (-300, false), (301, true), (-301, true), (i64::MIN, true)]
        {
            assert_eq!(is_off(seconds), off, "{seconds}");
        }
        let (near, far) =
            (reading("12:00:00", "12:00:00", "12:00:05"), reading("12:00:00", "12:00:00", "11:00:00"));
        assert_eq!((near.further(far), far.further(near)), (far, far));
        assert!(far.is_off() && !near.is_off());
    }

    #[test]
    fn differences_are_written_in_the_largest_unit_of_which_there_are_two() {
        for (seconds, words) in [
            (0, "0 seconds ahead of AWS's"),
            (1, "1 second ahead of AWS's"),
            (-301, "5 minutes behind AWS's"),
            (-10_367_999, "120 days behind AWS's"),
            (5400, "90 minutes ahead of AWS's"),
            (-86_400, "24 hours behind AWS's"),
            (8_640_000, "100 days ahead of AWS's"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
