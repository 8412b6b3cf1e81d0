//! What was not fully read, why, and what to do about it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rolesweep_report::{GapGroup, Summary};

use crate::terminal::gap_group::{self, is_accepted};
use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The heading. The message about a report that is not complete refers to it.
const HEADING: &str = "Not fully read";

/// How many groups are shown. The file has all of them.
const GROUPS: usize = 3;

pub(super) fn write(out: &mut Lines, report: &Summary) {
    if report.gaps.is_empty() {
        return;
    }
    let (accepted, mut open): (Vec<&GapGroup>, Vec<&GapGroup>) =
        report.gaps.iter().partition(|gap| is_accepted(gap));
    open.sort_by_key(|gap| Reverse(gap.accounts.len()));
    out.line(&paint(style::HEADING, HEADING));
    for gap in open.iter().take(GROUPS) {
        gap_group::write(out, gap);
    }
    if let Some(more) = open.len().checked_sub(GROUPS).filter(|more| *more > 0) {
        out.line(&format!("  {}, in accounts.csv", text::count(more as u64, "more reason")));
    }
    if !accepted.is_empty() {
        out.line(&format!("  {}", text::wrap(&accepted_line(&accepted), out.width, 4)));
    }
    out.end_block();
}

/// Accepted gaps need nothing, so one line has all of them.
fn accepted_line(gaps: &[&GapGroup]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in gaps {
        *counts.entry(gap.coverage.as_str()).or_default() += gap.accounts.len();
    }
    let accounts: usize = counts.values().sum();
    let each = counts
        .iter()
        .map(|(coverage, count)| format!("{} {}", text::number(*count as u64), coverage.replace('_', " ")));
    let each = each.collect::<Vec<_>>().join(", ");
    let accounts = text::count(accounts as u64, "account");
    format!("{accounts} with accepted gaps ({each}): accounts.csv says why, and by whom")
}
