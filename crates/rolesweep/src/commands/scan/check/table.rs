//! The table on stdout: whether each account lets a scan in, and why not.

use std::io::{self, Write};

use rolesweep_model::Access;
use rolesweep_report::{Column, Kind, Value};
use rolesweep_scan::{Check, CheckResult};

use super::explained::{Explained, Explainer};
use super::tally::is_selected;
use crate::commands::scan::accounts_table::{
    self as table, About, Accounts, account_id, account_name, ou_path, role_arn,
};

/// The accounts, by id, as CSV.
pub(super) fn write(found: &Check, explainer: &Explainer<'_>, data: &mut dyn Write) -> io::Result<()> {
    let rows = found.accounts.iter().map(|checked| {
        (&checked.account, is_selected(checked.result.coverage()), explainer.explain(checked))
    });
    table::write::<Checked>(rows, &found.organizational_units, explainer.plan, data)
}

enum Checked {}

/// The section about it in `docs/columns.md`.
#[cfg(test)]
pub(crate) fn markdown() -> String {
    table::markdown::<Checked>()
}

impl About for Checked {
    type Result<'a> = Explained<'a>;
    const COMMAND: &'static str = "rolesweep scan --check";

    fn columns() -> &'static [Column<Accounts<Self>>] {
        COLUMNS
    }
}

static COLUMNS: &[Column<Accounts<Checked>>] = &[
    account_id(),
    account_name(),
    ou_path(),
    role_arn(),
    Column {
        name: "result",
        doc: "`ok`: a scan can read the account. `slower`: it can, with a call for each role (`ListRoles`, `GetRole`). \
              Otherwise the coverage that the account would have: `partial` (every role, but not every last use), `denied`, `failed`, \
              `not_reached`, `not_active`, `excluded`.",
        kind: Kind::Word,
        value: |row| Value::Word(row.result.result),
    },
    Column {
        name: "reason",
        doc: "Why; empty if the result is simply `ok`.",
        kind: Kind::Text,
        value: |row| match row.result.reason.as_str() {
            "" => Value::Empty,
            reason => Value::text(reason),
        },
    },
    Column {
        name: "remedy",
        doc: "What to do about it, as the terminal says it.",
        kind: Kind::Text,
        value: |row| Value::of(row.result.remedy.as_deref(), Value::text),
    },
    Column {
        name: "access",
        doc: "With whose credentials the role was read: `audit_role`, or `caller` for the caller's own account if the audit role could not be \
              assumed. Empty if the account does not let a scan in.",
        kind: Kind::Word,
        value: |row| match row.result.checked.result {
            CheckResult::Readable { access: Access::AuditRole, .. } => Value::Word("audit_role"),
            CheckResult::Readable { access: Access::Caller, .. } => Value::Word("caller"),
            CheckResult::NotReadable { .. } => Value::Empty,
        },
    },
];
