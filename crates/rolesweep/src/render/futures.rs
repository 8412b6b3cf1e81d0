//! Roles that were used or created after they were read: evidence that the clock that the scan went by was behind AWS's.

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::{AccountRecord, LastUse, Role, Source};
use rolesweep_scan::clock::TOLERANCE_SECONDS;

use super::pass::Pass;
use crate::text;

/// What was found of them.
#[derive(Debug, Default)]
pub(super) struct Futures {
    /// Whether the report is judged by the scan's clock. Another instant, and the demo's, which follows from one, have nothing to do with it.
    applies: bool,
    roles: u64,
    /// The one whose ARN comes first, with the time that is too late.
    example: Option<(String, Timestamp)>,
}

impl Futures {
    pub(super) fn new(pass: &Pass<'_>) -> Self {
        let applies = pass.parameters.as_of == pass.scan.started_at && pass.scan.source == Source::Aws;
        Self { applies, ..Self::default() }
    }

    /// Looks at a role of the account that this record is of.
    pub(super) fn look(&mut self, role: &Role<&str>, record: Option<&AccountRecord>) {
        let Some(record) = record.filter(|_| self.applies) else { return };
        let used = if let LastUse::Used { at, .. } = role.last_use { at } else { role.created_at };
        let latest = used.max(role.created_at);
        if latest > record.finished_at + SignedDuration::from_secs(TOLERANCE_SECONDS) {
            self.roles += 1;
            self.keep((role.arn.as_str().to_owned(), latest));
        }
    }

    /// Takes over what another thread found.
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
                format!("{} roles were", text::number(self.roles))
            },
        ))
    }
}
