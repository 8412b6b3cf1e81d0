//! What people know an account by.

use rolesweep_model::AccountId;

use crate::assessed::AccountFacts;

/// What people know an account by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName {
    /// Its id.
    pub id: AccountId,
    /// Its name, as somebody outside chose it.
    pub name: Option<String>,
}

impl AccountName {
    pub(super) fn of(facts: &AccountFacts) -> Self {
        Self { id: facts.account.id, name: facts.account.name.clone() }
    }
}
