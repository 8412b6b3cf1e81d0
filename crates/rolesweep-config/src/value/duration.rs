//! Durations in whole seconds, as people write them: `90d`, `12w`, `36h`, `1h30m`, `0d`. A day is
//! 24 hours.

use std::time::Duration;

use jiff::Span;
use rolesweep_assess::{DAY, Threshold};

use crate::errors::Fault;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// A duration between two numbers of seconds.
pub(crate) fn within(text: &str, (min, max): (i64, i64)) -> Result<Duration, Fault> {
    let seconds = total(&parse(text)?);
    match u64::try_from(seconds) {
        Ok(whole) if (min..=max).contains(&seconds) => Ok(Duration::from_secs(whole)),
        _ => Err(Fault::new(format!("`{text}` is out of range")).hint(format!(
            "write a duration from {} to {}",
            display(min),
            display(max)
        ))),
    }
}

/// A threshold. It does not exceed what IAM keeps, and has no minutes, because people who write `m`
/// mean months.
pub(crate) fn threshold(text: &str) -> Result<Threshold, Fault> {
    let span = parse(text)?;
    if span.get_minutes() != 0 {
        return Err(Fault::new(format!("in `{text}`, `m` means minutes, which a threshold does not accept"))
            .hint("write days: three months are 90d"));
    }
    Threshold::from_seconds(total(&span)).map_err(|_| {
        Fault::new(format!("`{text}` is longer than 400 days"))
            .hint("AWS keeps a role's last use for 400 days, and there is no evidence beyond that")
    })
}

fn parse(text: &str) -> Result<Span, Fault> {
    let text = text.trim();
    let example = "write a number and a unit, such as 90d, 12w, 36h or 1h30m";
    if text.is_empty() {
        return Err(Fault::new("a duration is missing").hint(example));
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::new(format!("`{text}` has no unit"))
            .hint(format!("for days write `{text}d`, for hours `{text}h`")));
    }
    let span: Span =
        text.parse().map_err(|_| Fault::new(format!("`{text}` is not a duration")).hint(example))?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(Fault::new(format!("`{text}` counts in months or years, which have no fixed length"))
            .hint("use days: 30d, 90d, 365d"));
    }
    if span.is_negative() {
        return Err(Fault::new(format!("`{text}` is negative")).hint(example));
    }
    if span.get_milliseconds() != 0 || span.get_microseconds() != 0 || span.get_nanoseconds() != 0 {
        return Err(Fault::new(format!("`{text}` is not a whole number of seconds")).hint(example));
    }
    Ok(span)
}

/// jiff limits every unit of a span, so the sum is far below the largest `i64`.
fn total(span: &Span) -> i64 {
    (i64::from(span.get_weeks()) * 7 + i64::from(span.get_days())) * DAY
        + i64::from(span.get_hours()) * HOUR
        + span.get_minutes() * MINUTE
        + span.get_seconds()
}

/// The shortest text of whole units for so many seconds. Reading it gives the same number.
pub(crate) fn display(seconds: i64) -> String {
    if seconds == 0 {
        return "0d".to_owned();
    }
    let mut rest = seconds;
    let mut text = String::new();
    for (unit, name) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (1, "s")] {
        if rest >= unit {
            text.push_str(&format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Result<i64, Fault> {
        parse(text).map(|span| total(&span))
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, expected) in [
            ("90d", 90 * DAY),
            ("90 days", 90 * DAY),
            (" 90d ", 90 * DAY),
            ("12w", 84 * DAY),
            ("36h", 36 * HOUR),
            ("1h30m", HOUR + 30 * MINUTE),
            ("1d 12h", DAY + 12 * HOUR),
            ("0d", 0),
            ("90s", 90),
            ("1.5h", HOUR + 30 * MINUTE),
            ("P90D", 90 * DAY),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn texts_that_are_not_durations_are_refused_with_a_remedy() {
        for (text, what) in [
            ("", "missing"),
            ("90", "no unit"),
            ("d", "not a duration"),
            ("soon", "not a duration"),
            ("90 d d", "not a duration"),
            ("3mo", "no fixed length"),
            ("1y", "no fixed length"),
            ("-90d", "negative"),
            ("90d ago", "negative"),
            ("500ms", "whole number of seconds"),
            ("0.5s", "whole number of seconds"),
            ("99999999999999999999d", "not a duration"),
        ] {
            let fault = seconds(text).unwrap_err();
            assert!(fault.what.contains(what), "{text}: {}", fault.what);
            assert!(fault.hint.is_some(), "{text}");
        }
    }

    #[test]
    fn thresholds_end_with_the_evidence() {
        assert_eq!(threshold("400d").map(Threshold::seconds), Ok(400 * DAY));
        assert_eq!(threshold("0d").map(Threshold::seconds), Ok(0));
        for (text, what) in [
            ("401d", "longer than 400 days"),
            ("400d 1s", "longer than 400 days"),
            ("58w", "longer than 400 days"),
            ("3m", "minutes"),
        ] {
            let fault = threshold(text).unwrap_err();
            assert!(fault.what.contains(what), "{text}: {}", fault.what);
            assert!(fault.hint.is_some(), "{text}");
        }
    }

    #[test]
    fn a_shown_duration_reads_back_the_same() {
        for value in
            (0..3 * DAY).step_by(977).chain([1, 59, 60, 3599, 3600, DAY, 400 * DAY, i64::from(u32::MAX)])
        {
            assert_eq!(seconds(&display(value)), Ok(value), "{value}");
        }
        assert_eq!(display(90 * DAY), "90d");
        assert_eq!(display(HOUR + 30 * MINUTE), "1h30m");
    }
}
