//! What a scan shows while it runs: bars on a terminal, otherwise a line every few seconds, or
//! nothing.

mod bars;
mod counts;
mod plain;

use rolesweep_scan::ports::{Event, Observer};

use crate::terminal::printer::Printer;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Bars, redrawn in place.
    Bars,
    /// A plain line from time to time.
    Plain,
    /// Not at all.
    Silent,
}

/// The display of one scan.
pub(crate) enum Progress {
    /// Bars, redrawn in place.
    Bars(bars::Bars),
    /// A plain line from time to time.
    Plain(plain::Plain),
    /// Not at all.
    Silent,
}

impl Progress {
    /// A display in that style.
    pub(crate) fn new(style: Style, printer: &Printer) -> Self {
        match style {
            Style::Bars => Self::Bars(bars::Bars::new(printer)),
            Style::Plain => Self::Plain(plain::Plain::new(printer.clone())),
            Style::Silent => Self::Silent,
        }
    }

    /// Removes the bars from the screen.
    pub(crate) fn clear(&self) {
        if let Self::Bars(bars) = self {
            bars.clear();
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        log(event);
        match self {
            Self::Bars(bars) => bars.event(event),
            Self::Plain(plain) => plain.event(event),
            Self::Silent => {}
        }
    }
}

/// Writes an event to the log, independent of the display.
fn log(event: &Event) {
    match event {
        Event::Discovered { total } => tracing::debug!(total, "accounts discovered"),
        Event::DiscoveryEnded { total } => tracing::info!(total, "discovery ended"),
        Event::Started { account } => tracing::debug!(account = %account.id, "account started"),
        Event::Collected { account_id, roles } => {
            tracing::trace!(account = %account_id, roles, "page collected")
        }
        Event::FellBack { account_id } => {
            tracing::info!(account = %account_id, "falling back to ListRoles and GetRole");
        }
        Event::Retrying { account_id, error } => match account_id {
            Some(account) => tracing::info!(account = %account, %error, "trying again"),
            None => tracing::info!(%error, "trying again"),
        },
        Event::Finished { account, record } => {
            let reason = record.reason.as_ref().map(ToString::to_string).unwrap_or_default();
            let detail =
                record.reason.as_ref().and_then(|reason| reason.detail.as_deref()).unwrap_or_default();
            tracing::info!(account = %account.id, coverage = %record.coverage, roles = record.roles, reason, "account finished");
            if !detail.is_empty() {
                tracing::debug!(account = %account.id, detail, "what AWS said");
            }
        }
        Event::Note(note) => tracing::info!(note),
        Event::Stopping { reason } => tracing::info!(reason, "stopping"),
    }
}
