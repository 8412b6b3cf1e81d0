//! How a running simulator behaves, by its profile: what each call takes, whether there is a token for it, and what goes wrong.

mod bucket;
pub(crate) mod spoil;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::dispatch::Service;
use crate::profile::{Cause, Expectation, Faults, Latencies, Profile, Strike};
use crate::world::World;
use bucket::Buckets;

/// The behaviour of one simulator.
#[derive(Debug)]
pub(crate) struct Conduct {
    profile: Profile,
    buckets: Buckets,
    history: Mutex<HashMap<String, History>>,
    // Whoever calls from an account keeps it open.
    callers: HashSet<String>,
}

/// What happened to an account so far.
#[derive(Debug, Default)]
struct History {
    calls: u32,
    sessions: u32,
    operations: HashMap<String, Run>,
}

/// How often an operation was called for an account, and how many of the last calls went wrong without a good one between.
#[derive(Debug, Default, Clone, Copy)]
struct Run {
    calls: u32,
    in_a_row: u32,
}

/// A call whose credentials were accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) service: Service,
    /// The operation as an IAM action.
    pub(crate) operation: &'a str,
    /// The account whose credentials these are.
    pub(crate) payer: &'a str,
    /// The account that it is about.
    pub(crate) account: &'a str,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is answered.
    Answer,
    /// There is no token for it.
    Throttle,
    /// The account is closed; with `true`, its sessions are denied everything.
    Closed(bool),
    /// Something goes wrong with it.
    Strike(Strike),
}

impl Conduct {
    pub(crate) fn new(profile: Profile, world: &World) -> Self {
        Self {
            profile,
            buckets: Buckets::default(),
            history: Mutex::default(),
            callers: world.organization.callers.iter().map(|caller| caller.account.clone()).collect(),
        }
    }

    /// Decides about a call, and how long it takes until it is answered. `roles` tells how many there will be on the page.
    pub(crate) fn decide(
        &self,
        asked: Asked<'_>,
        roles: impl FnOnce() -> usize,
        now: Instant,
    ) -> (Verdict, Duration) {
        if let Some(limit) = self.profile.limit(asked.operation)
            && !self.buckets.take(limit, asked.payer, now)
        {
            return (Verdict::Throttle, self.profile.throttled_latency());
        }
        let verdict = match &self.profile.faults {
            Some(faults) => self.misfortune(faults, asked),
            None => Verdict::Answer,
        };
        if self.profile.latencies == Latencies::NONE {
            return (verdict, Duration::ZERO);
        }
        (verdict, self.profile.latency(asked.operation, roles()))
    }

    /// For how long answers hang that hang.
    pub(crate) fn hang(&self) -> Duration {
        self.profile.faults.map_or(Duration::ZERO, |faults| faults.hang)
    }

    /// What a scan can make of an account.
    pub(crate) fn expected(&self, account: &str) -> Expectation {
        match self.lasting(account) {
            None => Expectation::Complete,
            Some(_) => self.profile.expected(account),
        }
    }

    /// What is wrong with an account for good.
    pub(crate) fn lasting(&self, account: &str) -> Option<Cause> {
        self.profile
            .faults?
            .lasting(account)
            .filter(|&cause| cause != Cause::Closed || !self.callers.contains(account))
    }

    /// Whether a role is gone when it is asked for by name.
    pub(crate) fn deleted(&self, account: &str, role: &str) -> bool {
        self.profile.faults.is_some_and(|faults| faults.deleted(account, role))
    }

    /// After how many calls the next session of an account ends, if it ends before its time.
    pub(crate) fn session_calls(&self, account: &str) -> Option<u64> {
        let faults = self.profile.faults?;
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let history = history.entry(account.to_owned()).or_default();
        history.sessions += 1;
        faults.session_calls(account, history.sessions - 1)
    }

    fn misfortune(&self, faults: &Faults, asked: Asked<'_>) -> Verdict {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let history = history.entry(asked.account.to_owned()).or_default();
        let reads_account = asked.service == Service::Iam || asked.operation == "sts:AssumeRole";
        if reads_account && self.lasting(asked.account) == Some(Cause::Closed) {
            history.calls += 1;
            if history.calls > faults.closed_after(asked.account) {
                return Verdict::Closed(faults.closed_denies(asked.account));
            }
        }
        let run = history.operations.entry(asked.operation.to_owned()).or_default();
        let ordinal = run.calls;
        run.calls += 1;
        match faults.fleeting(asked.operation, asked.account, ordinal) {
            Some(strike) if run.in_a_row < faults.most_in_a_row => {
                run.in_a_row += 1;
                Verdict::Strike(strike)
            }
            _ => {
                run.in_a_row = 0;
                Verdict::Answer
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Chances;
    use crate::testing::spec;

    fn conduct(faults: Faults) -> Conduct {
        let profile = Profile { faults: Some(faults), ..Profile::instant() };
        Conduct::new(profile, &spec().build().unwrap())
    }

    fn asked<'a>(operation: &'a str, account: &'a str) -> Asked<'a> {
        let service = if operation.starts_with("sts:") { Service::Sts } else { Service::Iam };
        Asked { service, operation, payer: account, account }
    }

    fn verdicts(conduct: &Conduct, operation: &str, account: &str, calls: usize) -> Vec<Verdict> {
        (0..calls).map(|_| conduct.decide(asked(operation, account), || 0, Instant::now()).0).collect()
    }

    #[test]
    fn what_happens_to_an_account_does_not_depend_on_the_others() {
        let (one, two) = (conduct(Faults::hostile(3)), conduct(Faults::hostile(3)));
        let expected = verdicts(&one, "iam:GetRole", "333333333333", 100);
        let mut found = Vec::new();
        for _ in 0..100 {
            verdicts(&two, "iam:GetRole", "444444444444", 2);
            verdicts(&two, "iam:ListRoles", "333333333333", 1);
            found.extend(verdicts(&two, "iam:GetRole", "333333333333", 1));
        }
        assert_eq!(found, expected);
        assert_ne!(verdicts(&conduct(Faults::hostile(4)), "iam:GetRole", "333333333333", 100), expected);
    }

    #[test]
    fn never_more_go_wrong_in_a_row_than_allowed() {
        let chances = Chances { reset: 900, ..Chances::NONE };
        let verdicts =
            verdicts(&conduct(Faults { chances, ..Faults::hostile(3) }), "iam:GetRole", "333333333333", 300);
        let good = verdicts.iter().filter(|verdict| **verdict == Verdict::Answer).count();
        assert!((100..140).contains(&good), "{good}");
        assert!(verdicts.windows(3).all(|three| three.contains(&Verdict::Answer)));
    }

    #[test]
    fn a_closed_account_stays_closed_and_a_callers_is_never_closed() {
        let chances = Chances { closed: 1000, ..Chances::NONE };
        let conduct = conduct(Faults { chances, ..Faults::hostile(3) });
        let (account, own) = ("333333333333", crate::OrganizationSpec::SECURITY);
        let mut found = verdicts(&conduct, "sts:AssumeRole", account, 1);
        found.extend(verdicts(&conduct, "iam:ListRoles", account, 9));
        let open = found.iter().take_while(|verdict| **verdict == Verdict::Answer).count();
        assert!(open < 4);
        assert!(found[open..].iter().all(|verdict| matches!(verdict, Verdict::Closed(_))));
        assert_eq!(conduct.expected(account), Expectation::MayFail(&[Cause::Closed]));
        assert!(
            verdicts(&conduct, "iam:ListRoles", own, 9).iter().all(|verdict| *verdict == Verdict::Answer)
        );
        assert_eq!(conduct.expected(own), Expectation::Complete);
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_calls_are_answered_early_and_take_no_turn() {
        let conduct = Conduct::new(Profile::aws_like(), &spec().build().unwrap());
        let decide = |operation| conduct.decide(asked(operation, "333333333333"), || 200, Instant::now());
        for _ in 0..10 {
            let found = decide("iam:GetAccountAuthorizationDetails");
            assert_eq!(found, (Verdict::Answer, Duration::from_millis(500)));
        }
        assert_eq!(
            decide("iam:GetAccountAuthorizationDetails"),
            (Verdict::Throttle, Duration::from_millis(10))
        );
        assert_eq!(decide("iam:CreateRole"), (Verdict::Answer, Duration::ZERO));
        tokio::time::advance(Duration::from_millis(200)).await;
        assert_eq!(decide("iam:GetAccountAuthorizationDetails").0, Verdict::Answer);
    }
}
