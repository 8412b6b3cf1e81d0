//! The table on stdout: one line per account of the population.

use std::io::{self, Write};

use rolesweep_model::{Access, OuTree};
use rolesweep_report::{Bom, Column, CsvWriter, Kind, Table, Value};
use rolesweep_scan::{Check, CheckResult};

use super::explained::{Explained, Explainer};

/// The accounts, by id, as CSV.
pub(super) fn write(found: &Check, explainer: &Explainer<'_>, data: &mut dyn Write) -> io::Result<()> {
    let names = OuTree::new(&found.organizational_units);
    let mut csv = CsvWriter::<Accounts, _>::new(data, Bom::No)?;
    for checked in &found.accounts {
        let account = &checked.account;
        let selected = super::tally::is_selected(checked.result.coverage());
        csv.write(&Row {
            ou_path: account.parents.as_ref().map(|parents| names.name_path(parents)),
            role_arn: selected.then(|| explainer.plan.role_arn(account.id)),
            explained: explainer.explain(checked),
        })?;
    }
    csv.finish()?;
    Ok(())
}

struct Row<'a> {
    explained: Explained<'a>,
    ou_path: Option<String>,
    role_arn: Option<String>,
}

/// The columns of a check's table.
enum Accounts {}

/// The section about it in `docs/columns.md`.
#[cfg(test)]
pub(crate) fn markdown() -> String {
    rolesweep_report::table_markdown::<Accounts>()
}

impl Table for Accounts {
    type Row<'a> = Row<'a>;
    const FILE: &'static str = "rolesweep scan --check";
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
        value: |row| Value::Id(row.explained.checked.account.id.as_str()),
    },
    Column {
        name: "account_name",
        doc: "The account's name.",
        kind: Kind::Text,
        value: |row| Value::of(row.explained.checked.account.name.as_deref(), Value::text),
    },
    Column {
        name: "ou_path",
        doc: "The names of the organizational units above the account.",
        kind: Kind::Text,
        value: |row| Value::of(row.ou_path.as_deref(), Value::text),
    },
    Column {
        name: "role_arn",
        doc: "The role that a scan assumes there. Empty if a scan would not call the account.",
        kind: Kind::Id,
        value: |row| Value::of(row.role_arn.as_deref(), Value::Id),
    },
    Column {
        name: "result",
        doc: "`ok`: a scan can read the account. `slower`: it can, with a call for each role (`ListRoles`, `GetRole`). \
              Otherwise the coverage that the account would have: `partial` (every role, but not every last use), `denied`, `failed`, \
              `not_reached`, `not_active`, `excluded`.",
        kind: Kind::Word,
        value: |row| Value::Word(row.explained.result),
    },
    Column {
        name: "reason",
        doc: "Why; empty if the result is simply `ok`.",
        kind: Kind::Text,
        value: |row| match row.explained.reason.as_str() {
            "" => Value::Empty,
            reason => Value::text(reason),
        },
    },
    Column {
        name: "remedy",
        doc: "What to do about it, as the terminal says it.",
        kind: Kind::Text,
        value: |row| Value::of(row.explained.remedy.as_deref(), Value::text),
    },
    Column {
        name: "access",
        doc: "With whose credentials the role was read: `audit_role`, or `caller` for the caller's own account if the audit role could not be \
              assumed. Empty if the account does not let a scan in.",
        kind: Kind::Word,
        value: |row| match row.explained.checked.result {
            CheckResult::Readable { access: Access::AuditRole, .. } => Value::Word("audit_role"),
            CheckResult::Readable { access: Access::Caller, .. } => Value::Word("caller"),
            CheckResult::NotReadable { .. } => Value::Empty,
        },
    },
];
