//! The summary at the end: coverage that adds up, statuses, the most important roles and accounts,
//! what went wrong, and the paths of the files.

use std::fmt::Write as _;
use std::path::Path;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use rolesweep_assess::{Completeness, Disposition, Status};
use rolesweep_model::{Coverage, Scan, Scope, Source};
use rolesweep_report::{MANIFEST, Summary};

use crate::terminal::printer::{paint, style};
use crate::terminal::text::{self, NO_BREAK, unbroken};

/// The column at which texts begin after their headings.
const INDENT: usize = 10;

/// How many accounts a group of gaps names before it gives the number of the others.
const NAMED: usize = 3;

/// What the summary needs besides the report's totals.
pub(crate) struct Context<'a> {
    pub(crate) scan: &'a Scan,
    /// Where the report is; `None` for stdout.
    pub(crate) folder: Option<&'a Path>,
    /// Where the facts are.
    pub(crate) store: &'a Path,
    /// The calls that the demo's organization counted, in words.
    pub(crate) calls: Option<String>,
    /// How wide the terminal is.
    pub(crate) width: usize,
}

/// The summary with colours. The printer strips them if they are not wanted.
pub(crate) fn summary(report: &Summary, context: &Context<'_>) -> String {
    let mut out = String::new();
    heading(&mut out, report, context);
    coverage(&mut out, report, context);
    roles(&mut out, report, context.width);
    longest(&mut out, report, context.width);
    most(&mut out, report, context.width);
    gaps(&mut out, report, context.width);
    notes(&mut out, report, context);
    files(&mut out, report, context);
    out.truncate(out.trim_end().len());
    out
}

fn heading(out: &mut String, report: &Summary, context: &Context<'_>) {
    let scan = context.scan;
    let subject = match (&scan.organization, scan.source) {
        (Some(organization), Source::Aws) => format!("organization {}", organization.id),
        (Some(organization), Source::Demo) => format!("demo organization {}", organization.id),
        (None, _) if scan.scope == Scope::Named => format!("accounts named by {}", scan.caller.account_id),
        // Its accounts could be listed, but its id could not be read.
        (None, _) => format!("organization of account {}", scan.caller.account_id),
    };
    let by_hand = if report.as_of_set { ", set by hand" } else { "" };
    let as_of = format!("as of {}{by_hand}", report.as_of);
    let parts = [
        paint(style::HEADING, unbroken(&subject)),
        paint(style::DIM, unbroken(&as_of)),
        paint(style::DIM, unbroken(&format!("scan {}", scan.id))),
    ];
    let _ = writeln!(out, "\n{}", text::wrap(&join(&parts, "·"), context.width, 0));
    let caller = paint(style::DIM, unbroken(&text::one_line(&scan.caller.arn)));
    let _ = writeln!(out, "{}\n", text::wrap(&format!("called as {caller}"), context.width, 0));
}

/// Parts with a sign between them. The sign stays on the line of the part after it.
fn join(parts: &[String], sign: &str) -> String {
    parts.join(&format!(" {sign}{NO_BREAK}"))
}

/// A heading, and a text next to it. The text is wrapped only at the spaces between its parts.
fn section(out: &mut String, heading: &str, text: &str, width: usize) {
    let text = text::wrap(text, width, INDENT);
    let _ = writeln!(
        out,
        "{}{}{text}",
        paint(style::HEADING, heading),
        " ".repeat(INDENT.saturating_sub(heading.len()))
    );
}

fn coverage(out: &mut String, report: &Summary, context: &Context<'_>) {
    let width = context.width;
    let summary = &report.coverage;
    let mut parts = Vec::new();
    for coverage in Coverage::ALL {
        let accounts = summary.count(coverage);
        let word = coverage.as_str().replace('_', " ");
        let part = unbroken(&format!("{} {word}", text::number(accounts)));
        parts.push(match (accounts, coverage) {
            (0, _) => paint(style::DIM, part),
            (_, Coverage::Scanned) => paint(style::GOOD, part),
            (_, Coverage::Denied | Coverage::Failed | Coverage::NotReached) => paint(style::BAD, part),
            (_, Coverage::Partial) => paint(style::WARN, part),
            (_, Coverage::NotActive | Coverage::Excluded) => part,
        });
    }
    let total = text::count(summary.total(), "account");
    section(out, "Coverage", &format!("{total} = {}", join(&parts, "+")), width);
    if summary.total() == 0 {
        // `complete` would mislead if there are no accounts.
        section(out, "", &paint(style::BAD, "no account was listed"), width);
        out.push('\n');
        return;
    }
    let tone = match report.completeness {
        Completeness::Yes => style::GOOD,
        Completeness::WithAcceptedGaps => style::WARN,
        Completeness::No => style::BAD,
    };
    let words = report.completeness.in_words(summary.accepted_gaps());
    let verdict = paint(tone, unbroken(&format!("complete: {words}")));
    section(out, "", &format!("{verdict}; {}", scope(report, context.scan)), width);
    out.push('\n');
}

fn scope(report: &Summary, scan: &Scan) -> &'static str {
    match report.scope {
        _ if scan.end.is_none() => "the scan has not ended, so accounts may be missing",
        Scope::Part if !report.population_complete => {
            "a part of the organization; the list of accounts or OUs is not complete"
        }
        _ if !report.population_complete => "the list of accounts or OUs is not complete",
        Scope::Organization => "the whole organization",
        Scope::Part => "a part of the organization",
        Scope::Named => "the named accounts, not checked against a list",
    }
}

fn roles(out: &mut String, report: &Summary, width: usize) {
    let totals = &report.totals;
    let part = |roles: u64, word: &str| {
        let part = unbroken(&format!("{} {word}", text::number(roles)));
        if roles == 0 { paint(style::DIM, part) } else { part }
    };
    let parts: Vec<String> =
        Status::ALL.into_iter().map(|status| part(totals.status(status), status.as_str())).collect();
    section(out, "Roles", &format!("{} = {}", text::count(totals.roles(), "role"), join(&parts, "+")), width);

    // Show the two sums, so that a reader can check them: the dispositions of the idle roles, and
    // of the unknown ones.
    let idle = totals.status(Status::Inactive) + totals.status(Status::Unused);
    let both =
        |disposition| totals.both(Status::Inactive, disposition) + totals.both(Status::Unused, disposition);
    let flagged = unbroken(&text::count(both(Disposition::Flagged), "flagged role"));
    let parts = [
        paint(style::WARN, flagged),
        part(both(Disposition::Protected), "protected"),
        part(both(Disposition::Exempt), "exempt"),
    ];
    section(
        out,
        "Findings",
        &format!("{} inactive or unused = {}", text::number(idle), join(&parts, "+")),
        width,
    );
    let unknown = totals.status(Status::Unknown);
    if unknown > 0 {
        let parts = [
            part(totals.both(Status::Unknown, Disposition::Undetermined), "undetermined"),
            part(totals.both(Status::Unknown, Disposition::Protected), "protected"),
        ];
        section(out, "", &format!("{} unknown = {}", text::number(unknown), join(&parts, "+")), width);
    }
    out.push('\n');
}

/// A table without borders, at most as wide as the terminal.
fn table(width: usize, columns: &[(&str, CellAlignment)]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(columns.iter().map(|(name, _)| *name));
    for (column, (_, alignment)) in table.column_iter_mut().zip(columns) {
        column.set_padding((0, 2)).set_cell_alignment(*alignment);
    }
    table
}

fn longest(out: &mut String, report: &Summary, width: usize) {
    if report.longest_idle.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", paint(style::HEADING, "Longest idle"));
    let mut rows = table(
        width,
        &[
            ("idle days", CellAlignment::Right),
            ("last use", CellAlignment::Left),
            ("age in days", CellAlignment::Right),
            ("account", CellAlignment::Left),
            ("role", CellAlignment::Left),
        ],
    );
    let (account, role) = split(width, 11 + 15 + 13);
    for idle in &report.longest_idle {
        let days = if idle.is_minimum { format!("{}+", idle.days) } else { idle.days.to_string() };
        rows.add_row([
            days,
            idle.last_used_at
                .map_or_else(|| "none recorded".to_owned(), |at| at.strftime("%Y-%m-%d").to_string()),
            text::number(u64::try_from(idle.age_days).unwrap_or_default()),
            text::cut(&idle.account, account),
            text::cut(&text::one_line(&idle.role), role),
        ]);
    }
    push_table(out, &rows);
}

/// The widths of two text columns: the rest of the terminal after the other columns and the indent.
fn split(width: usize, taken: usize) -> (usize, usize) {
    let room = width.saturating_sub(taken + 2 + 2).max(36);
    let first = (room / 2).min(44);
    (first, room - first)
}

fn most(out: &mut String, report: &Summary, width: usize) {
    if report.most_findings.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", paint(style::HEADING, "Accounts with most findings"));
    let mut rows = table(
        width,
        &[
            ("flagged", CellAlignment::Right),
            ("of roles", CellAlignment::Right),
            ("account", CellAlignment::Left),
            ("OU", CellAlignment::Left),
        ],
    );
    let (account_width, ou_width) = split(width, 9 + 10);
    for account in &report.most_findings {
        rows.add_row([
            text::number(account.flagged),
            text::number(account.roles),
            text::cut(&account.account, account_width),
            text::cut(&text::one_line(&account.ou_path), ou_width),
        ]);
    }
    push_table(out, &rows);
}

/// The table with its header dimmed and every line indented.
fn push_table(out: &mut String, table: &Table) {
    for (at, line) in table.to_string().lines().enumerate() {
        let line = line.trim_end();
        let line = if at == 0 { paint(style::DIM, line) } else { line.to_owned() };
        let _ = writeln!(out, "  {line}");
    }
    out.push('\n');
}

fn gaps(out: &mut String, report: &Summary, width: usize) {
    if report.gaps.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", paint(style::HEADING, "Not fully seen"));
    for gap in &report.gaps {
        let accounts = gap.accounts.len() as u64;
        let accepted = gap.accounts.iter().filter(|(_, accepted)| accepted.is_some()).count() as u64;
        let word = gap.coverage.as_str().replace('_', " ");
        let tone = if accepted == accounts { style::DIM } else { style::BAD };
        let accepted_word = match accepted {
            0 => String::new(),
            _ if accepted == accounts => " (accepted)".to_owned(),
            some => format!(" ({some} accepted)"),
        };
        let reason =
            if gap.reason.is_empty() { String::new() } else { format!(": {}", text::one_line(&gap.reason)) };
        let _ = writeln!(
            out,
            "  {}{accepted_word}{reason}",
            paint(tone, format!("{} {word}", text::count(accounts, "account")))
        );
        let mut names: Vec<String> =
            gap.accounts.iter().take(NAMED).map(|(account, _)| unbroken(account)).collect();
        if gap.accounts.len() > NAMED {
            names.push(format!("and {} more in accounts.csv", accounts.saturating_sub(NAMED as u64)));
        }
        let names = text::wrap(&names.join(", "), width, 4);
        for line in names.lines() {
            let _ = writeln!(out, "    {}", paint(style::DIM, line.trim_start()));
        }
        if accepted < accounts
            && let Some(remedy) = &gap.remedy
        {
            let help = format!("{} {remedy}", paint(style::GOOD, "help:"));
            let _ = writeln!(out, "    {}", text::wrap(&help, width, 4));
        }
    }
    out.push('\n');
}

fn notes(out: &mut String, report: &Summary, context: &Context<'_>) {
    let said = context.scan.end.iter().flat_map(|end| &end.notes).chain(&report.notes);
    let mut any = false;
    for note in said {
        let note = format!("{} {}", paint(style::WARN, "note:"), text::one_line(note));
        let _ = writeln!(out, "{}", text::wrap(&note, context.width, 0));
        any = true;
    }
    if any {
        out.push('\n');
    }
}

fn files(out: &mut String, report: &Summary, context: &Context<'_>) {
    let path = |path: &Path| unbroken(&text::one_line(&path.display().to_string()));
    if let Some(folder) = context.folder {
        section(out, "Report", &path(folder), context.width);
        for file in &report.files {
            let rows = file.rows.map(|rows| text::count(rows, "row")).unwrap_or_default();
            let _ = writeln!(out, "{}{:<14} {rows}", " ".repeat(INDENT + 2), file.name);
        }
        let _ = writeln!(
            out,
            "{}{MANIFEST:<14} who, when, how, and the hashes of the files",
            " ".repeat(INDENT + 2)
        );
    }
    section(out, "Facts", &path(context.store), context.width);
    section(out, "Limits", rolesweep_report::limits::SHORT, context.width);
    if let Some(calls) = &context.calls {
        section(out, "Calls", calls, context.width);
    }
}
