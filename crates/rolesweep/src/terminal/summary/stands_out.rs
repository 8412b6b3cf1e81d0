//! What stands out: the OUs and accounts with most findings, and names that many accounts share. Two
//! tables with one layout: a text, then numbers.

use rolesweep_assess::CoverageSummary;
use rolesweep_report::Summary;

use super::result::percent;
use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// How many rows the tables show. What was not read needs the room more.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) worst: usize,
    ous: usize,
    accounts: usize,
    families: usize,
}

impl Shown {
    pub(super) fn beside(coverage: &CoverageSummary) -> Self {
        match (coverage.open_gaps(), coverage.accepted_gaps()) {
            (0, 0) => Self { worst: 10, ous: 1, accounts: 2, families: 2 },
            (0, _) => Self { worst: 10, ous: 1, accounts: 0, families: 2 },
            _ => Self { worst: 5, ous: 1, accounts: 1, families: 0 },
        }
    }

    /// Shows less. False if that is not possible: the three worst stay.
    pub(super) fn reduce(&mut self) -> bool {
        let Self { worst, ous, accounts, families } = self;
        for (number, least) in [(accounts, 0), (families, 0), (worst, 3), (ous, 0)] {
            if *number > least {
                *number -= 1;
                return true;
            }
        }
        false
    }
}

/// The most columns for a text, and the columns for each number.
const TEXT: usize = 60;
const NUMBER: usize = 10;

pub(super) fn write(out: &mut Lines, report: &Summary, most: &Shown) {
    let ous = report.by_ou.iter().take(most.ous).map(|ou| {
        let text = format!("{}, {}", text::one_line(&ou.ou_path), text::count(ou.accounts, "account"));
        share(text, ou.flagged, ou.roles)
    });
    let accounts = report
        .most_findings
        .iter()
        .take(most.accounts)
        .map(|account| share(account.account.clone(), account.flagged, account.roles));
    let places: Vec<Row> = ous.chain(accounts).collect();
    table(out, "Most findings", ["flagged", "of roles", "share"], &places);

    let families = report.families.iter().take(most.families).map(|family| Row {
        text: text::one_line(&family.name),
        numbers: [text::number(family.roles), text::number(family.accounts), String::new()],
    });
    let families: Vec<Row> = families.collect();
    table(out, "Same name in many accounts", ["flagged", "accounts", ""], &families);
    out.end_block();
}

/// A row of a table. Numbers that are empty take no space at the end of the line.
struct Row {
    text: String,
    numbers: [String; 3],
}

fn share(text: String, flagged: u64, roles: u64) -> Row {
    Row { text, numbers: [text::number(flagged), text::number(roles), percent(flagged, roles)] }
}

/// A table without borders, its heading in the line of the column names.
fn table(out: &mut Lines, heading: &str, names: [&str; 3], rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let width = out.width.saturating_sub(2 + 3 * NUMBER).clamp(20, TEXT);
    let numbers = |numbers: [&str; 3]| numbers.map(|number| format!("{number:>NUMBER$}")).concat();
    let line =
        format!("{}{}", text::padded(heading, width + 2), paint(style::DIM, numbers(names).trim_end()));
    out.line(&line.replacen(heading, &paint(style::HEADING, heading), 1));
    for row in rows {
        let shown = numbers([&row.numbers[0], &row.numbers[1], &row.numbers[2]]);
        let text = text::padded(&text::cut(&row.text, width), width);
        out.line(format!("  {text}{shown}").trim_end());
    }
}
