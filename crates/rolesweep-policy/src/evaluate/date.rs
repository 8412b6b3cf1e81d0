//! Dates in conditions: ISO 8601 as the W3C profiles it, or seconds since 1970.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The instant that a text names. A date without a time is its beginning, and without a time zone
/// it is UTC.
pub(crate) fn date(text: &str) -> Option<Timestamp> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    // Four digits are a year, and more are seconds.
    if is_number && text.len() > 4 {
        return Timestamp::from_second(text.parse().ok()?).ok();
    }
    let full;
    let text = match text.len() {
        4 if is_number => {
            full = format!("{text}-01-01");
            &full
        }
        7 => {
            full = format!("{text}-01");
            &full
        }
        _ => text,
    };
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_is_read() {
        for (text, instant) in [
            ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
            ("2020-01-01T01:30:00.5+01:00", "2020-01-01T00:30:00.5Z"),
            ("2020-01-01T00:00Z", "2020-01-01T00:00:00Z"),
            ("2020-01-01T00:00:00", "2020-01-01T00:00:00Z"),
            ("2020-02-03", "2020-02-03T00:00:00Z"),
            ("2020-02", "2020-02-01T00:00:00Z"),
            ("2020", "2020-01-01T00:00:00Z"),
            ("1577836800", "2020-01-01T00:00:00Z"),
        ] {
            assert_eq!(date(text), Some(instant.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_dates() {
        for text in ["", "now", "2020-13-01", "2020-01-01T25:00:00Z", "*", "99999999999999999999", "2020-*"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
