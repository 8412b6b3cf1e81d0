//! Progress where nobody looks at a terminal: failures as they happen, and a line now and then.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use rolesweep_scan::ports::Event;

use super::tally::{self, Tally};
use crate::printer::Printer;
use crate::text;

/// How often a line is written.
const EVERY: Duration = Duration::from_secs(10);

/// The display.
pub(crate) struct Plain {
    printer: Printer,
    state: Mutex<(Tally, Instant)>,
}

impl Plain {
    pub(super) fn new(printer: Printer) -> Self {
        Self { printer, state: Mutex::new((Tally::new(), Instant::now())) }
    }

    pub(super) fn event(&self, event: &Event) {
        // A panic elsewhere must not silence the display.
        let mut guard = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (tally, last) = &mut *guard;
        match event {
            Event::Discovered { total } => tally.known = *total,
            Event::DiscoveryEnded { total } => {
                tally.known = *total;
                tally.whole = true;
                self.printer.line(&format!("found {}", text::count(*total as u64, "account")));
            }
            Event::Collected { roles, .. } => tally.roles += *roles as u64,
            Event::Finished { account, record } => {
                tally.finished(record);
                if let Some(line) = tally.trouble(account, record) {
                    self.printer.line(&line);
                }
            }
            Event::Note(note) => self.printer.sentence(&format!("note: {}", text::one_line(note))),
            Event::Stopping { reason } => self.printer.sentence(&tally::stopping(reason)),
            Event::Started { .. } | Event::FellBack { .. } | Event::Retrying { .. } => {}
        }
        if last.elapsed() >= EVERY {
            *last = Instant::now();
            let known = if tally.whole {
                text::number(tally.known as u64)
            } else {
                format!("at least {}", tally.known)
            };
            self.printer.line(&format!(
                "{} of {known} accounts, {}",
                text::number(tally.done as u64),
                tally.rate()
            ));
        }
    }
}
