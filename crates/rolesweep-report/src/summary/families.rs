//! The role families that have flagged roles in several accounts.

use std::collections::BTreeMap;

use rolesweep_assess::family;
use rolesweep_store::{FamilyCount, FamilyCounts, StoreError};

use crate::assessed::AssessedRole;
use crate::sink::Sink;

const SHOWN: u32 = 10;

/// How many families are held before they go to the store's table. The next account adds at most as
/// many as it has roles.
const HELD: usize = 4096;

/// Flagged roles of several accounts whose names differ only in what is particular to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Their name, with `*` for what differs. It has only characters that IAM allows in names, and
    /// `*`.
    pub name: String,
    /// How many roles.
    pub roles: u64,
    /// In how many accounts.
    pub accounts: u64,
}

/// Flagged roles, and accounts that have some, by family: since the last time that they went to the
/// table.
#[derive(Default)]
pub(crate) struct Families(BTreeMap<String, (u64, u64)>);

impl Sink for Families {
    // A sink that takes roles has those of one account.
    fn role(&mut self, assessed: &AssessedRole<'_>) {
        if assessed.assessment.is_finding() {
            let name = family(assessed.role.arn.name());
            match self.0.get_mut(name.as_ref()) {
                Some((roles, _)) => *roles += 1,
                None => drop(self.0.insert(name.into_owned(), (1, 1))),
            }
        }
    }

    fn join(&mut self, next: Self) {
        for (name, (roles, accounts)) in next.0 {
            let known = self.0.entry(name).or_default();
            known.0 += roles;
            known.1 += accounts;
        }
    }
}

impl Families {
    /// Moves the counts to the table if there are many, so that memory does not grow with the
    /// organization.
    pub(crate) fn move_if_many(&mut self, table: &FamilyCounts) -> Result<(), StoreError> {
        if self.0.len() >= HELD { self.move_all(table) } else { Ok(()) }
    }

    /// The most frequent families that occur in more than one account, the one with the most roles
    /// first.
    pub(crate) fn most_frequent(&mut self, table: &FamilyCounts) -> Result<Vec<Family>, StoreError> {
        self.move_all(table)?;
        let found = table.most_frequent(2, SHOWN)?.into_iter();
        Ok(found.map(|FamilyCount { name, roles, accounts }| Family { name, roles, accounts }).collect())
    }

    fn move_all(&mut self, table: &FamilyCounts) -> Result<(), StoreError> {
        let counts = std::mem::take(&mut self.0).into_iter();
        table.add(counts.map(|(name, (roles, accounts))| FamilyCount { name, roles, accounts }))
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_assess::Disposition;

    use super::*;
    use crate::fixture::Fixture;

    /// The sink of an account with these flagged roles.
    fn account(names: &[&str]) -> Families {
        let mut sink = Families::default();
        for name in names {
            let mut fixture = Fixture::default();
            fixture.role.arn = format!("arn:aws:iam::000000000123:role/{name}").parse().unwrap();
            sink.role(&fixture.row());
        }
        sink
    }

    fn most_frequent(accounts: impl IntoIterator<Item = Families>) -> Vec<(String, u64, u64)> {
        let table = FamilyCounts::new().unwrap();
        let mut all = Families::default();
        for next in accounts {
            all.join(next);
            all.move_if_many(&table).unwrap();
        }
        let found = all.most_frequent(&table).unwrap();
        found.into_iter().map(|family| (family.name, family.roles, family.accounts)).collect()
    }

    #[test]
    fn roles_and_accounts_of_a_family_add_up_and_one_account_alone_is_no_family() {
        let found = most_frequent([
            account(&[
                "cdk-q-deploy-role-000000000001-eu-west-1",
                "cdk-q-deploy-role-000000000001-us-east-1",
            ]),
            account(&["cdk-q-deploy-role-000000000002-eu-west-1", "audit", "alone", "alone-2"]),
            account(&["audit"]),
            account(&[]),
        ]);
        let expected = [("cdk-q-deploy-role-*-*".to_owned(), 3, 2), ("audit".to_owned(), 2, 2)];
        assert_eq!(found, expected);
        assert_eq!(most_frequent([account(&["alone", "other"])]), []);
        assert_eq!(most_frequent([]), []);
    }

    #[test]
    fn roles_that_are_not_flagged_do_not_count() {
        let mut sink = Families::default();
        let mut fixture = Fixture::default();
        for disposition in Disposition::ALL {
            fixture.assessment.disposition = disposition;
            sink.role(&fixture.row());
        }
        assert_eq!(sink.0.into_values().collect::<Vec<_>>(), [(1, 1)]);
    }

    #[test]
    fn counts_are_the_same_if_they_went_to_the_table_in_between() {
        let names: Vec<String> = (0..HELD).map(|number| format!("role-{number}-of-many")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let table = FamilyCounts::new().unwrap();
        let mut all = account(&names);
        all.move_if_many(&table).unwrap();
        assert!(all.0.is_empty(), "many counts are held in memory");
        all.join(account(&names[..1]));
        all.move_if_many(&table).unwrap();
        assert_eq!(all.0.len(), 1, "a few counts are not worth the table");
        let found = all.most_frequent(&table).unwrap();
        assert_eq!(found, [Family { name: names[0].to_owned(), roles: 2, accounts: 2 }]);
    }
}
