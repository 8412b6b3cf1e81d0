//! Decides when a failed call is made again, and after what wait.
//!
//! The SDK has made its own standard retries before an error arrives here. Only long throttles and
//! outages are left.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use crate::ports::ErrorKind;

/// How many times in all a call is made if its failure may pass.
const TRANSIENT_TRIES: u32 = 8;

/// The same for a scan's first calls. A person waits for these, and a missing connection to AWS is
/// more likely than an outage.
const FIRST_TRIES: u32 = 3;

/// How many times a call is made if its answer cannot be read. The answer may have been cut off on
/// the way, but not this many times.
const MALFORMED_TRIES: u32 = 3;

/// The first wait's upper limit, and the limit to which it grows.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// How often one call has failed.
#[derive(Debug)]
pub(crate) struct Attempts {
    throttled: u32,
    transient: u32,
    malformed: u32,
    transient_tries: u32,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { throttled: 0, transient: 0, malformed: 0, transient_tries: TRANSIENT_TRIES }
    }
}

impl Attempts {
    /// Those of a scan's first calls.
    pub(crate) fn of_the_first_calls() -> Self {
        Self { transient_tries: FIRST_TRIES, ..Self::default() }
    }

    /// The upper limit of the wait before the next attempt; `None` if there is none. Throttles are
    /// limited only by the caller's time budget.
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

/// Random numbers for waits, the same for the same seed. They spread callers over time and need not
/// be secret.
#[derive(Debug, Clone)]
pub(crate) struct Jitter(fastrand::Rng);

impl Jitter {
    /// Each seed has its own numbers.
    pub(crate) fn new(seed: &[&str]) -> Self {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        Self(fastrand::Rng::with_seed(hasher.finish()))
    }

    /// "Full jitter": anything from zero up to the limit, which spreads many callers best.
    pub(crate) fn up_to(&mut self, ceiling: Duration) -> Duration {
        ceiling.mul_f64(self.0.f64())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_double_up_to_a_ceiling() {
        let mut attempts = Attempts::default();
        let waits: Vec<u128> = (0..9)
            .filter_map(|_| attempts.again(ErrorKind::Throttled))
            .map(|wait| wait.as_millis())
            .collect();
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
            let mut attempts = Attempts::default();
            let again = std::iter::from_fn(|| attempts.again(kind)).count();
            assert_eq!(again + 1, calls, "{kind:?}");
        }
        let mut attempts = Attempts::of_the_first_calls();
        assert_eq!(std::iter::from_fn(|| attempts.again(ErrorKind::Transient)).count() + 1, 3);
        let mut attempts = Attempts::default();
        assert!((0..10_000).all(|_| attempts.again(ErrorKind::Throttled).is_some()));
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
