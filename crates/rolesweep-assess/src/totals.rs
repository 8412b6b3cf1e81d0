//! Counts of roles by status and disposition.

use crate::disposition::Disposition;
use crate::judge::Assessment;
use crate::status::Status;

/// How many roles have each status and each disposition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// By status, then by disposition, each in the order of declaration.
    roles: [[u64; Disposition::ALL.len()]; Status::ALL.len()],
}

impl Totals {
    /// Counts one role.
    pub fn add(&mut self, assessment: &Assessment) {
        self.roles[assessment.status as usize][assessment.disposition as usize] += 1;
    }

    /// Adds the counts of another one.
    pub fn merge(&mut self, other: &Self) {
        for (counts, others) in self.roles.iter_mut().flatten().zip(other.roles.iter().flatten()) {
            *counts += others;
        }
    }

    /// How many roles have both this status and this disposition.
    #[must_use]
    pub fn both(&self, status: Status, disposition: Disposition) -> u64 {
        self.roles[status as usize][disposition as usize]
    }

    /// How many roles have this status.
    #[must_use]
    pub fn status(&self, status: Status) -> u64 {
        self.roles[status as usize].iter().sum()
    }

    /// How many roles have this disposition.
    #[must_use]
    pub fn disposition(&self, disposition: Disposition) -> u64 {
        self.roles.iter().map(|counts| counts[disposition as usize]).sum()
    }

    /// How many roles were counted.
    #[must_use]
    pub fn roles(&self) -> u64 {
        self.roles.iter().flatten().sum()
    }

    /// How many of them are findings.
    #[must_use]
    pub fn findings(&self) -> u64 {
        self.disposition(Disposition::Flagged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threshold::Threshold;

    fn assessment(status: Status, disposition: Disposition) -> Assessment {
        Assessment {
            status,
            disposition,
            disposition_reason: "".into(),
            idle: None,
            age_seconds: 0,
            threshold: Threshold::DEFAULT,
            threshold_rule: "".into(),
            exemption: None,
        }
    }

    #[test]
    fn roles_are_counted_by_status_by_disposition_and_by_both() {
        let mut totals = Totals::default();
        let mut number = 0;
        for status in Status::ALL {
            for disposition in Disposition::ALL {
                number += 1;
                for _ in 0..number {
                    totals.add(&assessment(status, disposition));
                }
            }
        }
        assert_eq!(totals.roles(), (1..=25).sum::<u64>());
        assert_eq!(totals.both(Status::Active, Disposition::Protected), 1);
        assert_eq!(totals.both(Status::Unknown, Disposition::None), 25);
        assert_eq!(totals.status(Status::Inactive), 6 + 7 + 8 + 9 + 10);
        assert_eq!(totals.findings(), 3 + 8 + 13 + 18 + 23);
        assert_eq!(Status::ALL.map(|status| totals.status(status)).iter().sum::<u64>(), totals.roles());
        assert_eq!(
            Disposition::ALL.map(|disposition| totals.disposition(disposition)).iter().sum::<u64>(),
            totals.roles()
        );
        let mut twice = totals.clone();
        twice.merge(&totals);
        assert_eq!(twice.roles(), 2 * totals.roles());
        assert_eq!(twice.both(Status::Unused, Disposition::Flagged), 2 * 13);
    }
}
