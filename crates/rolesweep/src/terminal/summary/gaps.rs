//! What was not fully read, why, and what to do about it.

use std::cmp::Reverse;

use rolesweep_model::text::first_few;
use rolesweep_report::{GapGroup, Summary};

use super::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The heading. The message about a report that is not complete refers to it.
const HEADING: &str = "Not fully read";

/// How many groups are shown. The file has all of them.
const GROUPS: usize = 3;

/// How many accounts of a group are named.
const NAMED: usize = 3;

pub(super) fn write(out: &mut Lines, report: &Summary) {
    if report.gaps.is_empty() {
        return;
    }
    let mut gaps: Vec<&GapGroup> = report.gaps.iter().collect();
    gaps.sort_by_key(|gap| (is_accepted(gap), Reverse(gap.accounts.len())));
    out.line(&paint(style::HEADING, HEADING));
    for gap in gaps.iter().take(GROUPS) {
        group(out, gap);
    }
    if let Some(more) = gaps.len().checked_sub(GROUPS).filter(|more| *more > 0) {
        out.line(&format!("  {}, in accounts.csv", text::count(more as u64, "more reason")));
    }
    out.end_block();
}

fn accepted(gap: &GapGroup) -> usize {
    gap.accounts.iter().filter(|(_, accepted)| accepted.is_some()).count()
}

fn is_accepted(gap: &GapGroup) -> bool {
    accepted(gap) == gap.accounts.len()
}

fn group(out: &mut Lines, gap: &GapGroup) {
    let accounts = gap.accounts.len() as u64;
    let accepted_word = match accepted(gap) as u64 {
        0 => String::new(),
        some if some == accounts => " (accepted)".to_owned(),
        some => format!(" ({} accepted)", text::number(some)),
    };
    let word = gap.coverage.as_str().replace('_', " ");
    let tone = if is_accepted(gap) { style::DIM } else { style::BAD };
    let what = text::unbroken(&format!("{} {word}", text::count(accounts, "account")));
    let reason = match text::one_line(&gap.reason) {
        reason if reason.is_empty() => String::new(),
        reason => format!(": {reason}"),
    };
    let names = gap.accounts.iter().map(|(account, _)| text::unbroken(account));
    let names = paint(style::DIM, first_few(names, NAMED, gap.accounts.len()));
    let line = format!("{}{accepted_word}, {names}{reason}", paint(tone, what));
    out.line(&format!("  {}", text::wrap(&line, out.width, 4)));
    if let Some(remedy) = gap.remedy.as_ref().filter(|_| !is_accepted(gap)) {
        let help = format!("{} {remedy}", paint(style::GOOD, "help:"));
        out.line(&format!("    {}", text::wrap(&help, out.width, 4)));
    }
}
