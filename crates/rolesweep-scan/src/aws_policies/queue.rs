//! Decides which account is asked for which policy, and what a failure means.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rolesweep_model::AccountId;

use crate::ports::{CloudError, ErrorKind};

/// How many policies an account is asked for while others are still to come. Each takes at most two
/// calls.
const FEW: u32 = 2;

/// How many accounts are asked for a policy before its document counts as missing.
const MOST_FAILURES: usize = 3;

/// If this many accounts refuse and none has answered, no other is asked.
const MOST_REFUSALS: usize = 20;

/// How many sessions are kept.
const MOST_LENDERS: usize = 32;

/// The policies that are wanted, and the accounts that lend their sessions.
pub(super) struct Queue<T> {
    wanted: VecDeque<Wanted>,
    /// In the order in which they came.
    lenders: Vec<Lender<T>>,
    /// Why the documents of these policies are missing.
    missing: BTreeMap<String, CloudError>,
    /// The last failure, for policies that nobody was asked for.
    last: Option<CloudError>,
    /// How many accounts have refused.
    refusals: usize,
    /// Whether any account has answered.
    answered: bool,
}

/// A policy that is wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) arn: String,
    /// The accounts that failed to read it.
    failed: Vec<AccountId>,
}

/// An account that lends its session.
#[derive(Debug)]
pub(super) struct Lender<T> {
    account: AccountId,
    pub(super) session: Arc<T>,
    /// How many policies it was asked for.
    asked: u32,
    /// Whether it has answered.
    answered: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            wanted: VecDeque::new(),
            lenders: Vec::new(),
            missing: BTreeMap::new(),
            last: None,
            refusals: 0,
            answered: false,
        }
    }
}

impl<T> Queue<T> {
    pub(super) fn want(&mut self, arns: Vec<String>) {
        self.wanted.extend(arns.into_iter().map(|arn| Wanted { arn, failed: Vec::new() }));
        self.give_up_if_closed();
    }

    /// Takes the session of an account that was read.
    pub(super) fn lend(&mut self, account: AccountId, session: Arc<T>) {
        self.put_back(Lender { account, session, asked: 0, answered: false });
    }

    /// A policy, and the account to ask for it: the one that was asked for the fewest.
    pub(super) fn next(&mut self, others_come: bool) -> Option<(Wanted, Lender<T>)> {
        let most = if others_come { FEW } else { u32::MAX };
        if self.lenders.iter().all(|lender| lender.asked >= most) {
            return None;
        }
        for at in 0..self.wanted.len() {
            let failed = &self.wanted[at].failed;
            let lenders = self.lenders.iter().enumerate();
            let may = lenders.filter(|(_, lender)| lender.asked < most && !failed.contains(&lender.account));
            if let Some(place) = may.min_by_key(|(_, lender)| lender.asked).map(|(place, _)| place) {
                let wanted = self.wanted.remove(at)?;
                return Some((wanted, self.lenders.remove(place)));
            }
        }
        None
    }

    /// An account has answered.
    pub(super) fn answered(&mut self, mut lender: Lender<T>) {
        self.answered = true;
        lender.answered = true;
        lender.asked += 1;
        self.put_back(lender);
    }

    /// The calls were interrupted.
    pub(super) fn interrupted(&mut self, wanted: Wanted) {
        self.wanted.push_front(wanted);
    }

    /// An account has failed.
    pub(super) fn failed(&mut self, mut wanted: Wanted, mut lender: Lender<T>, error: CloudError) {
        match error.kind {
            // The account is not asked again. What it was asked for is no worse for it.
            ErrorKind::Expired | ErrorKind::NoCredentials => {}
            ErrorKind::Denied if !lender.answered => self.refusals += 1,
            _ => {
                wanted.failed.push(lender.account);
                lender.asked += 1;
                self.put_back(lender);
            }
        }
        self.last = Some(error.clone());
        if wanted.failed.len() < MOST_FAILURES {
            self.wanted.push_back(wanted);
        } else {
            self.missing.insert(wanted.arn, error);
        }
        self.give_up_if_closed();
    }

    fn give_up_if_closed(&mut self) {
        if self.is_closed() {
            self.lenders.clear();
            self.give_up();
        }
    }

    /// Whether no account is asked any more.
    pub(super) fn is_closed(&self) -> bool {
        self.refusals >= MOST_REFUSALS && !self.answered
    }

    /// Whether there is a policy to ask for, and nobody to ask.
    pub(super) fn lacks_lenders(&self) -> bool {
        self.lenders.is_empty() && !self.wanted.is_empty()
    }

    /// Counts the documents that are still wanted as missing, if an account failed to read them.
    /// The others stay wanted.
    pub(super) fn give_up(&mut self) {
        if let Some(last) = &self.last {
            let wanted = self.wanted.drain(..);
            self.missing.extend(wanted.map(|wanted| (wanted.arn, last.clone())));
        }
    }

    /// The policies whose documents are missing, each with the failure if there was one.
    pub(super) fn missing(&self) -> BTreeMap<&str, Option<&CloudError>> {
        let failed = self.missing.iter().map(|(arn, error)| (arn.as_str(), Some(error)));
        failed.chain(self.wanted.iter().map(|wanted| (wanted.arn.as_str(), None))).collect()
    }

    fn put_back(&mut self, lender: Lender<T>) {
        if self.is_closed() {
            return;
        }
        self.lenders.push(lender);
        if self.lenders.len() > MOST_LENDERS {
            // Of several that were asked most, the first goes: its session ends before the others.
            let most_asked = self.lenders.iter().enumerate().rev().max_by_key(|(_, lender)| lender.asked);
            if let Some(place) = most_asked.map(|(place, _)| place) {
                self.lenders.remove(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;

    fn id(number: usize) -> AccountId {
        format!("{number:012}").parse().unwrap()
    }

    fn queue(policies: usize, accounts: usize) -> Queue<()> {
        let mut queue = Queue::default();
        queue.want((0..policies).map(|number| format!("p{number}")).collect());
        (0..accounts).for_each(|number| queue.lend(id(number), Arc::new(())));
        queue
    }

    fn error(kind: ErrorKind) -> CloudError {
        CloudError { kind, operation: Operation::GetPolicy, code: None, message: String::new() }
    }

    /// How many policies each account answers for.
    fn spread(queue: &mut Queue<()>, others_come: bool) -> BTreeMap<AccountId, u32> {
        let mut asked = BTreeMap::new();
        while let Some((_, lender)) = queue.next(others_come) {
            *asked.entry(lender.account).or_default() += 1;
            queue.answered(lender);
        }
        asked
    }

    #[test]
    fn an_account_is_asked_for_few_policies_while_others_come_and_evenly_after_that() {
        let mut queue = queue(10, 2);
        assert_eq!(spread(&mut queue, true), BTreeMap::from([(id(0), 2), (id(1), 2)]));
        queue.lend(id(2), Arc::new(()));
        assert_eq!(spread(&mut queue, true), BTreeMap::from([(id(2), 2)]));
        assert_eq!(spread(&mut queue, false).into_values().max(), Some(2));
        assert!(queue.missing().is_empty());
    }

    #[test]
    fn a_policy_is_missing_after_three_accounts_have_failed() {
        let mut queue = queue(1, 5);
        let mut accounts = Vec::new();
        while let Some((wanted, lender)) = queue.next(false) {
            accounts.push(lender.account);
            queue.failed(wanted, lender, error(ErrorKind::Throttled));
        }
        accounts.dedup();
        assert_eq!(accounts.len(), 3);
        assert_eq!(queue.missing()["p0"].unwrap().kind, ErrorKind::Throttled);
    }

    #[test]
    fn accounts_that_refuse_are_left_alone_and_others_are_asked_instead() {
        let mut queue = queue(1, 10);
        for _ in 0..9 {
            let (wanted, lender) = queue.next(true).unwrap();
            queue.failed(wanted, lender, error(ErrorKind::Denied));
        }
        let (_, lender) = queue.next(true).unwrap();
        queue.answered(lender);
        assert!(queue.missing().is_empty());
        queue.want(vec!["p1".to_owned()]);
        assert!(queue.next(true).is_some(), "the one that answered");
        assert!(queue.next(true).is_none());
    }

    #[test]
    fn if_every_account_refuses_no_more_than_twenty_are_asked() {
        let mut queue = queue(30, 0);
        let mut asked = 0;
        for number in 0..100 {
            queue.lend(id(number), Arc::new(()));
            while let Some((wanted, lender)) = queue.next(true) {
                asked += 1;
                queue.failed(wanted, lender, error(ErrorKind::Denied));
            }
        }
        assert_eq!(asked, MOST_REFUSALS);
        queue.want(vec!["late".to_owned()]);
        assert_eq!(queue.missing().len(), 31);
        assert!(queue.missing().values().all(Option::is_some));
    }

    #[test]
    fn an_expired_session_is_not_used_again_and_costs_no_attempt() {
        let mut queue = queue(1, 4);
        for _ in 0..4 {
            let (wanted, lender) = queue.next(false).unwrap();
            queue.failed(wanted, lender, error(ErrorKind::Expired));
        }
        assert!(queue.lacks_lenders());
        queue.lend(id(9), Arc::new(()));
        assert!(queue.next(false).is_some());
    }

    #[test]
    fn a_bounded_number_of_sessions_is_kept_and_those_that_were_asked_most_go_first() {
        let mut queue = queue(1, 1);
        let (_, lender) = queue.next(true).unwrap();
        queue.answered(lender);
        (1..100).for_each(|number| queue.lend(id(number), Arc::new(())));
        assert_eq!(queue.lenders.len(), MOST_LENDERS);
        assert!(queue.lenders.iter().all(|lender| lender.account != id(0)));
    }

    #[test]
    fn of_accounts_that_were_asked_equally_often_the_last_ones_stay() {
        let mut queue = queue(3, 100);
        let kept = |queue: &Queue<()>| queue.lenders.iter().map(|lender| lender.account).collect::<Vec<_>>();
        assert_eq!(kept(&queue), (68..100).map(id).collect::<Vec<_>>());
        for _ in 0..3 {
            let (_, lender) = queue.next(true).unwrap();
            queue.answered(lender);
        }
        (100..103).for_each(|number| queue.lend(id(number), Arc::new(())));
        assert_eq!(kept(&queue), (71..103).map(id).collect::<Vec<_>>());
    }
}
