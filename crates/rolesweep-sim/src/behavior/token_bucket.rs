//! Token buckets.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::profile::{Limit, Scope};

/// The buckets in use, by their limit's name and owner.
#[derive(Debug, Default)]
pub(crate) struct Buckets(Mutex<HashMap<(&'static str, String), Bucket>>);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// A token that is short by this little still counts: a rate like 600/s cannot be added up exactly.
const ROUNDING: f64 = 1e-6;

impl Buckets {
    /// Takes a token for a call with credentials of this account; `false` if there is none.
    pub(crate) fn take(&self, limit: &Limit, account: &str, now: Instant) -> bool {
        let whose = match limit.scope {
            // IAM charges the account of the credential. For a role's session, this is the role's
            // account.
            Scope::CallerAccount | Scope::TargetAccount => account,
            Scope::Organization => "",
        };
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = f64::from(limit.burst);
        let bucket =
            buckets.entry((limit.name, whose.to_owned())).or_insert(Bucket { tokens: full, at: now });
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * limit.per_second).min(full);
        bucket.at = bucket.at.max(now);
        let is_there = bucket.tokens >= 1.0 - ROUNDING;
        if is_there {
            bucket.tokens -= 1.0;
        }
        is_there
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::profile::{AUTHORIZATION_DETAILS, GET_ROLE, ORGANIZATIONS, STS};

    async fn taken(buckets: &Buckets, limit: &Limit, account: &str, calls: u32, every: Duration) -> u32 {
        let mut taken = 0;
        for _ in 0..calls {
            taken += u32::from(buckets.take(limit, account, Instant::now()));
            tokio::time::advance(every).await;
        }
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_taken_at_once_and_then_the_steady_rate() {
        let buckets = Buckets::default();
        assert_eq!(taken(&buckets, &AUTHORIZATION_DETAILS, "a", 25, Duration::ZERO).await, 10);
        // Ten seconds of asking twenty times a second, at five a second.
        assert_eq!(taken(&buckets, &AUTHORIZATION_DETAILS, "a", 200, Duration::from_millis(50)).await, 49);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(taken(&buckets, &AUTHORIZATION_DETAILS, "a", 25, Duration::ZERO).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_keeps_to_the_rate_is_never_throttled() {
        for (limit, every) in [
            (ORGANIZATIONS, Duration::from_millis(100)),
            (AUTHORIZATION_DETAILS, Duration::from_millis(200)),
            (GET_ROLE, Duration::from_nanos(66_666_667)),
            (STS, Duration::from_nanos(1_666_667)),
        ] {
            assert_eq!(taken(&Buckets::default(), &limit, "a", 3000, every).await, 3000, "{}", limit.name);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_have_buckets_of_their_own_and_the_organization_has_one() {
        let buckets = Buckets::default();
        assert_eq!(taken(&buckets, &GET_ROLE, "a", 20, Duration::ZERO).await, 15);
        assert_eq!(taken(&buckets, &GET_ROLE, "b", 20, Duration::ZERO).await, 15);
        assert_eq!(taken(&buckets, &AUTHORIZATION_DETAILS, "a", 20, Duration::ZERO).await, 10);
        assert_eq!(taken(&buckets, &ORGANIZATIONS, "a", 15, Duration::ZERO).await, 15);
        assert_eq!(taken(&buckets, &ORGANIZATIONS, "b", 15, Duration::ZERO).await, 5);
    }
}
