//! The summary for a person: how many accounts let a scan in, and why the others do not.

use rolesweep_model::text::first_few;
use rolesweep_model::{Coverage, Scan, Source};
use rolesweep_report::GapGroup;
use rolesweep_scan::Check;

use super::explained::AS_CALLER;
use super::tally::Tally;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// The column at which texts begin after their labels.
const INDENT: usize = 14;

/// How many groups of accounts are shown. The table has all of them.
const GROUPS: usize = 8;

/// How many accounts of a group are named.
const NAMED: usize = 3;

/// The blocks of the summary, with an empty line before each.
pub(super) fn summary(tally: &Tally, found: &Check, scan: &Scan, width: usize) -> String {
    let notes = found.notes.iter().map(|note| {
        let note = format!("{} {}", paint(style::WARN, "note:"), text::one_line(note));
        text::wrap(&note, width, 0)
    });
    let blocks = [
        heading(tally, found, scan, width),
        not_readable(tally, width),
        slower(tally, width),
        as_caller(tally, width),
        notes.collect(),
        vec!["Nothing was stored.".to_owned()],
    ];
    blocks
        .into_iter()
        .filter(|block| !block.is_empty())
        .map(|block| format!("\n{}", block.join("\n")))
        .collect::<Vec<_>>()
        .join("\n")
}

fn heading(tally: &Tally, found: &Check, scan: &Scan, width: usize) -> Vec<String> {
    let demo = if scan.source == Source::Demo { " (demo)" } else { "" };
    let organization = match &scan.organization {
        Some(organization) => format!("{}{demo}", organization.id),
        None => "not known".to_owned(),
    };
    [
        ("Organization", organization),
        ("Caller", text::one_line(&scan.caller.arn)),
        ("Audit role", text::one_line(&scan.parameters.role_name)),
        ("Accounts", accounts(tally, found)),
    ]
    .map(|(label, text)| {
        let space = " ".repeat(INDENT - label.len());
        format!("{}{space}{}", paint(style::HEADING, label), text::wrap(&text, width, INDENT))
    })
    .to_vec()
}

/// `45 accounts: 41 selected, 4 not active`
fn accounts(tally: &Tally, found: &Check) -> String {
    let mut parts = vec![format!("{} selected", text::number(tally.selected()))];
    parts.extend(tally.left_out.iter().map(|(coverage, accounts)| {
        format!("{} {}", text::number(*accounts), coverage.as_str().replace('_', " "))
    }));
    let parts: Vec<String> = parts.iter().map(|part| text::unbroken(part)).collect();
    format!("{}: {}", text::count(found.accounts.len() as u64, "account"), parts.join(", "))
}

/// How many accounts let a scan in, and why the others do not.
fn not_readable(tally: &Tally, width: usize) -> Vec<String> {
    if tally.selected() == 0 {
        return Vec::new();
    }
    let is_whole = tally.readable == tally.selected();
    let tone = match tally.readable {
        _ if is_whole => style::GOOD,
        0 => style::BAD,
        _ => style::WARN,
    };
    let end = if is_whole { "." } else { ":" };
    let sentence = capitalised(&format!("{}{end}", tally.sentence()));
    let mut lines = vec![paint(tone, text::wrap(&sentence, width, 0))];
    push_groups(&mut lines, tally.gaps(), width);
    lines
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The accounts that take a call for each role, and what would spare that.
fn slower(tally: &Tally, width: usize) -> Vec<String> {
    let accounts: u64 = tally.slower().map(|group| group.accounts.len() as u64).sum();
    if accounts == 0 {
        return Vec::new();
    }
    let sentence = format!(
        "A scan would read {} of the {} by the slower fallback, with a call for each role:",
        text::number(accounts),
        text::number(tally.readable)
    );
    let mut lines = vec![text::wrap(&sentence, width, 0)];
    push_groups(&mut lines, tally.slower(), width);
    lines
}

/// Says whose credentials read the caller's own account, if they are not the audit role's.
fn as_caller(tally: &Tally, width: usize) -> Vec<String> {
    let sentence = |account: &String| {
        let account = text::unbroken(account);
        text::wrap(&format!("The caller's own account {account} is {AS_CALLER} there."), width, 0)
    };
    tally.as_caller.iter().map(sentence).collect()
}

fn push_groups<'a>(lines: &mut Vec<String>, gaps: impl ExactSizeIterator<Item = &'a GapGroup>, width: usize) {
    let more = gaps.len().saturating_sub(GROUPS) as u64;
    for gap in gaps.take(GROUPS) {
        push_group(lines, gap, width);
    }
    if more > 0 {
        lines.push(format!("  {}, on stdout", text::count(more, "more reason")));
    }
}

/// How many accounts, why, which, and what to do about it.
fn push_group(lines: &mut Vec<String>, gap: &GapGroup, width: usize) {
    let accounts = gap.accounts.len() as u64;
    let accepted = gap.accounts.iter().filter(|(_, accepted)| accepted.is_some()).count() as u64;
    let is_accepted = accepted == accounts;
    let accepted_word = match accepted {
        0 => String::new(),
        _ if is_accepted => " (accepted)".to_owned(),
        some => format!(" ({} accepted)", text::number(some)),
    };
    let (tone, word) = match gap.coverage {
        Coverage::Scanned => (style::WARN, String::new()),
        coverage => {
            let tone = if is_accepted { style::DIM } else { style::BAD };
            (tone, format!(" {}", coverage.as_str().replace('_', " ")))
        }
    };
    let what = text::unbroken(&format!("{}{word}", text::count(accounts, "account")));
    let reason = text::one_line(&gap.reason);
    lines.push(format!(
        "  {}",
        text::wrap(&format!("{}{accepted_word}: {reason}", paint(tone, what)), width, 4)
    ));
    let names = gap.accounts.iter().map(|(account, _)| text::unbroken(account));
    let names = text::wrap(&first_few(names, NAMED, gap.accounts.len()), width, 4);
    lines.push(format!("    {}", paint(style::DIM, names)));
    if let Some(remedy) = gap.remedy.as_ref().filter(|_| !is_accepted) {
        let help = format!("{} {remedy}", paint(style::GOOD, "help:"));
        lines.push(format!("    {}", text::wrap(&help, width, 4)));
    }
}
