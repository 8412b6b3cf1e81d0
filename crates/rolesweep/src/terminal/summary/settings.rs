//! What changed in the settings since the report before: otherwise a threshold that was raised would
//! look like roles that were cleaned up.

use std::cmp::Reverse;

use rolesweep_report::{SettingsChange, Summary};

use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// How many changes are shown. The manifest has all.
const SHOWN: usize = 4;

pub(super) fn write(out: &mut Lines, report: &Summary) {
    let Some(settings) = report.settings_changes.as_ref().filter(|it| !it.changes.is_empty()) else { return };
    let changed = text::count(settings.changes.len() as u64, "change");
    let effect = paint(style::WARN, text::unbroken(&settings.effect()));
    let scan = settings.scan_id;
    out.labelled("Settings", &format!("{changed} since the report on scan {scan}: {effect}"));
    let mut changes: Vec<&SettingsChange> = settings.changes.iter().collect();
    // Stable: those of the same weight stay in the order of kinds.
    changes.sort_by_key(|change| Reverse(change.weight()));
    let shown = if changes.len() == SHOWN + 1 { SHOWN + 1 } else { SHOWN };
    for change in changes.iter().take(shown) {
        out.unlabelled(&text::one_line(&change.to_string()));
    }
    if changes.len() > shown {
        let more = text::number((changes.len() - shown) as u64);
        out.unlabelled(&format!("and {more} more, in manifest.json"));
    }
    out.end_block();
}
