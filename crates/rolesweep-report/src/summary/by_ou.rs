//! The OUs with the most findings.

use std::collections::BTreeMap;

use rolesweep_model::ParentId;

use crate::assessed::AssessedAccount;
use crate::sink::Sink;

const SHOWN: usize = 5;

/// The findings in the accounts that an OU holds directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OuFindings {
    /// The names of the OUs down to this one; `/` for the root.
    pub ou_path: String,
    /// How many of its accounts were read.
    pub accounts: u64,
    /// How many roles these accounts have.
    pub roles: u64,
    /// How many of these roles are flagged.
    pub flagged: u64,
}

/// By the id of the OU. AWS allows a few thousand OUs, so the number of accounts does not matter.
#[derive(Default)]
pub(crate) struct ByOu(BTreeMap<ParentId, OuFindings>);

impl Sink for ByOu {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        let facts = account.facts;
        let parents = facts.account.parents.as_ref().filter(|_| facts.coverage().has_roles());
        let Some((ou, ou_path)) = parents.and_then(|parents| parents.0.last()).zip(facts.ou_path.as_ref())
        else {
            return;
        };
        let (roles, flagged) = (account.totals.roles(), account.totals.findings());
        self.0.insert(ou.clone(), OuFindings { ou_path: ou_path.clone(), accounts: 1, roles, flagged });
    }

    fn join(&mut self, next: Self) {
        for (ou, findings) in next.0 {
            match self.0.get_mut(&ou) {
                Some(known) => {
                    known.accounts += findings.accounts;
                    known.roles += findings.roles;
                    known.flagged += findings.flagged;
                }
                None => drop(self.0.insert(ou, findings)),
            }
        }
    }
}

impl ByOu {
    /// The OUs, the one with the most findings first. There are none if all accounts are in one OU.
    pub(crate) fn into_items(self) -> Vec<OuFindings> {
        if self.0.len() < 2 {
            return Vec::new();
        }
        let mut ous: Vec<OuFindings> = self.0.into_values().filter(|ou| ou.flagged > 0).collect();
        // A stable order, which keeps two OUs that share a path in the order of their ids.
        ous.sort_by(|one, other| {
            other.flagged.cmp(&one.flagged).then_with(|| one.ou_path.cmp(&other.ou_path))
        });
        ous.truncate(SHOWN);
        ous
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_assess::{Assessment, Disposition, Totals};
    use rolesweep_model::{Coverage, ParentPath};

    use super::*;
    use crate::fixture::Fixture;

    /// The sink of an account in this OU with flagged and other roles.
    fn account(ou: Option<(&str, &str)>, coverage: Coverage, flagged: u64, others: u64) -> ByOu {
        let mut fixture = Fixture::default();
        fixture.account.account.parents =
            ou.map(|(id, _)| ParentPath(vec!["r-root".parse().unwrap(), id.parse().unwrap()]));
        fixture.account.ou_path = ou.map(|(_, path)| path.to_owned());
        let assessment = fixture.assessment.clone();
        let mut totals = Totals::default();
        (0..flagged).for_each(|_| totals.add(&assessment));
        let other = Assessment { disposition: Disposition::None, ..assessment };
        (0..others).for_each(|_| totals.add(&other));
        let mut sink = ByOu::default();
        sink.account(&AssessedAccount { totals, ..fixture.account_row(coverage) });
        sink
    }

    fn joined(accounts: impl IntoIterator<Item = ByOu>) -> Vec<(String, u64, u64, u64)> {
        let mut all = ByOu::default();
        accounts.into_iter().for_each(|next| all.join(next));
        all.into_items().into_iter().map(|ou| (ou.ou_path, ou.accounts, ou.roles, ou.flagged)).collect()
    }

    const PROD: Option<(&str, &str)> = Some(("ou-root-prod0000", "/Workloads/Prod"));
    const DEV: Option<(&str, &str)> = Some(("ou-root-dev00000", "/Workloads/Dev"));
    const SCANNED: Coverage = Coverage::Scanned;

    #[test]
    fn accounts_add_up_in_the_ou_that_holds_them_and_most_findings_come_first() {
        let found = joined([
            account(DEV, SCANNED, 1, 4),
            account(PROD, SCANNED, 2, 0),
            account(PROD, Coverage::Partial, 1, 7),
        ]);
        let expected = [("/Workloads/Prod".to_owned(), 2, 10, 3), ("/Workloads/Dev".to_owned(), 1, 5, 1)];
        assert_eq!(found, expected);
    }

    #[test]
    fn accounts_that_were_not_read_or_whose_place_is_unknown_are_in_no_ou() {
        let found = joined([
            account(DEV, SCANNED, 1, 0),
            account(PROD, Coverage::Denied, 0, 0),
            account(None, SCANNED, 9, 0),
        ]);
        assert_eq!(found, [], "one OU alone is not compared");
    }

    #[test]
    fn an_ou_without_findings_is_not_shown_but_makes_the_other_one_worth_showing() {
        let found = joined([account(DEV, SCANNED, 0, 3), account(PROD, SCANNED, 2, 0)]);
        assert_eq!(found, [("/Workloads/Prod".to_owned(), 1, 2, 2)]);
    }

    #[test]
    fn ous_that_share_a_path_are_apart_and_only_the_first_few_are_kept() {
        let ids: Vec<String> = (0..8).map(|number| format!("ou-root-twin000{number}")).collect();
        let found = joined(ids.iter().map(|id| account(Some((id, "/Twin")), SCANNED, 1, 0)));
        assert_eq!(found, vec![("/Twin".to_owned(), 1, 1, 1); SHOWN]);
    }
}
