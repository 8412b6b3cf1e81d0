//! `changes.csv`: what became of roles from one scan to a later one.

use rolesweep_assess::SeenRole;
use rolesweep_assess::risk::Severity;

use super::table::{Column, Table};
use super::value::{Kind, Value};
use crate::assessed::ComparedRole;

/// The table of changes.
#[derive(Debug, Clone, Copy)]
pub enum Changes {}

impl Table for Changes {
    type Row<'a> = ComparedRole<'a>;
    const FILE: &'static str = "changes.csv";
    const ABOUT: &'static str = "What became of roles since an earlier scan: one row per role that is flagged or exempt in at least one of two scans, by account id and then role ARN. A role that is exempt in both has none. Both scans are assessed with the same settings, each as of its own start, unless `--as-of` sets another instant for the later one. `rolesweep diff --format csv` prints the same. A report that is compared with no earlier scan has the header alone.";

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }
}

/// The columns of `changes.csv`.
static COLUMNS: &[Column<Changes>] = &[
    Column {
        name: "change",
        doc: "`newly_idle`: flagged now, and not before. `severity_raised`: flagged before, too, with a lower severity; what is not known is neither higher nor lower. `exemption_expired`: flagged now, because its exemption ended or no longer covers it. `recreated`: deleted, and created again with the same ARN; the columns without `before` are about the new role. `newly_exempt`: exempt now, and not before. `still_idle`: flagged before, too. `used_again`: it was idle, and was used since then. `no_longer_listed`: it was idle, and now another threshold applies to it, or it is protected. `gone`: it was idle, and does not exist any more. `not_comparable`: it is idle in one scan, and the other one does not have its account or its last use, as for an account that joined or left in between.",
        kind: Kind::Word,
        value: |row| Value::Word(row.changed.change.as_str()),
    },
    Column {
        name: "role_arn",
        doc: "The role's ARN. Never altered.",
        kind: Kind::Id,
        value: |row| Value::of(row.changed.latest(), |role| Value::Id(&role.arn)),
    },
    Column {
        name: "role_id",
        doc: "The role's unique id: the one in the later scan, or else in the earlier one.",
        kind: Kind::Id,
        value: |row| Value::of(row.changed.latest(), |role| Value::Id(&role.role_id)),
    },
    Column {
        name: "account_id",
        doc: "The account that the role is in: twelve digits, leading zeros included. Read it as text.",
        kind: Kind::Id,
        value: |row| Value::Id(row.account.account.id.as_str()),
    },
    Column {
        name: "account_name",
        doc: "The account's name. Empty if the accounts were named by the caller and not listed.",
        kind: Kind::Text,
        value: |row| Value::of(row.account.account.name.as_deref(), Value::text),
    },
    Column {
        name: "ou_path",
        doc: "The names of the organizational units above the account, as in `roles.csv`.",
        kind: Kind::Text,
        value: |row| Value::of(row.account.ou_path.as_deref(), Value::text),
    },
    Column {
        name: "role_name",
        doc: "The role's name, without its path.",
        kind: Kind::Text,
        value: |row| Value::of(row.changed.latest(), |role| Value::text(name(&role.arn))),
    },
    Column {
        name: "severity",
        doc: "Its severity in the later scan. Empty unless it is flagged or undetermined there.",
        kind: Kind::Word,
        value: |row| severity(row.changed.after.as_ref()),
    },
    Column {
        name: "severity_before",
        doc: "Its severity in the earlier scan. Empty unless it is flagged or undetermined there.",
        kind: Kind::Word,
        value: |row| severity(row.changed.before.as_ref()),
    },
    Column {
        name: "status",
        doc: "Its status in the later scan. Empty if it is not there.",
        kind: Kind::Word,
        value: |row| Value::of(row.changed.after.as_ref(), |role| Value::Word(role.status.as_str())),
    },
    Column {
        name: "status_before",
        doc: "Its status in the earlier scan. Empty if it is not there.",
        kind: Kind::Word,
        value: |row| Value::of(row.changed.before.as_ref(), |role| Value::Word(role.status.as_str())),
    },
    Column {
        name: "disposition",
        doc: "Its disposition in the later scan. Empty if it is not there.",
        kind: Kind::Word,
        value: |row| Value::of(row.changed.after.as_ref(), |role| Value::Word(role.disposition.as_str())),
    },
    Column {
        name: "disposition_before",
        doc: "Its disposition in the earlier scan. Empty if it is not there.",
        kind: Kind::Word,
        value: |row| Value::of(row.changed.before.as_ref(), |role| Value::Word(role.disposition.as_str())),
    },
    Column {
        name: "last_used_at",
        doc: "Its last use by the later scan. Empty if none is recorded, or if it is not there.",
        kind: Kind::Timestamp,
        value: |row| used(row.changed.after.as_ref()),
    },
    Column {
        name: "last_used_at_before",
        doc: "Its last use by the earlier scan. AWS forgets a use after 400 days, so it may be all that is known.",
        kind: Kind::Timestamp,
        value: |row| used(row.changed.before.as_ref()),
    },
    Column {
        name: "scans_idle",
        doc: "In how many scans in a row it was idle, up to the later scan, as in `roles.csv`. Empty if it is not idle there.",
        kind: Kind::Integer,
        value: |row| Value::of(row.changed.after.as_ref().and_then(|role| role.scans_idle), Value::Integer),
    },
];

fn severity(role: Option<&SeenRole>) -> Value<'_> {
    let severity = role.and_then(|role| role.severity);
    Value::of(severity, |severity: Severity| Value::Word(severity.as_str()))
}

fn used(role: Option<&SeenRole>) -> Value<'_> {
    Value::of(role.and_then(|role| role.last_used_at), Value::Timestamp)
}

/// The name in an ARN.
fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
