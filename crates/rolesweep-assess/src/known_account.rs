//! Accounts outside the organization that somebody knows: `[[known_account]]` of the configuration.

use hashbrown::HashMap;
use jiff::Timestamp;
use rolesweep_model::AccountId;
use serde::Serialize;

/// An account outside the organization, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownAccount {
    /// Its id.
    pub account_id: AccountId,
    /// What people call it.
    pub name: String,
    /// AccountKind it is.
    pub kind: AccountKind,
    /// Who answers for what is said here.
    pub owner: String,
    /// When it ends: at this very instant it no longer counts.
    pub expires: Timestamp,
}

/// AccountKind account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Ours, although it is not in the organization.
    Ours,
    /// A vendor's.
    Vendor,
}

impl AccountKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ours, Self::Vendor];

    /// The words for all of them.
    pub const WORDS: [&str; 2] = [Self::Ours.as_str(), Self::Vendor.as_str()];

    /// The word for files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Vendor => "vendor",
        }
    }
}

impl KnownAccount {
    /// Whether it still counts at an instant.
    #[must_use]
    pub fn in_force(&self, as_of: Timestamp) -> bool {
        as_of < self.expires
    }
}

/// The known accounts that count at an instant, by id.
#[derive(Debug, Default)]
pub struct KnownAccounts<'a>(HashMap<AccountId, &'a KnownAccount>);

impl<'a> KnownAccounts<'a> {
    /// Those of a list that count at an instant. Of several for one account, the first counts.
    #[must_use]
    pub fn new(accounts: &'a [KnownAccount], as_of: Timestamp) -> Self {
        let in_force = accounts.iter().rev().filter(|account| account.in_force(as_of));
        Self(in_force.map(|account| (account.account_id, account)).collect())
    }

    /// What is known of an account.
    #[must_use]
    pub fn get(&self, account: &AccountId) -> Option<&'a KnownAccount> {
        self.0.get(account).copied()
    }
}
