//! Patterns of the ARNs of roles, as a role's own policies have them.

use std::borrow::Cow;

use rolesweep_policy::{Holds, Resource, ResourcePattern};

use crate::risk::link::LinkKind;

/// A pattern of the ARNs of roles.
#[derive(Debug)]
pub(super) struct RolePattern<'p> {
    pattern: ResourcePattern,
    /// The name that every role has which it matches, if there is only one.
    pub(super) name: Option<&'p str>,
    accounts: Accounts,
}

/// The accounts whose roles a pattern can match.
#[derive(Debug)]
enum Accounts {
    /// Every account: if it matches a role of one, it matches those of all.
    Every,
    One(u64),
    /// Perhaps some and not others.
    Several,
}

impl<'p> RolePattern<'p> {
    pub(super) fn new(text: &'p str) -> Self {
        let name = text.rsplit(['/', ':']).next().unwrap_or_default();
        let is_literal = !name.is_empty() && !name.contains(['*', '?', '$', '{', '}']);
        Self {
            pattern: ResourcePattern::new(text),
            name: is_literal.then_some(name),
            accounts: Accounts::of(text),
        }
    }

    pub(super) fn means_every_account(&self) -> bool {
        matches!(self.accounts, Accounts::Every)
    }

    /// Whether it matches a role.
    pub(super) fn matches(&self, kind: &LinkKind, account: u64) -> Holds {
        if self.name.is_some_and(|name| *name != *kind.name) {
            return Holds::No;
        }
        self.pattern.matches(&Resource::named(&kind.arn(account)))
    }

    /// The accounts that it can match, of some in order.
    pub(super) fn among<'a>(&self, accounts: &'a [u64]) -> &'a [u64] {
        match self.accounts {
            Accounts::Every | Accounts::Several => accounts,
            Accounts::One(one) => accounts.binary_search(&one).map_or(&[], |at| &accounts[at..=at]),
        }
    }
}

impl Accounts {
    fn of(text: &str) -> Self {
        if !text.starts_with("arn:") {
            // Texts such as `*:role/deploy` mean every account, others perhaps some.
            return if text.bytes().any(|byte| byte.is_ascii_digit()) { Self::Several } else { Self::Every };
        }
        match text.split(':').nth(4) {
            None | Some("*") => Self::Every,
            Some(account) if account.contains('$') => Self::Every,
            Some(account) if account.len() == 12 => account.parse().map_or(Self::Several, Self::One),
            Some(_) => Self::Several,
        }
    }
}

/// The accounts in which a role is not denied to assume the roles of a kind.
pub(super) fn not_denied<'a>(
    denied: &[RolePattern<'_>],
    kind: &LinkKind,
    accounts: &'a [u64],
) -> Cow<'a, [u64]> {
    let mut left = Cow::Borrowed(accounts);
    for pattern in denied {
        let is_denied = |account: &u64| pattern.matches(kind, *account) == Holds::Yes;
        if pattern.means_every_account() {
            if accounts.first().is_some_and(is_denied) {
                return Cow::Borrowed(&[]);
            }
        } else if pattern.among(accounts).iter().any(is_denied) {
            left.to_mut().retain(|account| !is_denied(account));
        }
    }
    left
}
