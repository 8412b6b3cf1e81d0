//! Accounts that share a coverage, a reason and a remedy, as the summaries of a report and of a check
//! show them.

use rolesweep_model::Coverage;
use rolesweep_model::text::first_few;
use rolesweep_report::GapGroup;

use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// How many accounts of a group are named.
const NAMED: usize = 3;

fn accepted(gap: &GapGroup) -> usize {
    gap.accounts.iter().filter(|(_, accepted)| accepted.is_some()).count()
}

/// Whether somebody accepted the gap of each account.
pub(crate) fn is_accepted(gap: &GapGroup) -> bool {
    accepted(gap) == gap.accounts.len()
}

/// How many accounts, which, why, and what to do about it.
pub(crate) fn write(out: &mut Lines, gap: &GapGroup) {
    let accounts = gap.accounts.len() as u64;
    let accepted_word = match accepted(gap) as u64 {
        0 => String::new(),
        some if some == accounts => " (accepted)".to_owned(),
        some => format!(" ({} accepted)", text::number(some)),
    };
    let (tone, word) = match gap.coverage {
        // Something else than its coverage is worth telling.
        Coverage::Scanned => (style::WARN, String::new()),
        coverage => {
            let tone = if is_accepted(gap) { style::DIM } else { style::BAD };
            (tone, format!(" {}", coverage.as_str().replace('_', " ")))
        }
    };
    let reason = match text::one_line(&gap.reason) {
        reason if reason.is_empty() => String::new(),
        reason => format!(": {reason}"),
    };
    let names = gap.accounts.iter().map(|(account, _)| text::unbroken(account));
    let names = paint(style::DIM, first_few(names, NAMED, gap.accounts.len()));
    let line = match gap.accounts.as_slice() {
        [_] => format!("{names}{}{accepted_word}{reason}", paint(tone, word)),
        _ => {
            let what = text::unbroken(&format!("{}{word}", text::count(accounts, "account")));
            format!("{}{accepted_word}, {names}{reason}", paint(tone, what))
        }
    };
    out.line(&format!("  {}", text::wrap(&line, out.width, 4)));
    if let Some(remedy) = gap.remedy.as_ref().filter(|_| !is_accepted(gap)) {
        let help = format!("{} {remedy}", paint(style::GOOD, "help:"));
        out.line(&format!("    {}", text::wrap(&help, out.width, 4)));
    }
}
