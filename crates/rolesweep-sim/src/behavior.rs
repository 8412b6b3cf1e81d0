//! The behaviour of a running simulator, by its profile: how long each call takes, whether it is
//! throttled, and what goes wrong.

mod token_bucket;

use std::time::Duration;

use tokio::time::Instant;

use crate::dispatch::Service;
use crate::faults::{InjectedFault, Injection};
use crate::profile::{Latencies, Profile};
use crate::world::World;
use token_bucket::Buckets;

/// The behaviour of one simulator.
#[derive(Debug)]
pub(crate) struct Behavior {
    profile: Profile,
    buckets: Buckets,
    pub(crate) injection: Injection,
}

/// A call whose credentials were accepted.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "faults"), expect(dead_code, reason = "faults choose by all of it"))]
pub(crate) struct Asked<'a> {
    pub(crate) service: Service,
    /// The operation as an IAM action.
    pub(crate) operation: &'a str,
    /// The account that the credentials belong to.
    pub(crate) payer: &'a str,
    /// The account that the call is about.
    pub(crate) account: &'a str,
    /// The role that the call names; empty if it names none.
    pub(crate) role: &'a str,
}

/// The decision about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is answered.
    Answer,
    /// It is throttled.
    Throttle,
    /// A fault is injected.
    Inject(InjectedFault),
}

impl Behavior {
    pub(crate) fn new(profile: Profile, world: &World) -> Self {
        let callers = world.organization.callers.iter().map(|caller| caller.account.clone()).collect();
        Self { profile, buckets: Buckets::default(), injection: Injection::new(profile.faults, callers) }
    }

    /// Decides about a call, and how long its answer takes. `roles` says how many roles will be on
    /// the page.
    pub(crate) fn decide(
        &self,
        asked: Asked<'_>,
        roles: impl FnOnce() -> usize,
        now: Instant,
    ) -> (Decision, Duration) {
        if let Some(limit) = self.profile.limit(asked.operation)
            && !self.buckets.take(limit, asked.payer, now)
        {
            return (Decision::Throttle, self.profile.throttled_latency());
        }
        let fault = self.injection.decide(asked);
        let mut takes = fault.map_or(Duration::ZERO, InjectedFault::hang);
        if self.profile.latencies != Latencies::NONE {
            takes += self.profile.latency(asked.operation, roles());
        }
        (fault.map_or(Decision::Answer, Decision::Inject), takes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::spec;

    fn asked<'a>(operation: &'a str, account: &'a str) -> Asked<'a> {
        Asked { service: Service::Iam, operation, payer: account, account, role: "" }
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_calls_are_answered_early_and_take_no_turn() {
        let behavior = Behavior::new(Profile::aws_like(), &spec().build().unwrap());
        let decide = |operation| behavior.decide(asked(operation, "333333333333"), || 200, Instant::now());
        for _ in 0..10 {
            let found = decide("iam:GetAccountAuthorizationDetails");
            assert_eq!(found, (Decision::Answer, Duration::from_millis(500)));
        }
        assert_eq!(
            decide("iam:GetAccountAuthorizationDetails"),
            (Decision::Throttle, Duration::from_millis(10))
        );
        assert_eq!(decide("iam:CreateRole"), (Decision::Answer, Duration::ZERO));
        tokio::time::advance(Duration::from_millis(200)).await;
        assert_eq!(decide("iam:GetAccountAuthorizationDetails").0, Decision::Answer);
    }
}
