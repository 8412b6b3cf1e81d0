//! What the displays count, and the texts that they share.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rolesweep_model::{Account, AccountRecord, Coverage};

use crate::printer::{paint, style};
use crate::{signals, text};

/// Where a scan stands.
pub(super) struct Tally {
    started: Instant,
    /// Accounts known so far.
    pub(super) known: usize,
    /// Whether there are no more to come.
    pub(super) whole: bool,
    /// Accounts that had their turn.
    pub(super) done: usize,
    /// Roles seen.
    pub(super) roles: u64,
    /// Accounts that are denied, failed or partial.
    pub(super) gaps: usize,
    /// How many accounts ended alike: the same trouble four hundred times is said a few times, and summed up at the end.
    alike: HashMap<(Coverage, String), usize>,
}

/// What is said when a scan winds down.
pub(super) fn stopping(reason: &str) -> String {
    let next = if reason == signals::REASON { "; a second one stops at once" } else { "" };
    format!("stopping: {}{next}", text::one_line(reason))
}

/// How many accounts with the same trouble get a line each.
const SAID: usize = 5;

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            known: 0,
            whole: false,
            done: 0,
            roles: 0,
            gaps: 0,
            alike: HashMap::new(),
        }
    }

    pub(super) fn finished(&mut self, record: &AccountRecord) {
        // Its turn did not come, which is no progress.
        self.done += usize::from(record.coverage != Coverage::NotReached);
        if record.coverage.is_gap() && record.coverage != Coverage::NotReached {
            self.gaps += 1;
        }
    }

    /// The line for an account that did not go well; `None` for the others, for those not reached, and for those that are like many
    /// before.
    pub(super) fn trouble(&mut self, account: &Account, record: &AccountRecord) -> Option<String> {
        let word = match record.coverage {
            Coverage::Denied => paint(style::BAD, "denied"),
            Coverage::Failed => paint(style::BAD, "failed"),
            Coverage::Partial => paint(style::WARN, "partial"),
            Coverage::Scanned | Coverage::NotReached | Coverage::NotActive | Coverage::Excluded => {
                return None;
            }
        };
        let reason =
            record.reason.as_ref().map(|reason| text::one_line(&reason.to_string())).unwrap_or_default();
        let seen = self.alike.entry((record.coverage, reason.clone())).or_default();
        *seen += 1;
        match *seen {
            ..=SAID => {
                Some(format!("{word} {}  {reason}", text::account_name(account.id, account.name.as_deref())))
            }
            seen if seen == SAID + 1 => Some(format!(
                "{word} {}  {reason}; more like this are summed up at the end",
                text::account_name(account.id, account.name.as_deref())
            )),
            _ => None,
        }
    }

    /// `1,234 roles, 567/s`
    pub(super) fn rate(&self) -> String {
        let seconds = self.started.elapsed().as_secs_f64();
        let roles = text::count(self.roles, "role");
        if seconds < 1.0 {
            return roles;
        }
        // A rate for people: the fraction does not matter, and it is far below 2^53.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let rate = (self.roles as f64 / seconds) as u64;
        format!("{roles}, {}/s", text::number(rate))
    }

    /// How long the rest will take, once it is known how much that is.
    pub(super) fn eta(&self) -> Option<Duration> {
        if !self.whole || self.done == 0 || self.done >= self.known {
            return None;
        }
        let left = u32::try_from(self.known - self.done).ok()?;
        let done = u32::try_from(self.done).ok()?;
        let left = self.started.elapsed() * left / done;
        (left >= Duration::from_secs(2)).then_some(left)
    }
}
