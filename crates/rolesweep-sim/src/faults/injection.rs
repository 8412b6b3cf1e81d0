//! Decides which call gets which fault, by the schedule and by what happened to the account before.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::answers;
use super::schedule::{CallFault, Cause, Expectation, FaultKind, Faults};
use crate::behavior::Asked;
use crate::counts::Outcome;
use crate::dispatch::Service;
use crate::error::ServiceError;
use crate::paging::Position;
use crate::server::Answer;

/// The faults of one simulator.
#[derive(Debug)]
pub(crate) struct Injection {
    faults: Option<Faults>,
    history: Mutex<HashMap<String, History>>,
    // The callers' accounts. These are never closed.
    callers: HashSet<String>,
}

/// What happened to an account before.
#[derive(Debug, Default)]
struct History {
    calls: u32,
    sessions: u32,
    operations: HashMap<String, u32>,
    // How many times in a row an operation failed for a role. A client may ask for several roles at
    // once, and repeats each call by itself.
    in_a_row: HashMap<(String, String), u32>,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InjectedFault {
    /// The account is closed. With `denies`, its sessions are denied everything.
    Closed { denies: bool },
    /// A fault of this call alone, and how long a hanging answer hangs.
    Call(CallFault, Duration),
}

impl InjectedFault {
    /// How long the answer hangs.
    pub(crate) fn hang(self) -> Duration {
        match self {
            Self::Call(CallFault { kind: FaultKind::Hang, .. }, hang) => hang,
            _ => Duration::ZERO,
        }
    }

    /// The error or page that replaces the answer, if the fault has one.
    pub(crate) fn replace(
        self,
        service: Service,
        operation: &str,
        arn: &str,
        now: Timestamp,
    ) -> Option<(Outcome, Result<Answer, ServiceError>)> {
        match self {
            Self::Closed { denies } => {
                Some((Outcome::Faulted, Err(answers::closed(service, operation, arn, denies))))
            }
            Self::Call(CallFault { kind: FaultKind::Gateway, hash }, _) => {
                Some((Outcome::Faulted, Ok(answers::gateway(hash))))
            }
            Self::Call(fault, _) => {
                let throttled = fault.kind == FaultKind::Throttle;
                let outcome = if throttled { Outcome::Throttled } else { Outcome::Faulted };
                Some((outcome, Err(answers::error(fault, service, now)?)))
            }
        }
    }

    /// Damages a good answer, or its delivery.
    pub(crate) fn damage(self, service: Service, answer: Answer) -> Answer {
        match self {
            Self::Closed { .. } => answer,
            Self::Call(fault, hang) => answers::damage(fault, service, hang, answer),
        }
    }
}

/// How a list never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndlessList {
    /// Each page leads to itself.
    SameMarker,
    /// It continues, but gives no marker.
    NoMarker,
}

impl EndlessList {
    /// The position after the page at `at`. `next` is the right one, and `end` is the number of
    /// items so far.
    pub(crate) fn next(self, at: Position, next: Option<Position>, end: usize) -> Option<Position> {
        match self {
            Self::NoMarker => None,
            // The first page has to lead somewhere. Every other page leads to itself.
            Self::SameMarker if at == Position::default() => {
                Some(next.unwrap_or(Position { offset: u32::try_from(end).unwrap_or(u32::MAX), page: 1 }))
            }
            Self::SameMarker => Some(at),
        }
    }
}

impl Injection {
    /// These faults, without those that would close callers' accounts.
    pub(crate) fn new(faults: Option<Faults>, callers: HashSet<String>) -> Self {
        Self { faults, history: Mutex::default(), callers }
    }

    /// The fault of this call, which is the next one of its account.
    pub(crate) fn decide(&self, asked: Asked<'_>) -> Option<InjectedFault> {
        let faults = self.faults?;
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let history = history.entry(asked.account.to_owned()).or_default();
        let reads_account = asked.service == Service::Iam || asked.operation == "sts:AssumeRole";
        if reads_account && self.lasting(asked.account) == Some(Cause::Closed) {
            history.calls += 1;
            if history.calls > faults.closed_after(asked.account) {
                return Some(InjectedFault::Closed { denies: faults.closed_denies(asked.account) });
            }
        }
        let calls = history.operations.entry(asked.operation.to_owned()).or_default();
        let ordinal = *calls;
        *calls += 1;
        let what = (asked.operation.to_owned(), asked.role.to_owned());
        let in_a_row = history.in_a_row.get(&what).copied().unwrap_or_default();
        match faults.of_call(asked.operation, asked.account, ordinal) {
            Some(fault) if in_a_row < faults.most_in_a_row => {
                history.in_a_row.insert(what, in_a_row + 1);
                Some(InjectedFault::Call(fault, faults.hang))
            }
            _ => {
                history.in_a_row.remove(&what);
                None
            }
        }
    }

    /// What a scan can find in an account.
    pub(crate) fn expected(&self, account: &str) -> Expectation {
        match (self.faults, self.lasting(account)) {
            (Some(faults), Some(_)) => faults.expected(account),
            _ => Expectation::Complete,
        }
    }

    /// What is permanently wrong with an account.
    fn lasting(&self, account: &str) -> Option<Cause> {
        let cause = self.faults?.lasting(account);
        cause.filter(|&cause| cause != Cause::Closed || !self.callers.contains(account))
    }

    /// How an account's lists never end, if they do not end.
    pub(crate) fn endless_list(&self, account: &str) -> Option<EndlessList> {
        match self.lasting(account)? {
            Cause::RepeatedMarker => Some(EndlessList::SameMarker),
            Cause::MissingMarker => Some(EndlessList::NoMarker),
            Cause::Closed => None,
        }
    }

    /// Whether a role is gone when it is requested by name.
    pub(crate) fn deleted(&self, account: &str, role: &str) -> bool {
        self.faults.is_some_and(|faults| faults.deleted(account, role))
    }

    /// After how many calls the next session of an account ends, if it ends early.
    pub(crate) fn session_calls(&self, account: &str) -> Option<u64> {
        let faults = self.faults?;
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let history = history.entry(account.to_owned()).or_default();
        history.sessions += 1;
        faults.session_calls(account, history.sessions - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OrganizationSpec;
    use crate::faults::Chances;

    fn injection(faults: Faults) -> Injection {
        Injection::new(Some(faults), HashSet::from([OrganizationSpec::SECURITY.to_owned()]))
    }

    fn decisions(
        injection: &Injection,
        operation: &str,
        account: &str,
        calls: usize,
    ) -> Vec<Option<InjectedFault>> {
        let service = if operation.starts_with("sts:") { Service::Sts } else { Service::Iam };
        let asked = Asked { service, operation, payer: account, account, role: "" };
        (0..calls).map(|_| injection.decide(asked)).collect()
    }

    #[test]
    fn what_happens_to_an_account_does_not_depend_on_the_others() {
        let (one, two) = (injection(Faults::hostile(3)), injection(Faults::hostile(3)));
        let expected = decisions(&one, "iam:GetRole", "333333333333", 100);
        let mut found = Vec::new();
        for _ in 0..100 {
            decisions(&two, "iam:GetRole", "444444444444", 2);
            decisions(&two, "iam:ListRoles", "333333333333", 1);
            found.extend(decisions(&two, "iam:GetRole", "333333333333", 1));
        }
        assert_eq!(found, expected);
        assert_ne!(decisions(&injection(Faults::hostile(4)), "iam:GetRole", "333333333333", 100), expected);
    }

    #[test]
    fn never_more_go_wrong_in_a_row_than_allowed() {
        let chances = Chances { reset: 900, ..Chances::NONE };
        let decisions = decisions(
            &injection(Faults { chances, ..Faults::hostile(3) }),
            "iam:GetRole",
            "333333333333",
            300,
        );
        let good = decisions.iter().filter(|decision| decision.is_none()).count();
        assert!((100..140).contains(&good), "{good}");
        assert!(decisions.windows(3).all(|three| three.contains(&None)));
    }

    #[test]
    fn calls_for_other_roles_do_not_end_the_row_of_a_role() {
        let chances = Chances { malformed: 900, ..Chances::NONE };
        let injection = injection(Faults { chances, ..Faults::hostile(3) });
        let (account, operation) = ("333333333333", "iam:GetRole");
        let mut rows = HashMap::<_, u32>::new();
        for role in ["one", "two", "three", "two", "one"].into_iter().cycle().take(500) {
            let asked = Asked { service: Service::Iam, operation, payer: account, account, role };
            let in_a_row = rows.entry(role).or_default();
            *in_a_row = if injection.decide(asked).is_some() { *in_a_row + 1 } else { 0 };
            assert!(*in_a_row <= Faults::MOST_IN_A_ROW, "{role}");
        }
    }

    #[test]
    fn a_closed_account_stays_closed_and_a_callers_is_never_closed() {
        let chances = Chances { closed: 1000, ..Chances::NONE };
        let injection = injection(Faults { chances, ..Faults::hostile(3) });
        let (account, own) = ("333333333333", OrganizationSpec::SECURITY);
        let mut found = decisions(&injection, "sts:AssumeRole", account, 1);
        found.extend(decisions(&injection, "iam:ListRoles", account, 9));
        let open = found.iter().take_while(|decision| decision.is_none()).count();
        assert!(open < 4);
        assert!(found[open..].iter().all(|decision| matches!(decision, Some(InjectedFault::Closed { .. }))));
        assert_eq!(injection.expected(account), Expectation::MayFail(&[Cause::Closed]));
        assert!(decisions(&injection, "iam:ListRoles", own, 9).iter().all(|decision| decision.is_none()));
        assert_eq!(injection.expected(own), Expectation::Complete);
    }
}
