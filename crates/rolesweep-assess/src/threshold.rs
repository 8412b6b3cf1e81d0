//! How long a role may be idle.

use serde::Serialize;

use crate::time::{DAY, TRACKING_WINDOW};

/// How long a role may be idle, in whole seconds. At most AWS's tracking window, because there is
/// no evidence beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Threshold(i64);

/// Why a span cannot be a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// It is negative.
    #[error("a threshold cannot be negative")]
    Negative,
    /// It is longer than AWS's tracking window.
    #[error("a threshold above 400 days cannot be decided: AWS keeps a role's last use for 400 days")]
    BeyondEvidence,
}

impl Threshold {
    /// 90 days: the threshold unless somebody sets another.
    pub const DEFAULT: Self = Self(90 * DAY);

    /// A threshold of so many seconds.
    ///
    /// # Errors
    /// If the number is negative, or more than 400 days.
    pub fn from_seconds(seconds: i64) -> Result<Self, ThresholdError> {
        match seconds {
            ..0 => Err(ThresholdError::Negative),
            0..=TRACKING_WINDOW => Ok(Self(seconds)),
            _ => Err(ThresholdError::BeyondEvidence),
        }
    }

    /// Its length in seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// Its length in days, rounded down.
    #[must_use]
    pub fn days(self) -> i64 {
        self.0 / DAY
    }
}

impl Default for Threshold {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_lie_between_nothing_and_the_tracking_window() {
        assert_eq!(Threshold::from_seconds(0).unwrap().seconds(), 0);
        assert_eq!(Threshold::from_seconds(400 * DAY).unwrap().days(), 400);
        assert_eq!(Threshold::from_seconds(400 * DAY + 1), Err(ThresholdError::BeyondEvidence));
        assert_eq!(Threshold::from_seconds(-1), Err(ThresholdError::Negative));
        assert_eq!(Threshold::from_seconds(i64::MAX), Err(ThresholdError::BeyondEvidence));
        assert_eq!(Threshold::default().days(), 90);
        assert_eq!(Threshold::from_seconds(2 * DAY - 1).unwrap().days(), 1);
    }
}
