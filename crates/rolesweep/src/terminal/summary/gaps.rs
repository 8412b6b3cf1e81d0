//! What was not fully read, why, and what to do about it.

use std::cmp::Reverse;

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
    let mut gaps: Vec<&GapGroup> = report.gaps.iter().collect();
    gaps.sort_by_key(|gap| (is_accepted(gap), Reverse(gap.accounts.len())));
    out.line(&paint(style::HEADING, HEADING));
    for gap in gaps.iter().take(GROUPS) {
        gap_group::write(out, gap);
    }
    if let Some(more) = gaps.len().checked_sub(GROUPS).filter(|more| *more > 0) {
        out.line(&format!("  {}, in accounts.csv", text::count(more as u64, "more reason")));
    }
    out.end_block();
}
