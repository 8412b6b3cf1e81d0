//! The roles that have been idle for longest.

use jiff::Timestamp;
use rolesweep_assess::Longest;
use rolesweep_model::LastUse;

use crate::assessed::AssessedRole;
use crate::sink::Sink;

const SHOWN: usize = 5;

/// A role that has been idle for long.
#[derive(Debug)]
pub struct IdleRole {
    /// For how many days.
    pub days: i64,
    /// How old it is.
    pub age_days: i64,
    /// Whether it may have been idle for longer.
    pub is_minimum: bool,
    /// When it was last used; `None` if no use is recorded.
    pub last_used_at: Option<Timestamp>,
    /// The name that people know its account by.
    pub account: String,
    /// Its path and name.
    pub role: String,
}

/// The flagged roles that have been idle for longest: by idle time, and by age if the idle time is
/// a minimum.
pub(crate) struct LongestIdle(Longest<(bool, i64, bool, i64), IdleRole>);

impl Default for LongestIdle {
    fn default() -> Self {
        Self(Longest::new(SHOWN))
    }
}

impl Sink for LongestIdle {
    fn role(&mut self, assessed: &AssessedRole<'_>) {
        let (role, assessment) = (assessed.role, &assessed.assessment);
        let Some(idle) = assessment.idle.filter(|_| assessment.is_finding()) else { return };
        let Some(rank) = assessment.idle_rank() else { return };
        self.0.offer(rank, role.arn.as_str(), || IdleRole {
            days: idle.days(),
            age_days: assessment.age_days(),
            is_minimum: idle.is_minimum,
            last_used_at: match role.last_use {
                LastUse::Used { at, .. } => Some(at),
                LastUse::NoneRecorded | LastUse::NotCollected => None,
            },
            account: assessed.account.display_name(),
            role: format!("{}{}", role.arn.path().trim_start_matches('/'), role.arn.name()),
        });
    }

    fn join(&mut self, next: Self) {
        self.0.merge(next.0);
    }
}

impl LongestIdle {
    /// The roles, the one that has been idle for longest first.
    pub(crate) fn into_items(self) -> Vec<IdleRole> {
        self.0.into_items()
    }
}
