//! The table on stdout: what a scan would do with each account.

use std::io::{self, Write};

use rolesweep_report::{Column, Kind, Value};
use rolesweep_scan::{Plan, PlannedAction, Preview};

use crate::commands::scan::accounts_table::{
    self as table, About, Accounts, account_id, account_name, ou_path, role_arn, state,
};

/// The accounts, by id, as CSV.
pub(super) fn write(found: &Preview, plan: &Plan, data: &mut dyn Write) -> io::Result<()> {
    let rows = found.accounts.iter().map(|previewed| {
        let is_called = previewed.action == PlannedAction::Collect;
        (&previewed.account, is_called, &previewed.action)
    });
    table::write::<DryRun>(rows, &found.organizational_units, plan, data)
}

enum DryRun {}

/// The section about it in `docs/columns.md`.
#[cfg(test)]
pub(crate) fn markdown() -> String {
    table::markdown::<DryRun>()
}

impl About for DryRun {
    type Result<'a> = &'a PlannedAction;
    const COMMAND: &'static str = "rolesweep scan --dry-run";

    fn columns() -> &'static [Column<Accounts<Self>>] {
        COLUMNS
    }
}

static COLUMNS: &[Column<Accounts<DryRun>>] = &[
    account_id(),
    account_name(),
    ou_path(),
    state(),
    Column {
        name: "decision",
        doc: "What a scan would do: `scan` the account, or give it this coverage without calling it.",
        kind: Kind::Word,
        value: |row| {
            Value::Word(match row.result {
                PlannedAction::Collect => "scan",
                PlannedAction::Settle(coverage, _) => coverage.as_str(),
                PlannedAction::AlreadyFinished => "finished_before",
            })
        },
    },
    role_arn(),
];
