//! Progress on a terminal: one bar for the organization, a line for each of a few current accounts,
//! and failures above them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rolesweep_model::AccountId;
use rolesweep_scan::ports::Event;

use super::counts::Counts;
use crate::terminal::printer::Printer;
use crate::terminal::text;

/// How many of the current accounts get a line. A screen has no space for all.
const LINES: usize = 6;

/// How often spinners turn.
const TICK: Duration = Duration::from_millis(120);

/// The display.
pub(crate) struct Bars {
    printer: Printer,
    bars: MultiProgress,
    organization: ProgressBar,
    state: Mutex<State>,
    /// Turns the spinner until it is dropped; `None` if the system refuses a thread for it.
    _ticker: Option<Sender<()>>,
}

struct State {
    counts: Counts,
    /// The accounts that have a line, with the number of roles so far.
    lines: BTreeMap<AccountId, (ProgressBar, String, u64)>,
}

impl Bars {
    pub(super) fn new(printer: &Printer) -> Self {
        let bars = printer.bars().clone();
        let organization = bars.add(ProgressBar::new(0).with_style(bar_style(Printer::width())));
        let state = Mutex::new(State { counts: Counts::new(), lines: BTreeMap::new() });
        let ticker = tick(organization.clone());
        Self { printer: printer.clone(), bars, organization, state, _ticker: ticker }
    }

    pub(super) fn event(&self, event: &Event) {
        // A panic in another thread must not stop the display.
        let mut guard = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let state = &mut *guard;
        match event {
            Event::Started { account } if state.lines.len() < LINES => {
                let line = self.bars.add(ProgressBar::new_spinner().with_style(line_style()));
                let name = text::account_name(account.id, account.name.as_deref());
                line.set_message(name.clone());
                state.lines.insert(account.id, (line, name, 0));
            }
            Event::Collected { account_id, roles } => {
                if let Some((line, name, seen)) = state.lines.get_mut(account_id) {
                    *seen += *roles as u64;
                    line.set_message(format!("{name}  {}", text::count(*seen, "role")));
                }
            }
            Event::Finished { account, .. } => {
                if let Some((line, ..)) = state.lines.remove(&account.id) {
                    line.finish_and_clear();
                    self.bars.remove(&line);
                }
            }
            _ => {}
        }
        state.counts.event(event, &self.printer);
        self.show(&state.counts);
    }

    fn show(&self, counts: &Counts) {
        self.organization.set_length(counts.known as u64);
        self.organization.set_position(counts.done as u64);
        let known = if counts.all_known { String::new() } else { " known so far".to_owned() };
        let parts = [
            Some(format!("accounts{known}")),
            counts.rate(),
            (counts.gaps > 0).then(|| format!("{} with gaps", counts.gaps)),
            Some(counts.elapsed()),
            counts.eta().map(|left| format!("about {} left", text::duration(left.as_secs()))),
        ];
        self.organization.set_message(parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }

    pub(super) fn clear(&self) {
        self.organization.finish_and_clear();
        let _ = self.bars.clear();
    }
}

/// Turns the spinner of a bar. indicatif's own ticker panics if the system refuses its thread.
fn tick(bar: ProgressBar) -> Option<Sender<()>> {
    let (alive, ended) = mpsc::channel::<()>();
    let turn = move || {
        while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) && !bar.is_finished() {
            bar.tick();
        }
    };
    thread::Builder::new().name("progress".to_owned()).spawn(turn).ok()?;
    Some(alive)
}

/// The bar of the organization. The text next to it is more important, and takes about seventy
/// columns.
fn bar_style(width: usize) -> ProgressStyle {
    // The templates are constants, and a test parses them.
    ProgressStyle::with_template(if width < ROOMY { NARROW } else { WIDE })
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━━╌")
}

/// The least number of columns for the wide bar.
const ROOMY: usize = 110;
const WIDE: &str = "{spinner} {bar:30.cyan/dim} {human_pos}/{human_len} {wide_msg}";
const NARROW: &str = "{spinner} {bar:10.cyan/dim} {human_pos}/{human_len} {wide_msg}";
const LINE: &str = "  {spinner:.dim} {wide_msg:.dim}";

fn line_style() -> ProgressStyle {
    ProgressStyle::with_template(LINE).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_well_formed() {
        assert!(ProgressStyle::with_template(WIDE).is_ok());
        assert!(ProgressStyle::with_template(NARROW).is_ok());
        assert!(ProgressStyle::with_template(LINE).is_ok());
    }
}
