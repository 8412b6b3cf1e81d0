//! The limits of a scan: how many accounts at a time, how much memory, how fast, how long, how many
//! attempts.

pub(crate) mod memory;
pub(crate) mod rate;
pub(crate) mod retried_calls;
pub(crate) mod retry_policy;
pub(crate) mod time_budget;

use std::num::NonZeroUsize;
use std::time::Duration;

/// The limits of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// How many accounts are called at the same time. The same number again may wait for the sink.
    pub concurrency: NonZeroUsize,
    /// How many roles and customer-managed policies a page should hold, from 1 to 1000 (AWS's
    /// limit). AWS may return fewer.
    pub page_size: u16,
    /// The upper limit for single-role calls, in calls per second and account.
    pub max_iam_rate: f64,
    /// How many bytes of pages may be between AWS and the sink. An answer counts twice its length
    /// while it is read, and after that its facts count their
    /// [`RolePage::weight`](rolesweep_model::RolePage::weight). One page is accepted whatever its
    /// size.
    pub memory: usize,
    /// How long the body of one page may take. Waiting for memory does not count.
    pub body_timeout: Duration,
    /// How long one account may take before it fails.
    pub account_budget: Duration,
    /// How long accounts under way may continue once the scan is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrency: NonZeroUsize::new(64).unwrap_or(NonZeroUsize::MIN),
            page_size: 200,
            max_iam_rate: 5.0,
            memory: 48 << 20,
            body_timeout: Duration::from_secs(2 * 60),
            account_budget: Duration::from_secs(10 * 60),
            grace: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// The limits, with each value moved into the range that AWS and the engine support.
    pub(crate) fn within_range(mut self) -> Self {
        self.page_size = self.page_size.clamp(1, 1000);
        self.max_iam_rate = if self.max_iam_rate.is_finite() {
            self.max_iam_rate.clamp(0.05, 1000.0)
        } else {
            Self::default().max_iam_rate
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_out_of_range_are_pulled_in() {
        let limits = Limits { page_size: 0, max_iam_rate: f64::NAN, ..Limits::default() }.within_range();
        assert_eq!(limits.page_size, 1);
        assert!((limits.max_iam_rate - 5.0).abs() < f64::EPSILON);
    }
}
