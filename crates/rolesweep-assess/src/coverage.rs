//! What became of the population: how many accounts have each coverage, and whether it is complete.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rolesweep_model::{AccountId, Coverage};
use serde::{Deserialize, Serialize};

/// How complete a report is. Only this type has the words for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// The population came whole, and has no gap.
    Yes,
    /// The population came whole, and somebody accepted each of its gaps in writing.
    WithAcceptedGaps,
    /// Something is missing, and nobody accepted that.
    No,
}

impl Completeness {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::Yes, Self::WithAcceptedGaps, Self::No];

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::WithAcceptedGaps => "with_accepted_gaps",
            Self::No => "no",
        }
    }

    /// The words for people: `yes`, `with accepted gaps (5)`, `no`.
    #[must_use]
    pub fn in_words(self, accepted_gaps: u64) -> String {
        let word = self.as_str().replace('_', " ");
        match self {
            Self::WithAcceptedGaps => format!("{word} ({accepted_gaps})"),
            Self::Yes | Self::No => word,
        }
    }
}

/// A gap that somebody accepts: the account that is not covered, who accepts it, why, and until
/// when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcceptedGap {
    /// The account.
    pub account_id: AccountId,
    /// Who answers for it.
    pub owner: String,
    /// Who approved that: somebody other than the owner.
    pub approved_by: String,
    /// Why it is accepted.
    pub reason: String,
    /// When it ends: at this very instant it no longer holds.
    pub expires: Timestamp,
}

impl AcceptedGap {
    /// Whether it still holds at an instant.
    #[must_use]
    pub fn in_force(&self, as_of: Timestamp) -> bool {
        as_of < self.expires
    }

    /// Whether it accepts this coverage of this account. Only a gap can be accepted.
    #[must_use]
    pub fn covers(&self, account: &AccountId, coverage: Coverage, as_of: Timestamp) -> bool {
        self.account_id == *account && coverage.is_gap() && self.in_force(as_of)
    }
}

/// How many accounts there are of each coverage. An accepted gap counts as its coverage, and also
/// as accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageSummary {
    accounts: BTreeMap<Coverage, u64>,
    accepted: BTreeMap<Coverage, u64>,
}

impl CoverageSummary {
    /// Counts one account, and returns the accepted gap that applies to it, if any.
    pub fn add<'a>(
        &mut self,
        account: &AccountId,
        coverage: Coverage,
        gaps: &'a [AcceptedGap],
        as_of: Timestamp,
    ) -> Option<&'a AcceptedGap> {
        *self.accounts.entry(coverage).or_default() += 1;
        let gap = gaps.iter().find(|gap| gap.covers(account, coverage, as_of));
        if gap.is_some() {
            *self.accepted.entry(coverage).or_default() += 1;
        }
        gap
    }

    /// How many accounts have this coverage, accepted or not.
    #[must_use]
    pub fn count(&self, coverage: Coverage) -> u64 {
        self.accounts.get(&coverage).copied().unwrap_or_default()
    }

    /// How many of those are accepted gaps.
    #[must_use]
    pub fn accepted(&self, coverage: Coverage) -> u64 {
        self.accepted.get(&coverage).copied().unwrap_or_default()
    }

    /// Every coverage with its count, in the order of every table that shows them.
    pub fn counts(&self) -> impl Iterator<Item = (Coverage, u64)> {
        Coverage::ALL.into_iter().map(|coverage| (coverage, self.count(coverage)))
    }

    /// How many accounts were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.accounts.values().sum()
    }

    /// How many gaps are accepted.
    #[must_use]
    pub fn accepted_gaps(&self) -> u64 {
        self.accepted.values().sum()
    }

    /// How many gaps nobody accepted.
    #[must_use]
    pub fn open_gaps(&self) -> u64 {
        let gaps: u64 = self.counts().filter(|(coverage, _)| coverage.is_gap()).map(|(_, count)| count).sum();
        gaps - self.accepted_gaps()
    }

    /// How complete a report with this coverage is. `population_complete` says whether the
    /// population came whole.
    #[must_use]
    pub fn completeness(&self, population_complete: bool) -> Completeness {
        match (population_complete, self.open_gaps(), self.accepted_gaps()) {
            (true, 0, 0) => Completeness::Yes,
            (true, 0, _) => Completeness::WithAcceptedGaps,
            _ => Completeness::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: usize) -> AccountId {
        format!("{number:012}").parse().unwrap()
    }

    fn gap(number: usize, expires: &str) -> AcceptedGap {
        AcceptedGap {
            account_id: account(number),
            owner: "ops".to_owned(),
            approved_by: "ciso".to_owned(),
            reason: "being merged".to_owned(),
            expires: expires.parse().unwrap(),
        }
    }

    const AS_OF: &str = "2026-11-22T12:00:00Z";

    #[test]
    fn each_gap_makes_a_report_incomplete_and_nothing_else_does() {
        for coverage in Coverage::ALL {
            let mut summary = CoverageSummary::default();
            summary.add(&account(1), Coverage::Scanned, &[], AS_OF.parse().unwrap());
            summary.add(&account(2), coverage, &[], AS_OF.parse().unwrap());
            let is_gap = matches!(
                coverage,
                Coverage::Partial | Coverage::Denied | Coverage::Failed | Coverage::NotReached
            );
            let expected = if is_gap { Completeness::No } else { Completeness::Yes };
            assert_eq!(summary.completeness(true), expected, "{coverage}");
            assert_eq!(summary.open_gaps(), u64::from(is_gap), "{coverage}");
            assert_eq!(summary.completeness(false), Completeness::No, "{coverage}");
            assert_eq!(summary.total(), 2, "{coverage}");
        }
    }

    #[test]
    fn completeness_has_words_for_files_and_for_people() {
        let words = Completeness::ALL.map(Completeness::as_str);
        assert_eq!(words, ["yes", "with_accepted_gaps", "no"]);
        let words = Completeness::ALL.map(|completeness| completeness.in_words(5));
        assert_eq!(words, ["yes", "with accepted gaps (5)", "no"]);
    }

    #[test]
    fn an_accepted_gap_counts_while_it_holds_and_only_for_gaps() {
        for (expires, coverage, accepted) in [
            ("2026-11-22T12:00:01Z", Coverage::Denied, true),
            ("2026-11-22T12:00:00Z", Coverage::Denied, false),
            ("2027-01-01T00:00:00Z", Coverage::Partial, true),
            ("2027-01-01T00:00:00Z", Coverage::Failed, true),
            ("2027-01-01T00:00:00Z", Coverage::NotReached, true),
            ("2027-01-01T00:00:00Z", Coverage::Scanned, false),
            ("2027-01-01T00:00:00Z", Coverage::NotActive, false),
            ("2027-01-01T00:00:00Z", Coverage::Excluded, false),
        ] {
            let gaps = [gap(7, expires)];
            let as_of = AS_OF.parse().unwrap();
            let mut summary = CoverageSummary::default();
            let found = summary.add(&account(7), coverage, &gaps, as_of);
            assert_eq!(found.is_some(), accepted, "{expires} {coverage}");
            assert_eq!(summary.accepted(coverage), u64::from(accepted));
            // The coverage does not change.
            assert_eq!(summary.count(coverage), 1);
            let expected = match (coverage.is_gap(), accepted) {
                (false, _) => Completeness::Yes,
                (true, true) => Completeness::WithAcceptedGaps,
                (true, false) => Completeness::No,
            };
            assert_eq!(summary.completeness(true), expected);
            assert_eq!(summary.completeness(false), Completeness::No);
            // It does not accept another account's gap.
            summary.add(&account(8), Coverage::Denied, &gaps, as_of);
            assert_eq!(summary.open_gaps(), 1 + u64::from(coverage.is_gap() && !accepted));
            assert_eq!(summary.completeness(true), Completeness::No);
        }
    }
}
