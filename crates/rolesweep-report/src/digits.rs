//! Numbers and instants as they are written: most cells of a table of roles are made of digits.

use std::io::Write as _;

use jiff::Timestamp;

const DAY: u64 = 86_400;

/// The first second of the year 10000, in which years take five digits and a sign.
const FOUR_DIGITS_END: u64 = 253_402_300_800;

/// Appends a number.
pub(crate) fn push_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len() - 1;
    loop {
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
        first -= 1;
    }
    out.extend_from_slice(&digits[first..]);
}

/// Appends an instant as jiff displays it: RFC 3339 in UTC, without a fraction where there is none.
pub(crate) fn push_instant(at: Timestamp, out: &mut Vec<u8>) {
    let second = u64::try_from(at.as_second()).ok().filter(|&second| second < FOUR_DIGITS_END);
    let (Some(second), 0) = (second, at.subsec_nanosecond()) else {
        // Writing to memory does not fail.
        let _ = write!(out, "{at}");
        return;
    };
    let (year, month, day) = date(second / DAY);
    let second = second % DAY;
    let mut text = *b"0000-00-00T00:00:00Z";
    for (at, number) in [
        (0, year / 100),
        (2, year % 100),
        (5, month),
        (8, day),
        (11, second / 3600),
        (14, second / 60 % 60),
        (17, second % 60),
    ] {
        text[at] += (number / 10) as u8;
        text[at + 1] += (number % 10) as u8;
    }
    out.extend_from_slice(&text);
}

/// The date of a day, counted from the first of 1970: year, month and day of the month.
///
/// Years are taken to begin in March, so that the day that some years have more is their last; 400 years have 146,097 days.
fn date(day: u64) -> (u64, u64, u64) {
    const CENTURIES: u64 = 146_097;
    let day = day + 719_468;
    let (era, day) = (day / CENTURIES, day % CENTURIES);
    let year = (day - day / 1460 + day / 36_524 - day / (CENTURIES - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day - (153 * march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant(at: Timestamp) -> String {
        let mut out = Vec::new();
        push_instant(at, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_day_is_as_jiff_has_it() {
        // From before 1970 until after 9999, each at another time of the day.
        for day in -1000..2_932_900_i64 {
            let at = Timestamp::from_second(day * 86_400 + (day * 7919).rem_euclid(86_400));
            let Ok(at) = at else { continue };
            assert_eq!(instant(at), at.to_string());
        }
    }

    proptest! {
        #[test]
        fn numbers_and_instants_are_as_they_display(
            number in any::<u64>().prop_flat_map(|most| 0..=most),
            second in Timestamp::MIN.as_second()..Timestamp::MAX.as_second(),
            parts in 0..1_000_000_000_i32,
        ) {
            let mut out = Vec::new();
            push_number(number, &mut out);
            prop_assert_eq!(out, number.to_string().into_bytes());
            for parts in [0, parts] {
                let at = Timestamp::new(second, parts).unwrap();
                prop_assert_eq!(instant(at), at.to_string());
            }
        }
    }
}
