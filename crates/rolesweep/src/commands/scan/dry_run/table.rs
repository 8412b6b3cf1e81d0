//! The table on stdout: one line per account of the population.

use std::io::{self, Write};

use rolesweep_model::OuTree;
use rolesweep_report::{Bom, Column, CsvWriter, Kind, Table, Value};
use rolesweep_scan::{Plan, PlannedAction, Preview, PreviewedAccount};

/// The accounts, by id, as CSV.
pub(super) fn write(found: &Preview, plan: &Plan, data: &mut dyn Write) -> io::Result<()> {
    let names = OuTree::new(&found.organizational_units);
    let mut csv = CsvWriter::<Accounts, _>::new(data, Bom::No)?;
    for previewed in &found.accounts {
        let parents = previewed.account.parents.as_ref();
        let collected = previewed.action == PlannedAction::Collect;
        csv.write(&Row {
            previewed,
            ou_path: parents.map(|parents| names.name_path(parents)),
            role_arn: collected.then(|| plan.role_arn(previewed.account.id)),
        })?;
    }
    csv.finish()?;
    Ok(())
}

struct Row<'a> {
    previewed: &'a PreviewedAccount,
    ou_path: Option<String>,
    role_arn: Option<String>,
}

/// The columns of a dry run's table.
enum Accounts {}

/// The section about it in `docs/columns.md`.
#[cfg(test)]
pub(crate) fn markdown() -> String {
    rolesweep_report::table_markdown::<Accounts>()
}

impl Table for Accounts {
    type Row<'a> = Row<'a>;
    const FILE: &'static str = "rolesweep scan --dry-run";
    const ABOUT: &'static str = "What it writes to standard output: one row per account, by account id.";

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }
}

static COLUMNS: &[Column<Accounts>] = &[
    Column {
        name: "account_id",
        doc: "The account: twelve digits.",
        kind: Kind::Id,
        value: |row| Value::Id(row.previewed.account.id.as_str()),
    },
    Column {
        name: "account_name",
        doc: "The account's name.",
        kind: Kind::Text,
        value: |row| Value::of(row.previewed.account.name.as_deref(), Value::text),
    },
    Column {
        name: "ou_path",
        doc: "The names of the organizational units above the account.",
        kind: Kind::Text,
        value: |row| Value::of(row.ou_path.as_deref(), Value::text),
    },
    Column {
        name: "state",
        doc: "The account's state as AWS names it.",
        kind: Kind::Text,
        value: |row| Value::text(row.previewed.account.state.as_str()),
    },
    Column {
        name: "decision",
        doc: "What a scan would do: `scan` the account, or give it this coverage without calling it.",
        kind: Kind::Word,
        value: |row| {
            Value::Word(match &row.previewed.action {
                PlannedAction::Collect => "scan",
                PlannedAction::Settle(coverage, _) => coverage.as_str(),
                PlannedAction::AlreadyFinished => "finished_before",
            })
        },
    },
    Column {
        name: "role_arn",
        doc: "The role that would be assumed there.",
        kind: Kind::Id,
        value: |row| Value::of(row.role_arn.as_deref(), Value::Id),
    },
];
