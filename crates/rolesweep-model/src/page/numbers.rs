//! Columns of numbers: seven bits in each byte, the lowest first, and a high bit that says whether
//! more follow.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::encode::DecodeError;

/// A column that is being written.
#[derive(Debug, Default, Clone)]
pub(crate) struct Numbers {
    bytes: Vec<u8>,
    /// Whether any number in it is not zero.
    tells: bool,
}

impl Numbers {
    pub(crate) fn push(&mut self, mut number: u64) {
        self.tells |= number != 0;
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Appends 0 for nothing, and the number plus one otherwise.
    pub(crate) fn push_option(&mut self, number: Option<u64>) {
        self.push(number.map_or(0, |number| number + 1));
    }

    /// Appends seconds, with a bit that says whether a fraction follows. AWS gives whole seconds.
    pub(crate) fn push_instant(&mut self, at: Timestamp) {
        let parts = at.subsec_nanosecond();
        self.push(zigzag(at.as_second()) << 1 | u64::from(parts != 0));
        if parts != 0 {
            self.push(zigzag(parts.into()));
        }
    }

    /// The column as it is stored. It has no bytes if all of it is zero.
    pub(crate) fn column(&self) -> Column<'_> {
        Column(if self.tells { &self.bytes } else { &[] })
    }

    /// The column as it is stored, always with its bytes. For a column in which the number of zeros
    /// matters.
    pub(crate) fn counted(&self) -> Column<'_> {
        Column(&self.bytes)
    }
}

/// A column as it is stored. A column without bytes is zero for every role. A record also has such
/// a column if its writer did not know the column.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Column<'a>(#[serde(borrow)] &'a [u8]);

impl Serialize for Column<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'a> Column<'a> {
    pub(crate) fn read(self) -> Cursor<'a> {
        Cursor { rest: self.0, is_zero: self.0.is_empty() }
    }

    /// A column of bytes that are no numbers.
    pub(crate) fn bytes(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn into_bytes(self) -> &'a [u8] {
        self.0
    }
}

/// A column that is being read.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    is_zero: bool,
}

impl Cursor<'_> {
    pub(crate) fn next(&mut self) -> Result<u64, DecodeError> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            [] if self.is_zero => Ok(0),
            _ => self.next_long(),
        }
    }

    #[inline(never)]
    fn next_long(&mut self) -> Result<u64, DecodeError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte, rest @ ..] = self.rest else { break };
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if *byte < 0x80 {
                return Ok(number);
            }
        }
        Err(DecodeError::Page("a column has no number where one should be"))
    }

    pub(crate) fn next_option(&mut self) -> Result<Option<u64>, DecodeError> {
        Ok(self.next()?.checked_sub(1))
    }

    pub(crate) fn next_instant(&mut self) -> Result<Timestamp, DecodeError> {
        let number = self.next()?;
        let parts = if number & 1 == 1 { i32::try_from(unzigzag(self.next()?)).ok() } else { Some(0) };
        parts
            .and_then(|parts| Timestamp::new(unzigzag(number >> 1), parts).ok())
            .ok_or(DecodeError::Page("an instant is out of range"))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Small numbers for small distances from zero, on either side.
fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_and_instants_survive(
            numbers in proptest::collection::vec(any::<u64>().prop_flat_map(|most| 0..=most), 1..20),
            second in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(),
            parts in -999_999_999..=999_999_999_i32,
        ) {
            let mut column = Numbers::default();
            numbers.iter().for_each(|&number| column.push(number));
            let at = Timestamp::new(second, 0).unwrap();
            let fine = Timestamp::new(second, parts).unwrap_or(at);
            column.push_instant(at);
            column.push_instant(fine);
            column.push_option(Some(u64::from(u32::MAX)));
            let mut cursor = column.column().read();
            for number in numbers {
                prop_assert_eq!(cursor.next().unwrap(), number);
            }
            prop_assert_eq!(cursor.next_instant().unwrap(), at);
            prop_assert_eq!(cursor.next_instant().unwrap(), fine);
            prop_assert_eq!(cursor.next_option().unwrap(), Some(u64::from(u32::MAX)));
            prop_assert!(cursor.is_empty() && cursor.next().is_err());
        }
    }

    #[test]
    fn a_column_of_zeros_takes_no_bytes_and_gives_any_number_of_zeros() {
        let mut column = Numbers::default();
        (0..100).for_each(|_| column.push_option(None));
        assert!(column.column().0.is_empty());
        let mut cursor = column.column().read();
        assert!((0..1000).all(|_| cursor.next_option().unwrap().is_none()));
    }

    #[test]
    fn numbers_that_are_cut_off_or_too_large_are_refused() {
        for bytes in
            [&[0x80][..], &[0xff; 9], &[0xff; 11], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]]
        {
            assert!(Column(bytes).read().next().is_err(), "{bytes:x?}");
        }
    }
}
