//! Counting every call that reached the wire.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How often something was requested, and how it was answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answered as requested.
    pub ok: u64,
    /// Answered with an error.
    pub refused: u64,
    /// Throttled.
    pub throttled: u64,
    /// Not answered, or not as AWS would, because of the profile's faults.
    pub faulted: u64,
    /// The client went away before the answer.
    pub abandoned: u64,
}

/// How a call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As requested.
    Ok,
    /// With an error.
    Refused,
    /// Throttled.
    Throttled,
    /// By one of the profile's faults.
    Faulted,
    /// Not at all, because the client went away.
    Abandoned,
}

impl Tally {
    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.ok + self.refused + self.throttled + self.faulted + self.abandoned
    }

    fn add(&mut self, other: Self) {
        self.ok += other.ok;
        self.refused += other.refused;
        self.throttled += other.throttled;
        self.faulted += other.faulted;
        self.abandoned += other.abandoned;
    }

    fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Ok => &mut self.ok,
            Outcome::Refused => &mut self.refused,
            Outcome::Throttled => &mut self.throttled,
            Outcome::Faulted => &mut self.faulted,
            Outcome::Abandoned => &mut self.abandoned,
        } += 1;
    }
}

/// Every call, by operation and account.
///
/// An operation is written as the IAM action that allows it: `iam:GetRole`, `sts:AssumeRole`,
/// `organizations:ListAccounts`. Unknown operations have the name that was requested. The account
/// is the credential's. For `sts:AssumeRole` it is the account of the requested role. For an
/// unknown credential it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    by_call: BTreeMap<(String, String), Tally>,
}

impl Counts {
    /// How often this operation was called for this account.
    #[must_use]
    pub fn get(&self, operation: &str, account: &str) -> Tally {
        self.by_call.get(&(operation.to_owned(), account.to_owned())).copied().unwrap_or_default()
    }

    /// How often this operation was called, for all accounts.
    #[must_use]
    pub fn operation(&self, operation: &str) -> Tally {
        self.sum(|(known, _)| known == operation)
    }

    /// All calls.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.sum(|_| true)
    }

    /// The sums by operation, in alphabetical order.
    #[must_use]
    pub fn operations(&self) -> BTreeMap<&str, Tally> {
        let mut sums = BTreeMap::<&str, Tally>::new();
        for ((operation, _), tally) in &self.by_call {
            sums.entry(operation).or_default().add(*tally);
        }
        sums
    }

    /// Every operation, account and tally, ordered by operation and account.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, Tally)> {
        self.by_call
            .iter()
            .map(|((operation, account), tally)| (operation.as_str(), account.as_str(), *tally))
    }

    fn sum(&self, include: impl Fn(&(String, String)) -> bool) -> Tally {
        let mut sum = Tally::default();
        for (_, tally) in self.by_call.iter().filter(|(key, _)| include(key)) {
            sum.add(*tally);
        }
        sum
    }
}

/// The counts of a running simulator.
#[derive(Debug, Default)]
pub(crate) struct Counter(Mutex<Counts>);

impl Counter {
    /// Counts one call.
    pub(crate) fn count(&self, operation: &str, account: &str, outcome: Outcome) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.by_call.entry((operation.to_owned(), account.to_owned())).or_default().count(outcome);
    }

    pub(crate) fn snapshot(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the counts to zero.
    pub(crate) fn reset(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Counts::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_add_up_by_operation_and_by_account() {
        let counter = Counter::default();
        counter.count("iam:GetRole", "111111111111", Outcome::Ok);
        counter.count("iam:GetRole", "111111111111", Outcome::Refused);
        counter.count("iam:GetRole", "222222222222", Outcome::Throttled);
        counter.count("sts:AssumeRole", "222222222222", Outcome::Faulted);
        let counts = counter.snapshot();
        let none = Tally::default();
        assert_eq!(counts.get("iam:GetRole", "111111111111"), Tally { ok: 1, refused: 1, ..none });
        assert_eq!(counts.get("iam:GetRole", "333333333333"), Tally::default());
        assert_eq!(counts.operation("iam:GetRole"), Tally { ok: 1, refused: 1, throttled: 1, ..none });
        assert_eq!(counts.total().total(), 4);
        assert_eq!(counts.operations().len(), 2);
        counter.reset();
        assert_eq!(counter.snapshot(), Counts::default());
    }
}
