//! Decides which calls and accounts get which fault. Everything follows from a seed.

use std::fmt;
use std::time::Duration;

use crate::hash::Hash;

/// How often things go wrong, per 1,000 calls unless stated otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chances {
    /// Throttled, although the bucket has tokens.
    pub throttle: u16,
    /// Status 500 with AWS's error.
    pub internal: u16,
    /// Status 503 with AWS's error.
    pub unavailable: u16,
    /// Status 500, 502, 503 or 504 with a page of HTML, as a proxy sends it.
    pub gateway: u16,
    /// The connection ends before the answer, by a close or by a reset.
    pub reset: u16,
    /// The connection ends inside the body, which is shorter than its Content-Length.
    pub cut: u16,
    /// Status 200 with the first part of the body, and a Content-Length that fits it.
    pub truncated: u16,
    /// Status 200 with a whole body that is not valid XML or JSON.
    pub malformed: u16,
    /// The answer comes after [`Faults::hang`].
    pub hang: u16,
    /// The body stalls in the middle for [`Faults::hang`].
    pub stall: u16,
    /// The request is refused because of the clock.
    pub skew: u16,
    /// Per 1,000 accounts: lists continue at a marker that was used before.
    pub repeated_marker: u16,
    /// Per 1,000 accounts: lists continue, but give no marker.
    pub missing_marker: u16,
    /// Per 1,000 accounts: closed while they are read.
    pub closed: u16,
    /// Per 1,000 accounts: the first session ends after one or two pages.
    pub expiring: u16,
    /// Per 1,000 roles: deleted after they were listed, so GetRole does not find them.
    pub deleted: u16,
}

impl Chances {
    /// Nothing goes wrong.
    pub const NONE: Self = Self {
        throttle: 0,
        internal: 0,
        unavailable: 0,
        gateway: 0,
        reset: 0,
        cut: 0,
        truncated: 0,
        malformed: 0,
        hang: 0,
        stall: 0,
        skew: 0,
        repeated_marker: 0,
        missing_marker: 0,
        closed: 0,
        expiring: 0,
        deleted: 0,
    };

    /// The chances of the hostile profile: about every fifth call and every fifth account. All are
    /// assumptions.
    pub const HOSTILE: Self = Self {
        throttle: 50,
        internal: 20,
        unavailable: 20,
        gateway: 20,
        reset: 25,
        cut: 25,
        truncated: 20,
        malformed: 20,
        hang: 2,
        stall: 2,
        skew: 10,
        repeated_marker: 60,
        missing_marker: 60,
        closed: 60,
        expiring: 200,
        deleted: 30,
    };

    fn of_call(&self) -> [(u16, FaultKind); 11] {
        [
            (self.throttle, FaultKind::Throttle),
            (self.internal, FaultKind::Internal),
            (self.unavailable, FaultKind::Unavailable),
            (self.gateway, FaultKind::Gateway),
            (self.reset, FaultKind::Reset),
            (self.cut, FaultKind::Cut),
            (self.truncated, FaultKind::Truncated),
            (self.malformed, FaultKind::Malformed),
            (self.hang, FaultKind::Hang),
            (self.stall, FaultKind::Stall),
            (self.skew, FaultKind::Skew),
        ]
    }
}

/// A fault of one call that the next call does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FaultKind {
    Throttle,
    Internal,
    Unavailable,
    Gateway,
    Reset,
    Cut,
    Truncated,
    Malformed,
    Hang,
    Stall,
    Skew,
}

/// A fault of one call, with its own hash for further choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallFault {
    pub(crate) kind: FaultKind,
    pub(crate) hash: Hash,
}

/// What is permanently wrong with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// Its lists never end: a page's marker is the one that led to it.
    RepeatedMarker,
    /// Its lists say that there is more, but give no marker.
    MissingMarker,
    /// It is closed after a few calls: AssumeRole is denied, and its sessions are unknown or denied
    /// everything.
    Closed,
}

/// What a scan can find in an account, as far as the faults allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// It can be read completely, and the result equals the truth, if the client calls often enough
    /// (once more than [`Faults::most_in_a_row`]), makes the calls of a list one after the other, and
    /// takes a new session when the first one ends. Roles that are [`Faults::deleted`] are an exception for a
    /// client that requests each one with GetRole.
    Complete,
    /// It cannot be read completely, for one of these causes. If it is read before the cause
    /// begins, the result equals the truth.
    MayFail(&'static [Cause]),
}

/// The faults of a profile.
///
/// The fault of a call follows from the seed, the operation, the account and the number of earlier
/// calls of that operation for that account. It does not depend on the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// The seed that everything follows from.
    pub seed: u64,
    /// How often things go wrong.
    pub chances: Chances,
    /// How many calls of one operation can fail in a row for one account, or for one role if the
    /// calls name it. Throttling by the buckets is added to that.
    pub most_in_a_row: u32,
    /// How long a hanging answer hangs. It should be longer than the client's time-outs.
    pub hang: Duration,
}

impl fmt::Display for Faults {
    /// Writes the profile's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hostile:{}", self.seed)
    }
}

impl Faults {
    /// [`Faults::most_in_a_row`] of the hostile profile: one less than the attempts of an AWS SDK.
    pub const MOST_IN_A_ROW: u32 = 2;
    /// [`Faults::hang`] of the hostile profile: longer than the read time-out of one minute in
    /// AWS's SDKs.
    pub const HANG: Duration = Duration::from_secs(90);

    /// The faults of the hostile profile.
    #[must_use]
    pub fn hostile(seed: u64) -> Self {
        Self { seed, chances: Chances::HOSTILE, most_in_a_row: Self::MOST_IN_A_ROW, hang: Self::HANG }
    }

    /// What a scan can find in an account.
    #[must_use]
    pub fn expected(&self, account: &str) -> Expectation {
        match self.lasting(account) {
            None => Expectation::Complete,
            Some(Cause::RepeatedMarker) => Expectation::MayFail(&[Cause::RepeatedMarker]),
            Some(Cause::MissingMarker) => Expectation::MayFail(&[Cause::MissingMarker]),
            Some(Cause::Closed) => Expectation::MayFail(&[Cause::Closed]),
        }
    }

    /// Whether a role is listed, but GetRole does not find it because it was deleted in between.
    #[must_use]
    pub fn deleted(&self, account: &str, role: &str) -> bool {
        let hash = self.hash("deleted").text(account).text(role);
        hash.below(1000) < u64::from(self.chances.deleted)
    }

    /// What is permanently wrong with an account.
    pub(crate) fn lasting(&self, account: &str) -> Option<Cause> {
        let Chances { repeated_marker, missing_marker, closed, .. } = self.chances;
        draw(
            self.hash("lasting").text(account),
            &[
                (repeated_marker, Cause::RepeatedMarker),
                (missing_marker, Cause::MissingMarker),
                (closed, Cause::Closed),
            ],
        )
    }

    /// After how many calls a closed account is closed: before the first, between AssumeRole and
    /// the first page, or between two pages.
    pub(crate) fn closed_after(&self, account: &str) -> u32 {
        u32::try_from(self.hash("closed after").text(account).below(4)).unwrap_or_default()
    }

    /// Whether the sessions of a closed account are denied everything instead of being unknown.
    pub(crate) fn closed_denies(&self, account: &str) -> bool {
        self.hash("closed how").text(account).below(2) == 0
    }

    /// After how many calls a session ends, if it ends early. This is the first session of some
    /// accounts.
    pub(crate) fn session_calls(&self, account: &str, session: u32) -> Option<u64> {
        let hash = self.hash("expiring").text(account);
        let expires = session == 0 && hash.below(1000) < u64::from(self.chances.expiring);
        expires.then(|| 1 + hash.text("calls").below(2))
    }

    /// The fault of a call, if it has one: the `ordinal`-th call of this operation for this
    /// account.
    pub(crate) fn of_call(&self, operation: &str, account: &str, ordinal: u32) -> Option<CallFault> {
        let hash = self.hash("fleeting").text(operation).text(account).number(u64::from(ordinal));
        let kind = draw(hash, &self.chances.of_call())?;
        Some(CallFault { kind, hash: hash.text("details") })
    }

    fn hash(&self, purpose: &str) -> Hash {
        Hash::new(self.seed, "faults").text(purpose)
    }
}

/// Draws one of several things, each with its chance in 1,000, or none.
fn draw<T: Copy>(hash: Hash, of: &[(u16, T)]) -> Option<T> {
    let mut at = hash.below(1000);
    for &(chance, what) in of {
        match at.checked_sub(u64::from(chance)) {
            None => return Some(what),
            Some(rest) => at = rest,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const ACCOUNT: &str = "333333333333";

    #[test]
    fn everything_follows_from_the_seed() {
        let faults_of_calls = |seed| {
            let faults = Faults::hostile(seed);
            (0..200).map(|ordinal| faults.of_call("iam:GetRole", ACCOUNT, ordinal)).collect::<Vec<_>>()
        };
        assert_eq!(faults_of_calls(1), faults_of_calls(1));
        assert_ne!(faults_of_calls(1), faults_of_calls(2));
        let other = |operation, account| Faults::hostile(1).of_call(operation, account, 3).map(|s| s.hash);
        let first =
            (0..100).find(|&ordinal| Faults::hostile(1).of_call("iam:GetRole", ACCOUNT, ordinal).is_some());
        assert!(first.is_some());
        assert_ne!(other("iam:GetRole", ACCOUNT), Some(Hash::new(0, "")));
    }

    #[test]
    fn every_fault_happens_about_as_often_as_it_should() {
        let faults = Faults::hostile(5);
        let mut seen = BTreeMap::new();
        for ordinal in 0..100_000 {
            if let Some(fault) = faults.of_call("iam:GetRole", ACCOUNT, ordinal) {
                *seen.entry(format!("{:?}", fault.kind)).or_insert(0u32) += 1;
            }
        }
        for (chance, what) in faults.chances.of_call() {
            let (expected, found) = (u32::from(chance) * 100, seen[&format!("{what:?}")]);
            assert!(found * 2 > expected && found < expected * 2, "{what:?}: {found} of {expected}");
        }
    }

    #[test]
    fn some_accounts_cannot_be_read_and_most_can() {
        let faults = Faults::hostile(5);
        let mut seen = BTreeMap::new();
        for number in 0..1000 {
            *seen.entry(faults.lasting(&format!("{number:012}"))).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 4, "{seen:?}");
        assert!(seen[&None] > 700 && seen.values().all(|&count| count > 20), "{seen:?}");
        assert_eq!(
            Faults { chances: Chances { closed: 1000, ..Chances::NONE }, ..faults }.expected(ACCOUNT),
            Expectation::MayFail(&[Cause::Closed])
        );
        let none = Faults { chances: Chances::NONE, ..faults };
        assert_eq!(none.expected(ACCOUNT), Expectation::Complete);
        assert!(!none.deleted(ACCOUNT, "app"));
        assert_eq!(none.of_call("iam:GetRole", ACCOUNT, 0), None);
    }

    #[test]
    fn only_an_accounts_first_session_ends_early() {
        let faults = Faults { chances: Chances { expiring: 1000, ..Chances::NONE }, ..Faults::hostile(1) };
        let calls: Vec<_> = (0..50).map(|number| faults.session_calls(&number.to_string(), 0)).collect();
        assert!(calls.contains(&Some(1)) && calls.contains(&Some(2)));
        assert!(calls.iter().all(|calls| matches!(calls, Some(1 | 2))));
        assert_eq!(faults.session_calls(ACCOUNT, 1), None);
    }
}
