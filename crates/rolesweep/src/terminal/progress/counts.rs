//! The counts behind the displays, and the texts that they share.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rolesweep_model::{Account, AccountRecord, Coverage};
use rolesweep_scan::ports::Event;

use crate::process::signals;
use crate::terminal::printer::{Printer, paint, style};
use crate::terminal::text;

/// The progress of a scan.
pub(super) struct Counts {
    pub(super) started: Instant,
    /// Accounts known so far.
    pub(super) known: usize,
    /// Whether all accounts are known.
    pub(super) all_known: bool,
    /// Accounts that are finished.
    pub(super) done: usize,
    /// Roles so far.
    pub(super) roles: u64,
    /// Accounts that are denied, failed or partial.
    pub(super) gaps: usize,
    /// How many accounts failed in the same way. The first few are printed; the summary has all of
    /// them.
    alike: HashMap<(Coverage, String), usize>,
}

/// How many accounts with the same failure get their own line.
const SAID: usize = 3;

impl Counts {
    pub(super) fn new() -> Self {
        let started = Instant::now();
        Self { started, known: 0, all_known: false, done: 0, roles: 0, gaps: 0, alike: HashMap::new() }
    }

    /// Counts an event, and prints what the user should know of it.
    pub(super) fn event(&mut self, event: &Event, printer: &Printer) {
        match event {
            Event::Discovered { total } => self.known = *total,
            Event::DiscoveryEnded { total } => {
                self.known = *total;
                self.all_known = true;
            }
            Event::Collected { roles, .. } => self.roles += *roles as u64,
            Event::Finished { account, record } => {
                // An account that was not reached does not count as progress.
                self.done += usize::from(record.coverage != Coverage::NotReached);
                self.gaps += usize::from(record.coverage.is_gap() && record.coverage != Coverage::NotReached);
                if let Some(line) = self.trouble(account, record) {
                    printer.styled(&line);
                }
            }
            Event::Note(note) => printer.sentence(&format!("note: {}", text::one_line(note))),
            Event::Stopping { reason } => {
                let next = if reason == signals::REASON { "; a second signal stops at once" } else { "" };
                printer.sentence(&format!("stopping: {}{next}", text::one_line(reason)));
            }
            Event::Started { .. } | Event::FellBack { .. } | Event::Retrying { .. } => {}
        }
    }

    /// The line for an account that failed; `None` for others, and if many before it failed in the
    /// same way.
    fn trouble(&mut self, account: &Account, record: &AccountRecord) -> Option<String> {
        let word = match record.coverage {
            Coverage::Denied | Coverage::Failed => paint(style::BAD, record.coverage.as_str()),
            Coverage::Partial => paint(style::WARN, record.coverage.as_str()),
            Coverage::Scanned | Coverage::NotReached | Coverage::NotActive | Coverage::Excluded => {
                return None;
            }
        };
        let reason =
            record.reason.as_ref().map(|reason| text::one_line(&reason.to_string())).unwrap_or_default();
        let seen = self.alike.entry((record.coverage, reason.clone())).or_default();
        *seen += 1;
        let more = match *seen {
            ..=SAID => "",
            seen if seen == SAID + 1 => "; more like this are summed up at the end",
            _ => return None,
        };
        Some(format!("{word} {}  {reason}{more}", text::account_name(account.id, account.name.as_deref())))
    }

    /// `1,234 roles, 567/s`; nothing before the first role. A check keeps none.
    pub(super) fn rate(&self) -> Option<String> {
        if self.roles == 0 {
            return None;
        }
        let seconds = self.started.elapsed().as_secs_f64();
        let roles = text::count(self.roles, "role");
        if seconds < 1.0 {
            return Some(roles);
        }
        // This is a rate for people, so the fraction does not matter. It is far below 2^53.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let rate = (self.roles as f64 / seconds) as u64;
        Some(format!("{roles}, {}/s", text::number(rate)))
    }

    /// The time since the scan began: `2 min 5 s`.
    pub(super) fn elapsed(&self) -> String {
        text::duration(self.started.elapsed().as_secs())
    }

    /// How long the rest will take, once its size is known.
    pub(super) fn eta(&self) -> Option<Duration> {
        if !self.all_known || self.done == 0 || self.done >= self.known {
            return None;
        }
        let left = u32::try_from(self.known - self.done).ok()?;
        let done = u32::try_from(self.done).ok()?;
        let left = self.started.elapsed() * left / done;
        (left >= Duration::from_secs(2)).then_some(left)
    }
}
