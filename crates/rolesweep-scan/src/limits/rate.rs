//! A low rate for calls that an account needs many of, because the account's own pipelines share
//! its IAM rate limit.

use std::time::Duration;

use tokio::time::Instant;

/// An even pace of calls below an upper limit. It is halved if AWS throttles, and raised step by
/// step while AWS answers.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    /// Calls per second.
    rate: f64,
    ceiling: f64,
    last: Option<Instant>,
    slowed: Option<Instant>,
}

/// The lowest pace, as a share of the upper limit. Occasional calls show whether the throttle is
/// over.
const FLOOR: f64 = 1.0 / 50.0;

/// The share of the upper limit that each answer adds.
const STEP: f64 = 1.0 / 20.0;

impl RateLimiter {
    /// A pace that begins at its upper limit, in calls per second.
    pub(crate) fn new(ceiling: f64) -> Self {
        Self { rate: ceiling, ceiling, last: None, slowed: None }
    }

    /// When the next call may be made. Ask for one call at a time, so that a change of the rate
    /// applies to the next call.
    pub(crate) fn turn(&mut self, now: Instant) -> Instant {
        let gap = Duration::from_secs_f64(1.0 / self.rate);
        let turn = self.last.map_or(now, |last| (last + gap).max(now));
        self.last = Some(turn);
        turn
    }

    pub(crate) fn answered(&mut self) {
        self.rate = (self.rate + self.ceiling * STEP).min(self.ceiling);
    }

    /// A call that was made at `made` was throttled. Calls that were already under way when the
    /// pace was last lowered are ignored.
    pub(crate) fn throttled(&mut self, made: Instant, now: Instant) {
        if self.slowed.is_none_or(|slowed| made >= slowed) {
            self.rate = (self.rate / 2.0).max(self.ceiling * FLOOR);
            self.slowed = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_keep_the_ceiling_and_unused_ones_are_not_saved_up() {
        let start = Instant::now();
        let mut rate = RateLimiter::new(5.0);
        let turns: Vec<u128> = (0..4).map(|_| (rate.turn(start) - start).as_millis()).collect();
        assert_eq!(turns, [0, 200, 400, 600]);
        let later = start + Duration::from_secs(60);
        assert_eq!(rate.turn(later), later);
        assert_eq!(rate.turn(later), later + Duration::from_millis(200));
    }

    #[test]
    fn a_throttle_halves_the_pace_once_and_answers_raise_it_to_the_ceiling() {
        let start = Instant::now();
        let mut rate = RateLimiter::new(8.0);
        let later = start + Duration::from_secs(1);
        rate.throttled(start, later);
        // It was made before the pace was lowered.
        rate.throttled(start, later);
        assert!((rate.rate - 4.0).abs() < 1e-9);
        rate.throttled(later, later + Duration::from_secs(1));
        assert!((rate.rate - 2.0).abs() < 1e-9);
        for _ in 0..100 {
            rate.answered();
        }
        assert!((rate.rate - 8.0).abs() < 1e-9);
    }

    #[test]
    fn the_pace_never_stops() {
        let mut now = Instant::now();
        let mut rate = RateLimiter::new(5.0);
        for _ in 0..1000 {
            now += Duration::from_secs(1);
            rate.throttled(now, now);
        }
        assert!(rate.rate >= 0.1 - 1e-9);
    }
}
