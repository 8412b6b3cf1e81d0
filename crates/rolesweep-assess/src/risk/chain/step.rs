//! From one role to those that it may assume.

use rolesweep_policy::Holds;

use super::chains::Chains;
use super::role_pattern::{RolePattern, not_denied};
use crate::risk::Confidence;
use crate::risk::link::LinkKind;
use crate::risk::privilege::{Assumable, Assumes, Privilege};
use crate::risk::trusts::{self, Trusts};

/// A kind of roles, as its place among them, in one account or in all of its accounts.
pub(super) type State = (usize, Option<u64>);

/// Where a step begins: one role, or the roles of a kind in some accounts.
#[derive(Debug)]
pub(super) struct From<'a> {
    partition: &'a str,
    /// In order.
    accounts: &'a [u64],
    resource: &'a str,
    assumes: &'a Assumes,
}

impl<'a> From<'a> {
    /// One role.
    pub(super) fn role(
        partition: &'a str,
        account: &'a [u64; 1],
        resource: &'a str,
        privilege: &'a Privilege,
    ) -> Self {
        Self { partition, accounts: account, resource, assumes: &privilege.assumes }
    }

    pub(super) fn kind(kind: &'a LinkKind, accounts: &'a [u64]) -> Self {
        Self { partition: &kind.partition, accounts, resource: &kind.resource, assumes: &kind.assumes }
    }

    fn arn_in(&self, account: u64) -> String {
        format!("arn:{}:iam::{account:012}:role/{}", self.partition, self.resource)
    }

    /// The ARN, or the first one.
    pub(super) fn arn(&self) -> Option<String> {
        self.accounts.first().map(|account| self.arn_in(*account))
    }

    /// The roles that it may assume, and how sure that is.
    pub(super) fn steps(&self, chains: &Chains) -> Vec<(State, Confidence)> {
        let mut steps = Vec::new();
        if self.assumes.none {
            return steps;
        }
        let denied = self.denied();
        for assumable in &self.assumes.allowed {
            self.by_pattern(chains, assumable, &denied, &mut steps);
        }
        // A role of the same account that names it needs no permission of its own.
        for &account in self.accounts {
            for at in chains.naming(&self.arn_in(account)) {
                if let Some((kind, accounts)) = chains.kinds.get(at)
                    && *kind.partition == *self.partition
                    && accounts.binary_search(&account).is_ok()
                    && !not_denied(&denied, kind, &[account]).is_empty()
                {
                    steps.push(((at, Some(account)), limited(&kind.trusts)));
                }
            }
        }
        steps
    }

    /// How sure it is that it may assume one role of a kind; none if it may not.
    pub(super) fn step_to(&self, kind: &LinkKind, account: u64) -> Option<Confidence> {
        if self.assumes.none || not_denied(&self.denied(), kind, &[account]).is_empty() {
            return None;
        }
        let trusted = self.is_trusted_by(&kind.trusts);
        let by_pattern = self.assumes.allowed.iter().filter_map(|assumable| {
            confidence(assumable, RolePattern::new(&assumable.pattern).matches(kind, account), trusted?)
        });
        let is_named = || {
            let own = self.arn_in(account);
            kind.trusts.principals.iter().any(|principal| trusts::names(principal, &own))
        };
        let is_here = *kind.partition == *self.partition && self.accounts.binary_search(&account).is_ok();
        let by_name = (is_here && is_named()).then(|| limited(&kind.trusts));
        by_pattern.chain(by_name).max()
    }

    fn denied(&self) -> Vec<RolePattern<'a>> {
        self.assumes.denied.iter().map(|pattern| RolePattern::new(pattern)).collect()
    }

    fn by_pattern(
        &self,
        chains: &Chains,
        assumable: &Assumable,
        denied: &[RolePattern<'_>],
        steps: &mut Vec<(State, Confidence)>,
    ) {
        let pattern = RolePattern::new(&assumable.pattern);
        let range = pattern.name.map_or(0..chains.kinds.len(), |name| chains.named(name));
        for at in range {
            let Some((kind, accounts)) = chains.kinds.get(at) else { continue };
            let Some(trusted) = self.is_trusted_by(&kind.trusts) else { continue };
            let step = |account: u64| confidence(assumable, pattern.matches(kind, account), trusted);
            let left = not_denied(denied, kind, accounts);
            if pattern.means_every_account() && left.len() == accounts.len() {
                let step = left.first().and_then(|first| step(*first));
                steps.extend(step.map(|confidence| ((at, None), confidence)));
            } else {
                let each = pattern.among(&left).iter();
                steps.extend(each.filter_map(|&account| Some(((at, Some(account)), step(account)?))));
            }
        }
    }

    /// Whether a trust policy lets it in, and how sure that is.
    fn is_trusted_by(&self, trusts: &Trusts) -> Option<Confidence> {
        let is_one_of_us = |principal: &str| match principal.strip_prefix("arn:") {
            None => principal.parse().is_ok_and(|account| self.accounts.binary_search(&account).is_ok()),
            Some(_) => {
                let account = principal.split(':').nth(4).and_then(|account| account.parse().ok());
                account.is_some_and(|account| {
                    self.accounts.binary_search(&account).is_ok()
                        && trusts::names(principal, &self.arn_in(account))
                })
            }
        };
        if trusts.is_open || trusts.principals.iter().any(|principal| is_one_of_us(principal)) {
            return Some(limited(trusts));
        }
        trusts.is_unknown.then_some(Confidence::Low)
    }
}

/// How sure a step is, if a pattern matches the role that it leads to.
fn confidence(assumable: &Assumable, matches: Holds, trusted: Confidence) -> Option<Confidence> {
    let sure = assumable.confidence.min(trusted);
    match matches {
        Holds::No => None,
        Holds::Yes => Some(sure),
        Holds::Depends | Holds::Unclear => Some(sure.min(Confidence::Medium)),
    }
}

fn limited(trusts: &Trusts) -> Confidence {
    if trusts.is_limited { Confidence::Medium } else { Confidence::High }
}
