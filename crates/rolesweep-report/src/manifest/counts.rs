//! Counts that reconcile.

use rolesweep_assess::{CoverageSummary, Disposition, Status, Totals};
use rolesweep_model::Coverage;
use serde::{Deserialize, Serialize};

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Accounts by what became of them.
    pub accounts: AccountCounts,
    /// Roles by what is said of them.
    pub roles: RoleCounts,
}

/// `total = scanned + partial + denied + failed + not_reached + not_active + excluded`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named for the coverage that each one counts")]
pub struct AccountCounts {
    /// How many accounts the population has.
    pub total: u64,
    pub scanned: u64,
    pub partial: u64,
    pub denied: u64,
    pub failed: u64,
    pub not_reached: u64,
    pub not_active: u64,
    pub excluded: u64,
    /// How many of the gaps among these are accepted.
    pub accepted_gaps: u64,
}

/// `seen` is the sum of the statuses, and that of the dispositions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleCounts {
    /// How many roles were seen.
    pub seen: u64,
    /// How many of them have a row in `roles.csv`.
    pub rows: u64,
    /// By status.
    pub by_status: StatusCounts,
    /// By disposition.
    pub by_disposition: DispositionCounts,
}

/// Roles by status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named for the status that each one counts")]
pub struct StatusCounts {
    pub active: u64,
    pub inactive: u64,
    pub unused: u64,
    pub new: u64,
    pub unknown: u64,
}

/// Roles by disposition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named for the disposition that each one counts")]
pub struct DispositionCounts {
    pub protected: u64,
    pub exempt: u64,
    pub flagged: u64,
    pub undetermined: u64,
    pub none: u64,
}

impl Counts {
    /// The counts of a report over a population of so many accounts, with so many rows in `roles.csv`. `seen` is how many
    /// roles the accounts' records speak of: what the assessed roles are checked against.
    #[must_use]
    pub fn new(population: u64, coverage: &CoverageSummary, seen: u64, roles: &Totals, rows: u64) -> Self {
        Self {
            accounts: AccountCounts {
                total: population,
                scanned: coverage.count(Coverage::Scanned),
                partial: coverage.count(Coverage::Partial),
                denied: coverage.count(Coverage::Denied),
                failed: coverage.count(Coverage::Failed),
                not_reached: coverage.count(Coverage::NotReached),
                not_active: coverage.count(Coverage::NotActive),
                excluded: coverage.count(Coverage::Excluded),
                accepted_gaps: coverage.accepted_gaps(),
            },
            roles: RoleCounts {
                seen,
                rows,
                by_status: StatusCounts {
                    active: roles.status(Status::Active),
                    inactive: roles.status(Status::Inactive),
                    unused: roles.status(Status::Unused),
                    new: roles.status(Status::New),
                    unknown: roles.status(Status::Unknown),
                },
                by_disposition: DispositionCounts {
                    protected: roles.disposition(Disposition::Protected),
                    exempt: roles.disposition(Disposition::Exempt),
                    flagged: roles.disposition(Disposition::Flagged),
                    undetermined: roles.disposition(Disposition::Undetermined),
                    none: roles.disposition(Disposition::None),
                },
            },
        }
    }

    /// Whether the sums are what they have to be.
    #[must_use]
    pub fn reconcile(&self) -> bool {
        let AccountCounts {
            total,
            scanned,
            partial,
            denied,
            failed,
            not_reached,
            not_active,
            excluded,
            accepted_gaps,
        } = self.accounts;
        let RoleCounts { seen, rows, ref by_status, ref by_disposition } = self.roles;
        let StatusCounts { active, inactive, unused, new, unknown } = *by_status;
        let DispositionCounts { protected, exempt, flagged, undetermined, none } = *by_disposition;
        total == scanned + partial + denied + failed + not_reached + not_active + excluded
            && accepted_gaps <= partial + denied + failed + not_reached
            && seen == active + inactive + unused + new + unknown
            && seen == protected + exempt + flagged + undetermined + none
            && rows <= seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(population: u64, seen: u64) -> Counts {
        let as_of = "2026-11-22T12:00:00Z".parse().unwrap();
        let mut coverage = CoverageSummary::default();
        for (at, what) in Coverage::ALL.into_iter().enumerate() {
            for _ in 0..=at {
                coverage.add(&"123456789012".parse().unwrap(), what, &[], as_of);
            }
        }
        Counts::new(population, &coverage, seen, &Totals::default(), 0)
    }

    #[test]
    fn every_coverage_is_counted_under_its_own_name() {
        let json = serde_json::to_value(counts(28, 0)).unwrap();
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
    fn what_does_not_add_up_is_noticed() {
        assert!(counts(28, 0).reconcile());
        assert!(!counts(29, 0).reconcile());
        assert!(!counts(28, 1).reconcile());
        let mut wrong = counts(28, 0);
        wrong.roles.rows = 1;
        assert!(!wrong.reconcile());
        wrong = counts(28, 0);
        wrong.roles.by_status.active = 1;
        wrong.roles.seen = 1;
        assert!(!wrong.reconcile());
    }
}
