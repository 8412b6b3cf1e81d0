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
    let seconds = total(&parse(text, |text| within(text, (min, max)).map(drop))?);
    match u64::try_from(seconds) {
        Ok(whole) if (min..=max).contains(&seconds) => Ok(Duration::from_secs(whole)),
        _ => Err(Fault::new(
            format!("`{text}` is out of range"),
            format!("write a duration from {} to {}", display(min), display(max)),
        )),
    }
}

/// A threshold. It does not exceed what IAM keeps, and has no minutes, because people who write `m`
/// mean months.
pub(crate) fn threshold(text: &str) -> Result<Threshold, Fault> {
    let span = parse(text, |text| threshold(text).map(drop))?;
    if span.get_minutes() != 0 {
        return Err(Fault::new(
            format!("in `{text}`, `m` means minutes, which a threshold does not accept"),
            "write days: three months are 90d",
        ));
    }
    Threshold::from_seconds(total(&span)).map_err(|_| {
        Fault::new(
            format!("`{text}` is longer than 400 days"),
            "write at most 400d: AWS keeps a role's last use for 400 days",
        )
    })
}

/// Reads a duration. `accepts` says which units may be proposed for a number without one.
fn parse(text: &str, accepts: impl Fn(&str) -> Result<(), Fault>) -> Result<Span, Fault> {
    let text = text.trim();
    let example = "write a number and a unit, such as 90d, 12w, 36h or 1h30m";
    if text.is_empty() {
        return Err(Fault::new("a duration is missing", example));
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::new(format!("`{text}` has no unit"), with_a_unit(text, accepts)));
    }
    let span: Span = text.parse().map_err(|_| Fault::new(format!("`{text}` is not a duration"), example))?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(Fault::new(
            format!("`{text}` counts in months or years, which have no fixed length"),
            "use days: 30d, 90d, 365d",
        ));
    }
    if span.is_negative() {
        return Err(Fault::new(format!("`{text}` is negative"), example));
    }
    if span.get_milliseconds() != 0 || span.get_microseconds() != 0 || span.get_nanoseconds() != 0 {
        return Err(Fault::new(format!("`{text}` is not a whole number of seconds"), example));
    }
    Ok(span)
}

/// What a number without a unit may mean. The first two units that are accepted are proposed.
fn with_a_unit(number: &str, accepts: impl Fn(&str) -> Result<(), Fault>) -> String {
    let units = [('d', "days"), ('h', "hours"), ('m', "minutes"), ('s', "seconds")];
    let accepted = units.iter().filter(|(unit, _)| accepts(&format!("{number}{unit}")).is_ok());
    let meant: Vec<String> =
        accepted.take(2).map(|(unit, name)| format!("`{number}{unit}` for {name}")).collect();
    match accepts(&format!("{number}d")) {
        Err(fault) if meant.is_empty() => fault.help,
        _ => format!("write {}", meant.join(" or ")),
    }
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
        parse(text, |_| Ok(())).map(|span| total(&span))
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
    fn texts_that_are_not_durations_are_refused() {
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
        }
    }

    #[test]
    fn a_number_without_a_unit_is_proposed_only_with_units_that_are_accepted() {
        for (text, help) in [
            ("90", "write `90d` for days or `90h` for hours"),
            ("9000", "write `9000h` for hours or `9000s` for seconds"),
            ("99999999999", "write a number and a unit, such as 90d, 12w, 36h or 1h30m"),
        ] {
            assert_eq!(threshold(text).unwrap_err().help, help, "{text}");
        }
        let session = (900, 43_200);
        assert_eq!(within("3600", session).unwrap_err().help, "write `3600s` for seconds");
        assert_eq!(within("0", session).unwrap_err().help, "write a duration from 15m to 12h");
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
