//! What was not fully read, why, and what to do about it.

use rolesweep_model::text::first_few;
use rolesweep_report::{GapGroup, Summary};

use super::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The heading. Error messages refer to it.
pub(crate) const HEADING: &str = "Not fully read";

/// How many groups are shown. The file has all of them.
const GROUPS: usize = 8;

/// How many accounts of a group are named.
const NAMED: usize = 3;

pub(super) fn write(out: &mut Lines, report: &Summary) {
    if report.gaps.is_empty() {
        return;
    }
    out.line(&paint(style::HEADING, HEADING));
    for gap in report.gaps.iter().take(GROUPS) {
        group(out, gap);
    }
    if let Some(more) = report.gaps.len().checked_sub(GROUPS).filter(|more| *more > 0) {
        out.line(&format!("  {} in accounts.csv", text::count(more as u64, "more reason") + ","));
    }
    out.end_block();
}

fn group(out: &mut Lines, gap: &GapGroup) {
    let accounts = gap.accounts.len() as u64;
    let accepted = gap.accounts.iter().filter(|(_, accepted)| accepted.is_some()).count() as u64;
    let is_accepted = accepted == accounts;
    let accepted_word = match accepted {
        0 => String::new(),
        _ if is_accepted => " (accepted)".to_owned(),
        some => format!(" ({} accepted)", text::number(some)),
    };
    let word = gap.coverage.as_str().replace('_', " ");
    let tone = if is_accepted { style::DIM } else { style::BAD };
    let what = text::unbroken(&format!("{} {word}", text::count(accounts, "account")));
    let reason = match text::one_line(&gap.reason) {
        reason if reason.is_empty() => String::new(),
        reason => format!(": {reason}"),
    };
    let line = format!("  {}{accepted_word}{reason}", paint(tone, what));
    out.line(&text::wrap(&line, out.width, 4));
    let names = gap.accounts.iter().map(|(account, _)| text::unbroken(account));
    let names = first_few(names, NAMED, gap.accounts.len());
    let names = text::wrap(&format!("    {names}"), out.width, 4);
    out.line(&paint(style::DIM, names));
    if let Some(remedy) = gap.remedy.as_ref().filter(|_| !is_accepted) {
        let help = format!("    {} {remedy}", paint(style::GOOD, "help:"));
        out.line(&text::wrap(&help, out.width, 4));
    }
}
