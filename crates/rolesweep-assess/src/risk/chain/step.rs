//! From one role to those that it may assume.

use rolesweep_policy::{Holds, Resource, ResourcePattern};

use super::chains::Chains;
use crate::risk::Confidence;
use crate::risk::link::LinkKind;
use crate::risk::privilege::{Assumable, Privilege};
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
    assumes: &'a [Assumable],
    cannot_assume: bool,
}

impl<'a> From<'a> {
    /// One role.
    pub(super) fn role(
        partition: &'a str,
        account: &'a [u64; 1],
        resource: &'a str,
        privilege: &'a Privilege,
    ) -> Self {
        Self {
            partition,
            accounts: account,
            resource,
            assumes: &privilege.assumes,
            cannot_assume: privilege.cannot_assume,
        }
    }

    pub(super) fn kind(kind: &'a LinkKind, accounts: &'a [u64]) -> Self {
        Self {
            partition: &kind.partition,
            accounts,
            resource: &kind.resource,
            assumes: &kind.assumes,
            cannot_assume: kind.cannot_assume,
        }
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
        if self.cannot_assume {
            return steps;
        }
        for assumable in self.assumes {
            self.by_pattern(chains, assumable, &mut steps);
        }
        // A role of the same account that names it needs no permission of its own.
        for &account in self.accounts {
            for at in chains.naming(&self.arn_in(account)) {
                if let Some((kind, accounts)) = chains.kinds.get(at)
                    && *kind.partition == *self.partition
                    && accounts.binary_search(&account).is_ok()
                {
                    steps.push(((at, Some(account)), limited(&kind.trusts)));
                }
            }
        }
        steps
    }

    fn by_pattern(&self, chains: &Chains, assumable: &Assumable, steps: &mut Vec<(State, Confidence)>) {
        let pattern = ResourcePattern::new(&assumable.pattern);
        let name = assumable.pattern.rsplit(['/', ':']).next().unwrap_or_default();
        let is_literal = !name.is_empty() && !name.contains(['*', '?', '$', '{', '}']);
        let range = if is_literal { chains.named(name) } else { 0..chains.kinds.len() };
        for at in range {
            let Some((kind, accounts)) = chains.kinds.get(at) else { continue };
            let Some(trusted) = self.is_trusted_by(&kind.trusts) else { continue };
            let matches = |account: u64| pattern.matches(&Resource::named(&kind.arn(account)));
            let confidence = |holds: Holds| match holds {
                Holds::No => None,
                Holds::Yes => Some(assumable.confidence.min(trusted)),
                Holds::Depends | Holds::Unclear => {
                    Some(assumable.confidence.min(trusted).min(Confidence::Medium))
                }
            };
            if names_account(&assumable.pattern) {
                let each =
                    accounts.iter().filter_map(|&account| Some((account, confidence(matches(account))?)));
                steps.extend(each.map(|(account, confidence)| ((at, Some(account)), confidence)));
            } else if let Some(first) = accounts.first()
                && let Some(confidence) = confidence(matches(*first))
            {
                steps.push(((at, None), confidence));
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

fn limited(trusts: &Trusts) -> Confidence {
    if trusts.is_limited { Confidence::Medium } else { Confidence::High }
}

/// Whether a pattern means some accounts and not others.
fn names_account(pattern: &str) -> bool {
    if !pattern.starts_with("arn:") {
        // Texts such as `*:role/deploy` mean every account, others perhaps some.
        return pattern.bytes().any(|byte| byte.is_ascii_digit());
    }
    let account = pattern.split(':').nth(4);
    account.is_some_and(|account| account != "*" && !account.contains('$'))
}
