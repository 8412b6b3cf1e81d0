//! The roles and accounts that stand out.

use jiff::Timestamp;
use rolesweep_assess::Longest;
use rolesweep_model::{AccountId, LastUse};

use crate::assessed::{AccountFacts, AssessedAccount, AssessedRole};

/// How many roles and accounts stand out.
const SHOWN: usize = 5;

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

/// A role that has been idle for long.
#[derive(Debug)]
pub struct LongIdle {
    /// For how many days.
    pub days: i64,
    /// How old it is.
    pub age_days: i64,
    /// Whether it may have been idle for longer.
    pub is_minimum: bool,
    /// When it was last used; `None` if no use is recorded.
    pub last_used_at: Option<Timestamp>,
    /// Its account.
    pub account: AccountName,
    /// Its path and name.
    pub role: String,
}

/// The roles that have been idle for longest: by idle time, and by age among those whose idle time is a minimum.
pub(super) struct LongestIdle(Longest<(bool, i64, bool, i64), LongIdle>);

impl LongestIdle {
    pub(super) fn new() -> Self {
        Self(Longest::new(SHOWN))
    }

    pub(super) fn role(&mut self, assessed: &AssessedRole<'_>) {
        let (role, assessment) = (assessed.role, &assessed.assessment);
        let Some(idle) = assessment.idle.filter(|_| assessment.is_finding()) else { return };
        let Some(rank) = assessment.idle_rank() else { return };
        self.0.offer(rank, role.arn.as_str(), || LongIdle {
            days: idle.days(),
            age_days: assessment.age_days(),
            is_minimum: idle.is_minimum,
            last_used_at: match role.last_use {
                LastUse::Used { at, .. } => Some(at),
                LastUse::NoneRecorded | LastUse::NotCollected => None,
            },
            account: AccountName::of(assessed.account),
            role: format!("{}{}", role.arn.path().trim_start_matches('/'), role.arn.name()),
        });
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }

    pub(super) fn into_items(self) -> Vec<LongIdle> {
        self.0.into_items()
    }
}

/// An account with many findings.
#[derive(Debug)]
pub struct Burdened {
    /// How many of its roles are flagged.
    pub flagged: u64,
    /// How many roles it has.
    pub roles: u64,
    /// The account.
    pub account: AccountName,
    /// The names of the OUs above it; empty if AWS did not say where it is.
    pub ou_path: String,
}

/// The accounts with most findings.
pub(super) struct MostFindings(Longest<u64, Burdened>);

impl MostFindings {
    pub(super) fn new() -> Self {
        Self(Longest::new(SHOWN))
    }

    pub(super) fn account(&mut self, account: &AssessedAccount<'_>) {
        let (facts, flagged) = (account.facts, account.totals.findings());
        if flagged > 0 {
            self.0.offer(flagged, facts.account.id.as_str(), || Burdened {
                flagged,
                roles: account.totals.roles(),
                account: AccountName::of(facts),
                ou_path: facts.ou_path.clone().unwrap_or_default(),
            });
        }
    }

    pub(super) fn into_items(self) -> Vec<Burdened> {
        self.0.into_items()
    }
}
