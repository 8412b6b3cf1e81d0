//! The role families that have flagged roles in several accounts.

use std::collections::HashMap;

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

/// The flagged roles of one account by family, or those of all accounts before.
#[derive(Default)]
pub(crate) struct Families {
    of_account: Runs,
    /// Since the last time that they went to the table.
    joined: HashMap<String, Count>,
    accounts: u64,
}

/// Families in the order of their roles. A family can come more than once. The names are in one
/// text, because an account has many, and to allocate each would take longer than to count it.
#[derive(Default)]
struct Runs {
    names: String,
    /// Where each name ends, and how many roles in a row have it.
    runs: Vec<(usize, u64)>,
}

#[derive(Default)]
struct Count {
    roles: u64,
    accounts: u64,
    /// The number of the last account that counted.
    last: u64,
}

impl Runs {
    fn add(&mut self, name: &str) {
        let before = self.runs.len().checked_sub(2).map_or(0, |at| self.runs[at].0);
        match self.runs.last_mut() {
            Some((end, roles)) if self.names[before..*end] == *name => *roles += 1,
            _ => {
                self.names.push_str(name);
                self.runs.push((self.names.len(), 1));
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.runs
            .iter()
            .scan(0, |begin, &(end, roles)| Some((&self.names[std::mem::replace(begin, end)..end], roles)))
    }
}

impl Sink for Families {
    fn role(&mut self, assessed: &AssessedRole<'_>) {
        if assessed.assessment.is_finding() {
            self.of_account.add(&family(assessed.role.arn.name()));
        }
    }

    fn join(&mut self, next: Self) {
        self.accounts += 1;
        for (name, roles) in next.of_account.iter() {
            let known = match self.joined.get_mut(name) {
                Some(known) => known,
                None => self.joined.entry(name.to_owned()).or_default(),
            };
            known.roles += roles;
            known.accounts += u64::from(known.last != self.accounts);
            known.last = self.accounts;
        }
    }
}

impl Families {
    /// Moves the counts to the table if there are many, so that memory does not grow with the
    /// organization.
    pub(crate) fn move_if_many(&mut self, table: &FamilyCounts) -> Result<(), StoreError> {
        if self.joined.len() >= HELD { self.move_all(table) } else { Ok(()) }
    }

    /// The most frequent families that occur in more than one account, the one with the most roles
    /// first.
    pub(crate) fn most_frequent(&mut self, table: &FamilyCounts) -> Result<Vec<Family>, StoreError> {
        self.move_all(table)?;
        let found = table.most_frequent(2, SHOWN)?.into_iter();
        Ok(found.map(|FamilyCount { name, roles, accounts }| Family { name, roles, accounts }).collect())
    }

    fn move_all(&mut self, table: &FamilyCounts) -> Result<(), StoreError> {
        let counts = std::mem::take(&mut self.joined).into_iter();
        table.add(counts.map(|(name, Count { roles, accounts, .. })| FamilyCount { name, roles, accounts }))
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
    fn an_account_counts_once_for_a_family_that_comes_between_others() {
        let roles = ["a-eu-west-1-x", "a-eu-west-1-y", "a-us-east-1-x", "a-us-east-1-y"];
        let found = most_frequent([account(&roles), account(&roles[..3])]);
        assert_eq!(found, [("a-*-x".to_owned(), 4, 2), ("a-*-y".to_owned(), 3, 2)]);
    }

    #[test]
    fn roles_that_are_not_flagged_do_not_count() {
        let mut sink = Families::default();
        let mut fixture = Fixture::default();
        for disposition in Disposition::ALL {
            fixture.assessment.disposition = disposition;
            sink.role(&fixture.row());
        }
        assert_eq!(sink.of_account.iter().collect::<Vec<_>>(), [("app", 1)]);
    }

    #[test]
    fn counts_are_the_same_if_they_went_to_the_table_in_between() {
        let names: Vec<String> = (0..HELD).map(|number| format!("role-{number}-of-many")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let table = FamilyCounts::new().unwrap();
        let mut all = Families::default();
        all.join(account(&names));
        all.move_if_many(&table).unwrap();
        assert!(all.joined.is_empty(), "many counts are held in memory");
        all.join(account(&names[..1]));
        all.move_if_many(&table).unwrap();
        assert_eq!(all.joined.len(), 1, "a few counts are not worth the table");
        let found = all.most_frequent(&table).unwrap();
        assert_eq!(found, [Family { name: names[0].to_owned(), roles: 2, accounts: 2 }]);
    }
}
