//! The owner of a role: by its tags, or else by its account, or else by the OUs above that.

use hashbrown::{HashMap, HashSet};
use rolesweep_model::{AccountId, Role};

use super::rules::{KnownOwner, OwnerRules, folded_key, folded_value};
use super::table::{OwnedPlace, OwnerPlace};
use crate::place::Place;

/// Who owns a role, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The owner's name: that of `[[owner]]` if one fits, or else as it is written.
    pub name: String,
    /// Where it is written: `role_tag:Team`, `account:123456789012`, or `ou:/Workloads/Prod`.
    pub source: String,
}

/// Finds owners. It compares by maps and not by a search.
#[derive(Debug)]
pub struct Owners<'a> {
    /// The rank of each key, by its folded form.
    ranks: HashMap<String, usize>,
    ignored: HashSet<String>,
    /// The declared owners, by each of their names.
    known: HashMap<String, &'a KnownOwner>,
    accounts: HashMap<AccountId, (usize, &'a OwnedPlace)>,
    ous: HashMap<&'a str, &'a OwnedPlace>,
}

/// Finds the owners of one account's roles.
#[derive(Debug)]
pub struct AccountOwners<'a> {
    owners: &'a Owners<'a>,
    /// The owner of roles whose tags name nobody.
    default: Option<Owner>,
}

impl<'a> Owners<'a> {
    pub(crate) fn new(rules: &'a OwnerRules) -> Self {
        let (mut ranks, mut known) = (HashMap::new(), HashMap::new());
        for (rank, tag) in rules.tags.iter().enumerate() {
            ranks.entry(folded_key(tag)).or_insert(rank);
        }
        for owner in &rules.owners {
            for name in owner.names() {
                known.entry(folded_value(name)).or_insert(owner);
            }
        }
        let (mut accounts, mut ous) = (HashMap::new(), HashMap::new());
        for (at, row) in rules.places.iter().enumerate() {
            match &row.place {
                OwnerPlace::Account(id) => drop(accounts.insert(*id, (at, row))),
                OwnerPlace::Ou(ou) => drop(ous.insert(ou.as_str(), row)),
            }
        }
        let ignored = rules.ignored_values.iter().map(|value| folded_value(value)).collect();
        Self { ranks, ignored, known, accounts, ous }
    }

    /// The same for the roles of one account.
    #[must_use]
    pub fn of_account(&self, place: &Place<'_>) -> AccountOwners<'_> {
        AccountOwners { owners: self, default: self.by_account(place).or_else(|| self.by_ou(place)) }
    }

    /// The index in [`OwnerRules::places`] of the row for an account.
    pub(crate) fn row_of(&self, account: &AccountId) -> Option<usize> {
        self.accounts.get(account).map(|(at, _)| *at)
    }

    /// The owner that a text names. A name that somebody declared always counts.
    fn named(&self, text: &str) -> Option<String> {
        let form = folded_value(text);
        if let Some(owner) = self.known.get(&form) {
            return Some(owner.name.clone());
        }
        let names_somebody = form.chars().any(char::is_alphanumeric) && !self.ignored.contains(&form);
        names_somebody.then(|| text.trim().to_owned())
    }

    fn by_tag<S: AsRef<str>>(&self, role: &Role<S>) -> Option<Owner> {
        let named = role.tags.iter().flatten().filter_map(|tag| {
            let key = tag.key.as_ref();
            let rank = *self.ranks.get(&folded_key(key))?;
            Some((rank, key, self.named(tag.value.as_ref())?))
        });
        // Two keys of a role can have one form, and AWS does not promise an order.
        let (_, key, name) = named.min_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)))?;
        Some(Owner { name, source: format!("role_tag:{key}") })
    }

    fn by_account(&self, place: &Place<'_>) -> Option<Owner> {
        let id = &place.account.id;
        let name = self.named(&self.accounts.get(id)?.1.owner)?;
        Some(Owner { name, source: format!("account:{id}") })
    }

    /// By the nearest OU that has an owner.
    fn by_ou(&self, place: &Place<'_>) -> Option<Owner> {
        let (parents, path) = (place.account.parents.as_ref()?, place.ou_path.unwrap_or_default());
        let mut path = path.trim_end_matches('/');
        for id in parents.0.iter().rev() {
            // The path of the root is `/`.
            for ou in [id.as_str(), if path.is_empty() { "/" } else { path }] {
                let name = self.ous.get(ou).and_then(|row| self.named(&row.owner));
                if let Some(name) = name {
                    return Some(Owner { name, source: format!("ou:{ou}") });
                }
            }
            path = path.rsplit_once('/').map_or("", |(above, _)| above);
        }
        None
    }
}

impl AccountOwners<'_> {
    /// The owner of a role, if anything names one.
    pub fn of<S: AsRef<str>>(&self, role: &Role<S>) -> Option<Owner> {
        self.owners.by_tag(role).or_else(|| self.default.clone())
    }
}

#[cfg(test)]
mod tests;
