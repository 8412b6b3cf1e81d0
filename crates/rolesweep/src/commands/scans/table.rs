//! The list of scans as a table of at most 80 columns: a line of numbers for each scan, and below it
//! what is too long for a column.

use std::io::{self, Write};

use rolesweep_assess::{Change, Completeness};
use rolesweep_model::Coverage;

use super::row::Row;
use crate::terminal::text;

/// The widest line.
const WIDTH: usize = 80;

/// The column at which the lines below the first begin.
const INDENT: usize = 5;

/// How many changes of settings a footnote names.
const NAMED: usize = 4;

/// What marks a row whose findings do not compare with those of the row before.
const MARK: char = '*';

pub(super) fn header(data: &mut dyn Write) -> io::Result<()> {
    line(data, ["#", "began", "state", "findings", "change", "complete"].map(str::to_owned))
}

/// The columns: a number, an instant, and words to the left; numbers to the right.
fn line(data: &mut dyn Write, cells: [String; 6]) -> io::Result<()> {
    let [number, began, state, findings, change, complete] = cells;
    let line = format!("{number:<3}  {began:<17}  {state:<11}  {findings:>8}  {change:>8}  {complete}");
    writeln!(data, "{}", line.trim_end())
}

/// The lines of a scan.
pub(super) fn row(data: &mut dyn Write, row: &Row) -> io::Result<()> {
    let none = || "-".to_owned();
    let change = row.findings_more.map_or_else(none, |more| match more {
        0 => "0".to_owned(),
        more => {
            let sign = if more > 0 { '+' } else { '-' };
            format!("{sign}{}", text::number(more.unsigned_abs()))
        }
    });
    line(
        data,
        [
            row.number.to_string(),
            minute(&row.started_at),
            row.state.replace('_', " "),
            row.findings.map_or_else(none, text::number),
            if is_a_break(row) { format!("{change} {MARK}") } else { change },
            complete(row),
        ],
    )?;
    writeln!(data, "{:INDENT$}{}  {}", "", row.id, row.scope)?;
    let mut below = vec![coverage(row)];
    below.extend(row.removed_at.as_ref().map(|at| format!("its facts were removed at {at}")));
    below.extend(changes(row));
    for text in below {
        writeln!(data, "{:INDENT$}{}", "", text::wrap(&text, WIDTH, INDENT))?;
    }
    Ok(())
}

/// An instant without its seconds.
fn minute(instant: &str) -> String {
    instant.get(..16).map_or_else(|| instant.to_owned(), |minute| format!("{}Z", minute.replace('T', " ")))
}

fn complete(row: &Row) -> String {
    let word = |word: &String| {
        let known = Completeness::ALL.into_iter().find(|known| known.as_str() == word);
        let words = known.map(|known| known.in_words(row.accepted_gaps.unwrap_or_default()));
        words.unwrap_or_else(|| text::one_line(word))
    };
    row.completeness.as_ref().map_or_else(|| "-".to_owned(), word)
}

/// The accounts by coverage, in the same order as every table, which is not alphabetical.
fn coverage(row: &Row) -> String {
    let Some(coverage) = &row.coverage else {
        return match row.removed_at {
            Some(_) => "its accounts are not known".to_owned(),
            None => "its accounts cannot be read: the store is damaged there".to_owned(),
        };
    };
    let counted = |word: Coverage| {
        let accounts = text::number(*coverage.get(word.as_str())?);
        Some(format!("{accounts} {}", word.as_str().replace('_', " ")))
    };
    let words: Vec<String> = Coverage::ALL.into_iter().filter_map(counted).collect();
    if words.is_empty() { "no account".to_owned() } else { words.join(", ") }
}

/// What became of roles since the scan before.
fn changes(row: &Row) -> Option<String> {
    let changes = row.changes.as_ref()?;
    let counted = |change: Change| {
        let roles = *changes.get(change.as_str()).filter(|roles| **roles > 0)?;
        Some(format!("{} {}", text::number(roles), change.as_str().replace('_', " ")))
    };
    let words: Vec<String> = Change::ALL.into_iter().filter_map(counted).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Whether settings or versions changed since the scan before.
fn is_a_break(row: &Row) -> bool {
    row.settings_changed.as_ref().is_some_and(|changed| !changed.is_empty())
}

/// What the marks mean.
#[derive(Default)]
pub(super) struct Footnotes(Vec<String>);

impl Footnotes {
    /// Adds what changed in the settings before a scan.
    pub(super) fn add(&mut self, row: &Row) {
        let changed = row.settings_changed.as_deref().unwrap_or_default();
        if changed.is_empty() {
            return;
        }
        let mut named: Vec<String> =
            changed.iter().take(NAMED).map(|change| text::one_line(change)).collect();
        if changed.len() > NAMED {
            named.push(format!("and {} more", changed.len() - NAMED));
        }
        self.0.push(format!("{:<3}  {}", row.number, text::wrap(&named.join("; "), WIDTH, INDENT)));
    }

    /// Writes them, if there are any.
    pub(super) fn write(&self, data: &mut dyn Write) -> io::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let meaning = format!(
            "{MARK} judged with other settings or versions than the scan before it on the same accounts, so that the change of findings \
             is not only one of roles:"
        );
        writeln!(data, "\n{}", text::wrap(&meaning, WIDTH, 2))?;
        self.0.iter().try_for_each(|footnote| writeln!(data, "{footnote}"))
    }
}
