//! Progress without a terminal: failures as they happen, and a line every few seconds.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use rolesweep_scan::ports::Event;

use super::counts::Counts;
use crate::terminal::printer::Printer;
use crate::terminal::text;

/// How often a line is written.
const EVERY: Duration = Duration::from_secs(10);

/// The display.
pub(crate) struct Plain {
    printer: Printer,
    state: Mutex<(Counts, Instant)>,
}

impl Plain {
    pub(super) fn new(printer: Printer) -> Self {
        Self { printer, state: Mutex::new((Counts::new(), Instant::now())) }
    }

    pub(super) fn event(&self, event: &Event) {
        // A panic in another thread must not stop the display.
        let mut guard = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (counts, last) = &mut *guard;
        if let Event::DiscoveryEnded { total } = event {
            self.printer.line(&format!("found {}", text::count(*total as u64, "account")));
        }
        counts.event(event, &self.printer);
        if last.elapsed() >= EVERY {
            *last = Instant::now();
            let known = if counts.all_known {
                text::number(counts.known as u64)
            } else {
                format!("at least {}", text::number(counts.known as u64))
            };
            self.printer.line(&format!(
                "{} of {known} accounts, {}",
                text::number(counts.done as u64),
                counts.rate()
            ));
        }
    }
}
