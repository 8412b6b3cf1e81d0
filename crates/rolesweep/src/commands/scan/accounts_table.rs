//! What the tables of a dry run and of a check share: one row per account of the population, as CSV.

use std::io::{self, Write};
use std::marker::PhantomData;

use rolesweep_model::{Account, OrganizationalUnit, OuTree};
use rolesweep_report::{Bom, Column, CsvWriter, Kind, Table, Value};
use rolesweep_scan::Plan;

/// What makes one of the tables.
pub(super) trait About: Sized + 'static {
    /// What a row has besides the account.
    type Result<'a>;
    /// The command that writes the table.
    const COMMAND: &'static str;

    /// The columns, in order.
    fn columns() -> &'static [Column<Accounts<Self>>];
}

/// The table.
pub(super) struct Accounts<T>(PhantomData<T>);

/// A row.
pub(super) struct Row<'a, R> {
    account: &'a Account,
    ou_path: Option<String>,
    role_arn: Option<String>,
    pub(super) result: R,
}

impl<T: About> Table for Accounts<T> {
    type Row<'a> = Row<'a, T::Result<'a>>;
    const FILE: &'static str = T::COMMAND;
    const ABOUT: &'static str = "What it writes to standard output: one row per account, by account id.";

    fn columns() -> &'static [Column<Self>] {
        T::columns()
    }
}

/// The section about a table in `docs/columns.md`.
#[cfg(test)]
pub(super) fn markdown<T: About>() -> String {
    rolesweep_report::table_markdown::<Accounts<T>>()
}

/// Writes a row for each account: the account, whether a scan would call it, and what came of it.
pub(super) fn write<'a, T: About>(
    accounts: impl Iterator<Item = (&'a Account, bool, T::Result<'a>)>,
    units: &[OrganizationalUnit],
    plan: &Plan,
    data: &mut dyn Write,
) -> io::Result<()> {
    let names = OuTree::new(units);
    let mut csv = CsvWriter::<Accounts<T>, _>::new(data, Bom::No)?;
    for (account, is_called, result) in accounts {
        csv.write(&Row {
            account,
            ou_path: account.parents.as_ref().map(|parents| names.name_path(parents)),
            role_arn: is_called.then(|| plan.role_arn(account.id)),
            result,
        })?;
    }
    csv.finish()?;
    Ok(())
}

pub(super) const fn account_id<T: About>() -> Column<Accounts<T>> {
    Column {
        name: "account_id",
        doc: "The account: twelve digits.",
        kind: Kind::Id,
        value: |row| Value::Id(row.account.id.as_str()),
    }
}

pub(super) const fn account_name<T: About>() -> Column<Accounts<T>> {
    Column {
        name: "account_name",
        doc: "The account's name.",
        kind: Kind::Text,
        value: |row| Value::of(row.account.name.as_deref(), Value::text),
    }
}

pub(super) const fn ou_path<T: About>() -> Column<Accounts<T>> {
    Column {
        name: "ou_path",
        doc: "The names of the organizational units above the account.",
        kind: Kind::Text,
        value: |row| Value::of(row.ou_path.as_deref(), Value::text),
    }
}

pub(super) const fn state<T: About>() -> Column<Accounts<T>> {
    Column {
        name: "state",
        doc: "The account's state as AWS names it.",
        kind: Kind::Text,
        value: |row| Value::text(row.account.state.as_str()),
    }
}

pub(super) const fn role_arn<T: About>() -> Column<Accounts<T>> {
    Column {
        name: "role_arn",
        doc: "The role that a scan assumes there. Empty if a scan would not call the account.",
        kind: Kind::Id,
        value: |row| Value::of(row.role_arn.as_deref(), Value::Id),
    }
}
