//! Compares tables with the truth: every row, and every cell that the truth determines.

use std::collections::BTreeMap;

use jiff::Timestamp;
use libtest_mimic::Failed;
use rolesweep_tests::{Row, Table, list, pairs, text};
use serde_json::Value;

/// How many differences are shown.
const SHOWN: usize = 20;

/// The result of comparing a table.
pub(crate) struct Compared {
    /// How many rows both sides had.
    pub(crate) rows: usize,
    /// How many cells were compared.
    pub(crate) cells: usize,
    /// The columns that the truth does not determine.
    pub(crate) not_compared: Vec<String>,
}

/// Compares each row of a table with the row of the truth that has the same key.
///
/// The truth's cells are texts, lists, lists of pairs, or null if it does not determine them.
/// `undetermined` then says what still has to be true.
pub(crate) fn rows(
    table: &Table,
    key: &str,
    truth: &[Value],
    undetermined: impl Fn(&str, Row<'_>) -> Result<(), String>,
) -> Result<Compared, Failed> {
    let mut expected: BTreeMap<&str, &Value> =
        truth.iter().map(|row| (row[key].as_str().unwrap_or_default(), row)).collect();
    if expected.len() != truth.len() {
        return Err("the truth has a row twice".into());
    }
    let mut differences = Vec::new();
    let mut cells = 0;
    for row in table.rows() {
        let name = row.get(key);
        let Some(truth) = expected.remove(name) else {
            differences.push(format!("{name}: there is no such row, or it is there twice"));
            continue;
        };
        for (column, truth) in truth.as_object().into_iter().flatten() {
            cells += 1;
            let difference =
                if truth.is_null() { undetermined(column, row) } else { cell(row.get(column), truth) };
            if let Err(difference) = difference {
                differences.push(format!("{name}: {column}: {difference}"));
            }
        }
    }
    differences.extend(expected.keys().map(|name| format!("{name}: the row is missing")));
    if differences.is_empty() {
        let known = |column: &String| truth.iter().any(|row| row.get(column).is_some());
        let not_compared = table.columns().iter().filter(|column| !known(column)).cloned().collect();
        return Ok(Compared { rows: truth.len(), cells, not_compared });
    }
    let count = differences.len();
    differences.truncate(SHOWN);
    Err(format!("compared {} rows, {count} differences:\n{}", table.rows().len(), differences.join("\n"))
        .into())
}

/// Compares one cell. AWS may give lists in any order, so the order is not compared.
fn cell(found: &str, truth: &Value) -> Result<(), String> {
    let same = match truth {
        Value::Array(items) if items.iter().any(Value::is_array) => {
            let mut found = pairs(found);
            found.sort();
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let mut items: Vec<_> = items.iter().map(|pair| (word(&pair[0]), word(&pair[1]))).collect();
            items.sort();
            found == items
        }
        Value::Array(items) => {
            let mut found = list(found);
            found.sort();
            let mut items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            items.sort_unstable();
            found == items
        }
        truth => truth.as_str() == Some(&text(found)),
    };
    if same { Ok(()) } else { Err(format!("`{found}` and not {truth}")) }
}

/// Checks that a cell has a time within these limits.
pub(crate) fn within(cell: &str, from: Timestamp, to: Timestamp) -> Result<(), String> {
    match cell.parse::<Timestamp>() {
        Ok(time) if (from..=to).contains(&time) => Ok(()),
        _ => Err(format!("`{cell}` is not between {from} and {to}")),
    }
}

/// Checks that a cell is not empty.
pub(crate) fn filled(cell: &str) -> Result<(), String> {
    if cell.is_empty() { Err("it is empty".to_owned()) } else { Ok(()) }
}
