//! The summary for a person: how many accounts let a scan in, and why the others do not.

use rolesweep_model::Scan;
use rolesweep_report::GapGroup;
use rolesweep_scan::Check;

use super::explained::AS_CALLER;
use super::tally::Tally;
use crate::terminal::gap_group;
use crate::terminal::lines::{Lines, listed};
use crate::terminal::printer::{paint, style};
use crate::terminal::summary::organization;
use crate::terminal::text;

/// How many groups of accounts are shown. The table has all of them.
const GROUPS: usize = 8;

/// The blocks of the summary, with an empty line before each.
pub(super) fn summary(tally: &Tally, found: &Check, scan: &Scan, width: usize) -> String {
    let mut out = Lines::new(width);
    heading(&mut out, tally, found, scan);
    not_readable(&mut out, tally);
    slower(&mut out, tally);
    as_caller(&mut out, tally);
    found.notes.iter().for_each(|note| out.note(note));
    out.end_block();
    out.line("Nothing was stored.");
    out.finish()
}

fn heading(out: &mut Lines, tally: &Tally, found: &Check, scan: &Scan) {
    out.labelled("Organization", &organization(scan));
    out.labelled("Caller", &text::unbroken(&text::one_line(&scan.caller.arn)));
    out.labelled("Audit role", &text::unbroken(&text::one_line(&scan.parameters.role_name)));
    out.labelled("Accounts", &accounts(tally, found));
    out.end_block();
}

/// `45 accounts: 41 selected, 4 not active`
fn accounts(tally: &Tally, found: &Check) -> String {
    let mut parts = vec![format!("{} selected", text::number(tally.selected()))];
    parts.extend(tally.left_out.iter().map(|(coverage, accounts)| {
        format!("{} {}", text::number(*accounts), coverage.as_str().replace('_', " "))
    }));
    format!("{}: {}", text::count(found.accounts.len() as u64, "account"), listed(&parts))
}

/// How many accounts let a scan in, and why the others do not.
fn not_readable(out: &mut Lines, tally: &Tally) {
    if tally.selected() == 0 {
        return;
    }
    let is_whole = tally.readable == tally.selected();
    let tone = match tally.readable {
        _ if is_whole => style::GOOD,
        0 => style::BAD,
        _ => style::WARN,
    };
    let end = if is_whole { "." } else { ":" };
    let sentence = capitalised(&format!("{}{end}", tally.sentence()));
    out.line(&paint(tone, text::wrap(&sentence, out.width, 0)));
    groups(out, tally.gaps());
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The accounts that take a call for each role, and what would spare that.
fn slower(out: &mut Lines, tally: &Tally) {
    let accounts: u64 = tally.slower().map(|group| group.accounts.len() as u64).sum();
    if accounts == 0 {
        return;
    }
    let sentence = format!(
        "A scan would read {} of the {} by the slower fallback, with a call for each role:",
        text::number(accounts),
        text::number(tally.readable)
    );
    out.line(&text::wrap(&sentence, out.width, 0));
    groups(out, tally.slower());
}

/// Says whose credentials read the caller's own account, if they are not the audit role's.
fn as_caller(out: &mut Lines, tally: &Tally) {
    let Some(account) = &tally.as_caller else { return };
    let account = text::unbroken(account);
    out.line(&text::wrap(&format!("The caller's own account {account} is {AS_CALLER} there."), out.width, 0));
    out.end_block();
}

fn groups<'a>(out: &mut Lines, groups: impl ExactSizeIterator<Item = &'a GapGroup>) {
    let more = groups.len().saturating_sub(GROUPS) as u64;
    groups.take(GROUPS).for_each(|group| gap_group::write(out, group));
    if more > 0 {
        out.line(&format!("  {}, on stdout", text::count(more, "more reason")));
    }
    out.end_block();
}
