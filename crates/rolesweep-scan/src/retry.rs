//! When a failed call is made again, and after what wait.
//!
//! The SDK has made its own standard retries by the time that an error arrives here: what is left are long throttles and outages.

use std::time::Duration;

use crate::ports::ErrorKind;

/// Passing causes are tried this often in all before they count as lasting.
const TRANSIENT_TRIES: u32 = 8;

/// The same for a scan's very first calls, which a person waits for: more likely than an outage is a way to AWS that is not there.
const FIRST_TRIES: u32 = 3;

/// An answer that could not be read may have been cut off on the way; one that stays unreadable is a fact.
const MALFORMED_TRIES: u32 = 3;

/// The first wait's ceiling, and how far it grows.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// How often one call has failed.
#[derive(Debug)]
pub(crate) struct Tries {
    throttled: u32,
    transient: u32,
    malformed: u32,
    transient_tries: u32,
}

impl Default for Tries {
    fn default() -> Self {
        Self { throttled: 0, transient: 0, malformed: 0, transient_tries: TRANSIENT_TRIES }
    }
}

impl Tries {
    /// Those of a scan's first calls.
    pub(crate) fn of_the_first_calls() -> Self {
        Self { transient_tries: FIRST_TRIES, ..Self::default() }
    }

    /// The ceiling of the wait before the call is made again; `None` where it is not. Throttles have no limit of their own: the
    /// caller's budget of time is theirs.
    pub(crate) fn again(&mut self, kind: ErrorKind) -> Option<Duration> {
        let (failures, limit) = match kind {
            ErrorKind::Throttled => (&mut self.throttled, u32::MAX),
            ErrorKind::Transient => (&mut self.transient, self.transient_tries),
            ErrorKind::Malformed | ErrorKind::Foreign => (&mut self.malformed, MALFORMED_TRIES),
            ErrorKind::Denied
            | ErrorKind::Expired
            | ErrorKind::Gone
            | ErrorKind::Refused
            | ErrorKind::NoCredentials => return None,
        };
        *failures = failures.saturating_add(1);
        if *failures >= limit {
            return None;
        }
        let doublings = (*failures - 1).min(16);
        Some(FIRST.saturating_mul(1 << doublings).min(LONGEST))
    }
}

/// Randomness for waits, the same for the same seed. It spreads callers over time and keeps no secret.
#[derive(Debug, Clone)]
pub(crate) struct Jitter(u64);

impl Jitter {
    /// A stream of its own for each seed.
    pub(crate) fn new(seed: &[&str]) -> Self {
        // FNV-1a.
        let state =
            seed.iter().flat_map(|part| part.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        Self(state)
    }

    /// "Full jitter": anything from nothing up to the ceiling, which spreads a crowd best.
    pub(crate) fn up_to(&mut self, ceiling: Duration) -> Duration {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let nanos = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
        let scaled = (u128::from(mixed) * u128::from(nanos)) >> 64;
        Duration::from_nanos(u64::try_from(scaled).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_double_up_to_a_ceiling() {
        let mut tries = Tries::default();
        let waits: Vec<u128> =
            (0..9).filter_map(|_| tries.again(ErrorKind::Throttled)).map(|wait| wait.as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn each_kind_of_failure_is_tried_as_often_as_it_may_help() {
        for (kind, calls) in [
            (ErrorKind::Transient, 8),
            (ErrorKind::Malformed, 3),
            (ErrorKind::Foreign, 3),
            (ErrorKind::Denied, 1),
            (ErrorKind::Gone, 1),
            (ErrorKind::Refused, 1),
            (ErrorKind::NoCredentials, 1),
        ] {
            let mut tries = Tries::default();
            let again = std::iter::from_fn(|| tries.again(kind)).count();
            assert_eq!(again + 1, calls, "{kind:?}");
        }
        let mut tries = Tries::of_the_first_calls();
        assert_eq!(std::iter::from_fn(|| tries.again(ErrorKind::Transient)).count() + 1, 3);
        let mut tries = Tries::default();
        assert!((0..10_000).all(|_| tries.again(ErrorKind::Throttled).is_some()));
    }

    #[test]
    fn seeds_give_streams_of_their_own() {
        let stream = |seed: &[&str]| {
            let mut jitter = Jitter::new(seed);
            [(); 4].map(|()| jitter.up_to(LONGEST))
        };
        assert_eq!(stream(&["scan", "1"]), stream(&["scan", "1"]));
        assert_ne!(stream(&["scan", "1"]), stream(&["scan", "2"]));
    }

    proptest! {
        #[test]
        fn no_wait_exceeds_its_ceiling(seed in ".*", millis in 0u64..100_000) {
            let ceiling = Duration::from_millis(millis);
            let mut jitter = Jitter::new(&[&seed]);
            for _ in 0..20 {
                prop_assert!(jitter.up_to(ceiling) <= ceiling);
            }
        }
    }
}
