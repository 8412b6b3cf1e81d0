//! Roles that were used or created after they were read: evidence that the clock that the scan went by was behind AWS's.

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::text::with_thousands;
use rolesweep_model::{CLOCK_TOLERANCE_SECONDS, LastUse, Source};

use crate::assessed::{AssessedRole, Report};

/// Counts roles whose times are later than the scan's own clock.
#[derive(Debug, Default)]
pub(super) struct LaterThanClock {
    /// Whether the report is judged by the scan's clock. Another instant, and the demo's, which follows from one, have nothing to do with it.
    applies: bool,
    roles: u64,
    /// The one whose ARN comes first, with the time that is too late.
    example: Option<(String, Timestamp)>,
}

impl LaterThanClock {
    pub(super) fn new(report: &Report<'_>) -> Self {
        let applies = report.parameters.as_of == report.scan.started_at && report.scan.source == Source::Aws;
        Self { applies, ..Self::default() }
    }

    pub(super) fn role(&mut self, assessed: &AssessedRole<'_>) {
        let Some(record) = assessed.account.record.as_ref().filter(|_| self.applies) else { return };
        let role = assessed.role;
        let used = if let LastUse::Used { at, .. } = role.last_use { at } else { role.created_at };
        let latest = used.max(role.created_at);
        if latest > record.finished_at + SignedDuration::from_secs(CLOCK_TOLERANCE_SECONDS) {
            self.roles += 1;
            self.keep((role.arn.as_str().to_owned(), latest));
        }
    }

    /// Adds what another thread found.
    pub(super) fn merge(&mut self, other: Self) {
        self.roles += other.roles;
        other.example.into_iter().for_each(|example| self.keep(example));
    }

    fn keep(&mut self, example: (String, Timestamp)) {
        if self.example.as_ref().is_none_or(|known| example.0 < known.0) {
            self.example = Some(example);
        }
    }

    /// What a reader has to know; `None` if there are none.
    pub(super) fn note(&self) -> Option<String> {
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
