//! Counts that have to add up.

use jiff::Timestamp;
use rolesweep_assess::{CoverageSummary, Disposition, Exemption, ExemptionUse, Status, Totals};
use serde::{Serialize, Serializer};

use super::account::AccountEntry;

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Counts {
    accounts: AccountCounts,
    roles: RoleCounts,
    exemptions: Vec<ExemptionCount>,
}

/// What an exemption did.
#[derive(Debug, Clone, Serialize)]
struct ExemptionCount {
    id: String,
    roles: u64,
    exempt: u64,
    newer: u64,
    changed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    overlapping: u64,
}

#[derive(Debug, Clone, Default, Serialize)]
struct AccountCounts {
    total: u64,
    #[serde(flatten)]
    by_coverage: ByWord,
    accepted_gaps: u64,
}

#[derive(Debug, Clone, Default, Serialize)]
struct RoleCounts {
    seen: u64,
    rows: u64,
    by_status: ByWord,
    by_disposition: ByWord,
}

/// A count for each word, in the words' order.
#[derive(Debug, Clone, Default)]
pub(super) struct ByWord(pub(super) Vec<(&'static str, u64)>);

impl ByWord {
    fn sum(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    fn of(&self, word: &str) -> u64 {
        self.0.iter().filter(|(known, _)| *known == word).map(|(_, count)| count).sum()
    }
}

impl Serialize for ByWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl ExemptionCount {
    fn new((exemption, used): (&Exemption, &ExemptionUse)) -> Self {
        let ExemptionUse { roles, exempt, newer, changed, since, overlapping, longer: _ } = *used;
        Self { id: exemption.id.clone(), roles, exempt, newer, changed, since, overlapping }
    }
}

impl Counts {
    /// The counts of a report on these accounts, with so many rows in `roles.csv`, and with what each
    /// exemption did.
    pub(crate) fn new(
        coverage: &CoverageSummary,
        accounts: &[AccountEntry],
        roles: &Totals,
        rows: u64,
        exemptions: (&[Exemption], &[ExemptionUse]),
    ) -> Self {
        let by_status = Status::ALL.map(|status| (status.as_str(), roles.status(status)));
        let by_disposition = Disposition::ALL.map(|it| (it.as_str(), roles.disposition(it)));
        Self {
            accounts: AccountCounts {
                total: accounts.len() as u64,
                by_coverage: ByWord(coverage.counts().map(|(it, count)| (it.as_str(), count)).collect()),
                accepted_gaps: coverage.accepted_gaps(),
            },
            roles: RoleCounts {
                // From the accounts' records, so that the roles that were assessed can be checked
                // against it.
                seen: accounts.iter().filter(|it| it.coverage.has_roles()).map(|it| it.roles).sum(),
                rows,
                by_status: ByWord(by_status.into()),
                by_disposition: ByWord(by_disposition.into()),
            },
            exemptions: exemptions.0.iter().zip(exemptions.1).map(ExemptionCount::new).collect(),
        }
    }

    /// Whether each account has one coverage, each role one status and one disposition, and each
    /// exempt role one exemption.
    pub(crate) fn add_up(&self) -> bool {
        let (accounts, roles) = (&self.accounts, &self.roles);
        accounts.total == accounts.by_coverage.sum()
            && roles.seen == roles.by_status.sum()
            && roles.seen == roles.by_disposition.sum()
            && roles.rows <= roles.seen
            && roles.by_disposition.of(Disposition::Exempt.as_str())
                == self.exemptions.iter().map(|it| it.exempt).sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_model::Coverage;

    use super::*;

    fn accounts() -> Vec<AccountEntry> {
        let of = |(at, coverage)| {
            let id = "123456789012".parse().unwrap();
            (0..=at).map(move |_| {
                let mut entry = AccountEntry::not_reached(id);
                entry.coverage = coverage;
                entry
            })
        };
        Coverage::ALL.into_iter().enumerate().flat_map(of).collect()
    }

    fn counts(accounts: &[AccountEntry], rows: u64) -> Counts {
        let as_of = "2026-11-22T12:00:00Z".parse().unwrap();
        let mut coverage = CoverageSummary::default();
        for entry in self::accounts() {
            coverage.add(&entry.account_id, entry.coverage, &[], as_of);
        }
        Counts::new(&coverage, accounts, &Totals::default(), rows, (&[], &[]))
    }

    #[test]
    fn every_coverage_is_counted_under_its_own_name() {
        let json = serde_json::to_value(counts(&accounts(), 0)).unwrap();
        for (at, coverage) in Coverage::ALL.into_iter().enumerate() {
            assert_eq!(json["accounts"][coverage.as_str()], at + 1, "{coverage}");
        }
        for status in Status::ALL {
            assert!(json["roles"]["by_status"][status.as_str()].is_u64(), "{status}");
        }
        for disposition in Disposition::ALL {
            assert!(json["roles"]["by_disposition"][disposition.as_str()].is_u64(), "{disposition}");
        }
    }

    #[test]
    fn counts_that_do_not_add_up_are_noticed() {
        let mut accounts = accounts();
        assert!(counts(&accounts, 0).add_up());
        assert!(!counts(&accounts, 1).add_up(), "more rows than roles");
        accounts[0].roles = 1;
        assert!(!counts(&accounts, 0).add_up(), "a role that was not assessed");
        assert!(!counts(&accounts[1..], 0).add_up(), "an account that has no entry");
        let exemptions = crate::fixture::parameters().exemptions;
        let add_up = |exempt| {
            let used = ExemptionUse { roles: 2, exempt, ..ExemptionUse::default() };
            let coverage = CoverageSummary::default();
            Counts::new(&coverage, &[], &Totals::default(), 0, (&exemptions, &[used])).add_up()
        };
        assert!(add_up(0) && !add_up(1), "a role is exempt that was not counted");
    }
}
