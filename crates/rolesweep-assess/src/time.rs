//! Spans of time in whole seconds, and how spans and dates are written for people.

use std::fmt::{self, Display};

use jiff::Timestamp;

/// A day, in seconds. Days are always these 86,400 seconds of UTC, never a calendar's.
pub const DAY: i64 = 86_400;

/// How far AWS's record of a role's last use reaches back, in seconds: "the trailing 400 days" (IAM
/// API reference, `RoleLastUsed`). It is shorter in newer Regions, but no answer says by how much.
pub const TRACKING_WINDOW: i64 = 400 * DAY;

/// Whole seconds from one instant to a later one; 0 if it is not later.
pub(crate) fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().max(0)
}

/// How long ago, and the limit that this exceeds: in days if the days differ, otherwise to the
/// second.
pub(crate) fn ago_beyond(seconds: i64, limit: i64) -> impl Display {
    fmt::from_fn(move |f| {
        if limit % DAY == 0 && seconds / DAY > limit / DAY {
            write!(f, "{} ago, more than {}", count(seconds / DAY, "day"), limit / DAY)
        } else {
            write!(f, "{} ago, more than {}", exact(seconds), exact(limit))
        }
    })
}

/// A span that is compared with a limit: in days if the days differ, otherwise to the second.
pub(crate) fn beside(seconds: i64, limit: i64) -> String {
    if limit % DAY == 0 && seconds / DAY != limit / DAY {
        count(seconds / DAY, "day").to_string()
    } else {
        exact(seconds)
    }
}

/// How long ago, in the largest unit, rounded down.
pub(crate) fn ago(seconds: i64) -> impl Display {
    let (size, name) = UNITS.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, "second"));
    fmt::from_fn(move |f| write!(f, "{} ago", count(seconds / size, name)))
}

const UNITS: [(i64, &str); 4] = [(DAY, "day"), (3600, "hour"), (60, "minute"), (1, "second")];

/// A span to the second, such as `90 days 1 second`.
fn exact(seconds: i64) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, name) in UNITS {
        if rest >= size {
            parts.push(count(rest / size, name).to_string());
            rest %= size;
        }
    }
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

fn count(number: i64, unit: &'static str) -> impl Display {
    fmt::from_fn(move |f| write!(f, "{number} {unit}{}", if number == 1 { "" } else { "s" }))
}

/// Until when something holds that ends at `end`, which no longer counts: `through` its last day if
/// it ends at midnight UTC, as everything does that was written with a date.
pub(crate) fn until(end: Timestamp) -> String {
    last_day(end).map_or_else(|| format!("until {end}"), |day| format!("through {day}"))
}

/// When something ended that is over at `end`: `at the end of` its last day if that was midnight
/// UTC.
pub(crate) fn ended(end: Timestamp) -> String {
    last_day(end).map_or_else(|| format!("at {end}"), |day| format!("at the end of {day}"))
}

/// The day that ends at this instant, if one does.
fn last_day(end: Timestamp) -> Option<String> {
    end.to_string().strip_suffix("T00:00:00Z")?;
    let inside = end.checked_sub(jiff::SignedDuration::from_secs(1)).ok()?;
    Some(inside.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_days_if_days_suffice() {
        for (seconds, limit, text) in [
            (120 * DAY + 5, 90 * DAY, "120 days ago, more than 90"),
            (91 * DAY, 90 * DAY, "91 days ago, more than 90"),
            (90 * DAY + 1, 90 * DAY, "90 days 1 second ago, more than 90 days"),
            (2 * DAY, DAY + 12 * 3600, "2 days ago, more than 1 day 12 hours"),
            (61, 60, "1 minute 1 second ago, more than 1 minute"),
            (DAY, 0, "1 day ago, more than 0"),
            (1, 0, "1 second ago, more than 0 seconds"),
        ] {
            assert_eq!(ago_beyond(seconds, limit).to_string(), text);
        }
    }

    #[test]
    fn the_largest_unit_is_enough_for_an_age() {
        for (seconds, text) in [
            (0, "0 seconds ago"),
            (1, "1 second ago"),
            (3599, "59 minutes ago"),
            (DAY - 1, "23 hours ago"),
            (500 * DAY + 7, "500 days ago"),
        ] {
            assert_eq!(ago(seconds).to_string(), text);
        }
    }

    #[test]
    fn an_end_at_midnight_is_written_as_the_last_day() {
        for (end, holds, over) in [
            ("2027-02-01T00:00:00Z", "through 2027-01-31", "at the end of 2027-01-31"),
            ("2027-01-01T00:00:00Z", "through 2026-12-31", "at the end of 2026-12-31"),
            ("2027-01-31T12:00:00Z", "until 2027-01-31T12:00:00Z", "at 2027-01-31T12:00:00Z"),
        ] {
            let end = end.parse().unwrap();
            assert_eq!((until(end).as_str(), ended(end).as_str()), (holds, over));
        }
    }

    #[test]
    fn spans_are_never_negative() {
        let earlier: Timestamp = "2026-01-01T00:00:00.9Z".parse().unwrap();
        let later: Timestamp = "2026-01-01T00:00:02.1Z".parse().unwrap();
        assert_eq!(seconds_between(earlier, later), 1);
        assert_eq!(seconds_between(later, earlier), 0);
        assert!(seconds_between(Timestamp::MIN, Timestamp::MAX) > 0);
        assert_eq!(seconds_between(Timestamp::MAX, Timestamp::MIN), 0);
    }
}
