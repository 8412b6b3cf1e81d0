//! Accounts, and their place in the organization.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ParentId};

/// What AWS Organizations says of an account's life: `State`, or the retired `Status` if there is
/// no state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Being created, and not usable yet.
    PendingActivation,
    /// Fully operational.
    Active,
    /// Suspended by AWS.
    Suspended,
    /// A request to close it is under way.
    PendingClosure,
    /// Closed.
    Closed,
    /// AWS gave no state. A scan attempts the account all the same, and the report says so.
    NotGiven,
    /// A state that this version does not know. A scan attempts the account all the same, and the
    /// report says so.
    Other(String),
}

impl AccountState {
    /// AWS's own word; empty if AWS gave none.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
            Self::NotGiven => "",
            Self::Other(word) => word,
        }
    }

    /// The state that AWS's word stands for.
    #[must_use]
    pub fn from_word(word: Option<&str>) -> Self {
        match word {
            Some("PENDING_ACTIVATION") => Self::PendingActivation,
            Some("ACTIVE") => Self::Active,
            Some("SUSPENDED") => Self::Suspended,
            Some("PENDING_CLOSURE") => Self::PendingClosure,
            Some("CLOSED") => Self::Closed,
            None | Some("") => Self::NotGiven,
            Some(other) => Self::Other(other.to_owned()),
        }
    }

    /// Whether a scan attempts an account in this state. It omits only what AWS says is unusable.
    #[must_use]
    pub fn is_attempted(&self) -> bool {
        matches!(self, Self::Active | Self::NotGiven | Self::Other(_))
    }
}

impl fmt::Display for AccountState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The ids from the organization's root down to the account's OU, the root first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParentPath(pub Vec<ParentId>);

impl ParentPath {
    /// Whether the account is somewhere below this root or OU.
    #[must_use]
    pub fn is_below(&self, parent: &ParentId) -> bool {
        self.0.contains(parent)
    }
}

/// An account of the population, as AWS Organizations describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name; `None` if the caller named the accounts and rolesweep did not list them.
    pub name: Option<String>,
    /// The e-mail address of its root user. It is kept as a fact; no report shows it.
    pub email: Option<String>,
    /// Its state.
    pub state: AccountState,
    /// Where it is in the organization; `None` if AWS did not say.
    pub parents: Option<ParentPath>,
    /// When it joined the organization.
    pub joined_at: Option<Timestamp>,
}

impl Account {
    /// An account with nothing known but its id.
    #[must_use]
    pub fn named(id: AccountId) -> Self {
        Self { id, name: None, email: None, state: AccountState::NotGiven, parents: None, joined_at: None }
    }
}

/// A root or an organizational unit, with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationalUnit {
    /// The root's or OU's id.
    pub id: ParentId,
    /// Its name; a root's is usually `Root`.
    pub name: String,
    /// The root or OU above it; `None` for a root.
    pub parent: Option<ParentId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_states_are_attempted_and_unusable_ones_are_not() {
        for (word, attempted) in [
            (Some("ACTIVE"), true),
            (None, true),
            (Some("HIBERNATING"), true),
            (Some("SUSPENDED"), false),
            (Some("PENDING_CLOSURE"), false),
            (Some("PENDING_ACTIVATION"), false),
            (Some("CLOSED"), false),
        ] {
            let state = AccountState::from_word(word);
            assert_eq!(state.is_attempted(), attempted, "{word:?}");
            assert_eq!(state.as_str(), word.unwrap_or_default());
        }
    }
}
