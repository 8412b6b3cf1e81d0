//! Roles that were used or created after they were read: evidence that the scan's clock was behind
//! AWS's.

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::clock::TOLERANCE_SECONDS;
use rolesweep_model::text::with_thousands;
use rolesweep_model::{LastUse, Source};

use crate::assessed::{AssessedRole, Report};
use crate::sink::Sink;

/// Counts roles whose times are later than the scan's own clock.
#[derive(Debug, Default)]
pub(crate) struct LaterThanClock {
    roles: u64,
    /// The role with the first ARN, and its time that is too late.
    example: Option<(String, Timestamp)>,
}

impl Sink for LaterThanClock {
    fn role(&mut self, assessed: &AssessedRole<'_>) {
        let Some(record) = &assessed.account.record else { return };
        let role = assessed.role;
        let used = if let LastUse::Used { at, .. } = role.last_use { at } else { role.created_at };
        let latest = used.max(role.created_at);
        if latest > record.finished_at + SignedDuration::from_secs(TOLERANCE_SECONDS) {
            self.roles += 1;
            self.example.get_or_insert_with(|| (role.arn.as_str().to_owned(), latest));
        }
    }

    fn join(&mut self, next: Self) {
        self.roles += next.roles;
        self.example = self.example.take().or(next.example);
    }
}

impl LaterThanClock {
    /// What a reader has to know. `None` if there are no such roles, or if the scan's clock does
    /// not matter: the report is as of another instant, or it is the demo's, whose times all follow
    /// from one instant.
    pub(crate) fn note(&self, report: &Report<'_>) -> Option<String> {
        let Report { scan, parameters, .. } = *report;
        if parameters.as_of != scan.started_at || scan.source != Source::Aws {
            return None;
        }
        let (arn, at) = self.example.as_ref()?;
        Some(format!(
            "{} last used or created after the scan by this machine's clock (such as {arn}, at {at}): the clock was behind AWS's, idle times are \
             too short, and the report is not complete; set the clock and scan again",
            if self.roles == 1 {
                "1 role was".to_owned()
            } else {
                format!("{} roles were", with_thousands(self.roles))
            },
        ))
    }
}
