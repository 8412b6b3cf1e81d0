//! The findings by severity.

use rolesweep_assess::risk::Severity;

use crate::assessed::AssessedRole;
use crate::sink::Sink;

/// How many findings have each severity, in the order of [`Severity::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Severities([u64; Severity::ALL.len()]);

impl Severities {
    /// How many have this one.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        self.counts().find(|(known, _)| *known == severity).map_or(0, |(_, count)| count)
    }

    /// Each severity with its count, the worst first.
    pub fn counts(&self) -> impl Iterator<Item = (Severity, u64)> {
        Severity::ALL.into_iter().zip(self.0)
    }

    /// How many are at least as severe as this; `unknown` counts as `high`.
    #[must_use]
    pub fn at_least(&self, limit: Severity) -> u64 {
        self.counts().filter(|(severity, _)| severity.counts_as() >= limit).map(|(_, count)| count).sum()
    }

    /// Counts a finding.
    pub fn add(&mut self, severity: Severity) {
        for (known, count) in Severity::ALL.into_iter().zip(&mut self.0) {
            *count += u64::from(known == severity);
        }
    }
}

impl Sink for Severities {
    fn role(&mut self, role: &AssessedRole<'_>) {
        if let Some(risk) = role.risk.as_ref().filter(|_| role.assessment.is_finding()) {
            self.add(risk.severity);
        }
    }

    fn join(&mut self, next: Self) {
        self.0.iter_mut().zip(next.0).for_each(|(mine, next)| *mine += next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_counts_as_high() {
        let mut severities = Severities::default();
        for severity in Severity::ALL {
            severities.add(severity);
        }
        severities.add(Severity::Unknown);
        let at_least = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        assert_eq!(at_least.map(|limit| severities.at_least(limit)), [1, 4, 5, 6]);
        assert_eq!(severities.count(Severity::Unknown), 2);
    }
}
