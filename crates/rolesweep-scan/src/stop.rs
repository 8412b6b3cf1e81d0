//! Stops a scan in two steps: wind down first, then end at once.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// A handle to stop a scan. Clones stop the same scan.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    drain: CancellationToken,
    abort: CancellationToken,
    reason: Arc<OnceLock<String>>,
}

impl Stop {
    /// A handle that has stopped nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Winds the scan down: no new accounts start, and those under way get the plan's grace and are
    /// then cut off. The first reason counts. It reads well after "interrupted:".
    pub fn drain(&self, reason: impl Into<String>) {
        // A second caller's reason changes nothing.
        let _ = self.reason.set(reason.into());
        self.drain.cancel();
    }

    /// Ends the scan at once, with [`ScanError::Aborted`](crate::ScanError::Aborted).
    pub fn abort(&self) {
        self.abort.cancel();
    }

    /// Whether the scan was told to wind down.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.drain.is_cancelled()
    }

    /// Whether the scan was told to end at once.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.abort.is_cancelled()
    }

    /// Completes with the reason when the scan is told to wind down.
    pub async fn draining(&self) -> String {
        self.drain.cancelled().await;
        self.reason.get().cloned().unwrap_or_default()
    }

    /// Completes when the scan is told to end at once.
    pub async fn aborted(&self) {
        self.abort.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_to_wind_down_counts() {
        let stop = Stop::new();
        let other = stop.clone();
        other.drain("first");
        stop.drain("second");
        assert_eq!(stop.draining().await, "first");
        assert!(!stop.is_aborted());
    }
}
