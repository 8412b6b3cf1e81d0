//! Progress without a terminal: failures as they happen, and a line every few seconds.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use rolesweep_scan::ports::Event;

use super::counts::Counts;
use crate::terminal::printer::Printer;
use crate::terminal::text;

/// How often a line is written: after this time, and then after a tenth of the time so far, so that
/// a long scan does not fill a log with lines.
const EVERY: Duration = Duration::from_secs(10);

/// The display.
pub(crate) struct Plain {
    printer: Printer,
    state: Mutex<State>,
}

struct State {
    counts: Counts,
    /// When the next line is due.
    due: Instant,
    /// Whether a line said how many accounts were found, so far or in all.
    found: bool,
}

impl Plain {
    pub(super) fn new(printer: Printer) -> Self {
        let state = State { counts: Counts::new(), due: Instant::now() + EVERY, found: false };
        Self { printer, state: Mutex::new(state) }
    }

    pub(super) fn event(&self, event: &Event) {
        // A panic in another thread must not stop the display.
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match event {
            Event::DiscoveryEnded { total } => self.found(&mut state, *total, ""),
            // A result of the first page, before the last page was listed.
            Event::Finished { .. } if !state.found => {
                let known = state.counts.known;
                self.found(&mut state, known, " so far");
            }
            _ => {}
        }
        state.counts.event(event, &self.printer);
        if Instant::now() >= state.due {
            state.due = Instant::now() + EVERY.max(state.counts.started.elapsed() / 10);
            self.printer.line(&line(&state.counts));
        }
    }

    fn found(&self, state: &mut State, accounts: usize, so_far: &str) {
        self.printer.line(&format!("found {}{so_far}", text::count(accounts as u64, "account")));
        state.found = true;
    }
}

/// `12 of 45 accounts, 1,234 roles, 56/s, 2 min 5 s`
fn line(counts: &Counts) -> String {
    let known = text::number(counts.known as u64);
    let at_least = if counts.all_known { "" } else { "at least " };
    let done = text::number(counts.done as u64);
    let rate = counts.rate().map(|rate| format!("{rate}, ")).unwrap_or_default();
    format!("{done} of {at_least}{known} accounts, {rate}{}", counts.elapsed())
}
