//! `accounts.csv`: one row per account of the population.

use rolesweep_assess::Disposition;

use super::table::{Column, Table};
use super::value::{Kind, Value};
use crate::assessed::AssessedAccount;
use crate::words;

/// The table of accounts: the coverage.
#[derive(Debug, Clone, Copy)]
pub enum Accounts {}

impl Table for Accounts {
    type Row<'a> = AssessedAccount<'a>;
    const FILE: &'static str = "accounts.csv";
    const ABOUT: &'static str = "The coverage: one row per account, by account id.";

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }
}

/// A number of roles; no value if the account was not read.
fn of_roles<'r>(row: &AssessedAccount<'_>, number: u64) -> Value<'r> {
    Value::of(row.facts.coverage().has_roles().then_some(number), Value::Integer)
}

/// The columns of `accounts.csv`.
static COLUMNS: &[Column<Accounts>] = &[
    Column {
        name: "account_id",
        doc: "The account: twelve digits, leading zeros included. Read it as text.",
        kind: Kind::Id,
        value: |row| Value::Id(row.facts.account.id.as_str()),
    },
    Column {
        name: "account_name",
        doc: "The account's name. Empty if the accounts were named by the caller and not listed.",
        kind: Kind::Text,
        value: |row| Value::of(row.facts.account.name.as_deref(), Value::text),
    },
    Column {
        name: "ou_path",
        doc: "The names of the organizational units above the account, such as `/Workloads/Prod`; `/` is the root. A name with a `/` shows it as `%2F`; [settings.md](settings.md#ou-paths) has the whole spelling, and a path can be copied from here into `--ou`. Empty if AWS did not say where the account is.",
        kind: Kind::Text,
        value: |row| Value::of(row.facts.ou_path.as_deref(), Value::text),
    },
    Column {
        name: "state",
        doc: "The account's state as AWS names it, such as `ACTIVE` or `SUSPENDED`. Empty if AWS gave none.",
        // AWS may add words, so this is text and not one of a fixed list.
        kind: Kind::Text,
        value: |row| Value::text(row.facts.account.state.as_str()),
    },
    Column {
        name: "coverage",
        doc: "What became of the account. `scanned`: every role was seen, with its last use. `partial`: every role was seen, and the last use of some is not known. `denied`: it refused. `failed`: it could not be read for another reason. `not_reached`: the scan ended first. `not_active`: AWS says that it is not in use. `excluded`: the caller left it out.",
        kind: Kind::Word,
        value: |row| Value::Word(row.facts.coverage().as_str()),
    },
    Column {
        name: "reason",
        doc: "Why: the call and AWS's error code, the state, or the rule that excluded it. Empty if the account was scanned. AWS's own messages are in `manifest.json`.",
        kind: Kind::Text,
        value: |row| Value::Text(row.facts.reason().into()),
    },
    Column {
        name: "roles",
        doc: "How many roles were seen. Empty if the account was not read.",
        kind: Kind::Integer,
        value: |row| of_roles(row, row.totals.roles()),
    },
    Column {
        name: "flagged",
        doc: "How many of them are flagged. Empty if the account was not read.",
        kind: Kind::Integer,
        value: |row| of_roles(row, row.totals.findings()),
    },
    Column {
        name: "accepted_gap",
        doc: "Why this gap is accepted, if a written acceptance is in force. The coverage does not change, but the gap does not make the report incomplete.",
        kind: Kind::Text,
        value: |row| Value::of(row.accepted_gap, |gap| Value::text(&gap.reason)),
    },
    Column {
        name: "access",
        doc: "With whose credentials the account was read: `audit_role`, or `caller` for the caller's own account if the audit role could not be assumed. Empty if it was not read.",
        kind: Kind::Word,
        value: |row| Value::of(row.facts.access(), |access| Value::Word(words::access(access))),
    },
    Column {
        name: "remedy",
        doc: "What to do about the gap, as the terminal says it. Empty if there is no gap.",
        kind: Kind::Text,
        value: |row| Value::of(row.remedy.as_deref(), Value::text),
    },
    Column {
        name: "accepted_gap_owner",
        doc: "Who answers for the accepted gap. Empty if `accepted_gap` is.",
        kind: Kind::Text,
        value: |row| Value::of(row.accepted_gap, |gap| Value::text(&gap.owner)),
    },
    Column {
        name: "accepted_gap_approved_by",
        doc: "Who approved it. Empty if `accepted_gap` is.",
        kind: Kind::Text,
        value: |row| Value::of(row.accepted_gap, |gap| Value::text(&gap.approved_by)),
    },
    Column {
        name: "accepted_gap_expires",
        doc: "When it ends: at this instant it no longer counts. A date in the configuration counts through the end of that day, so `2027-03-31` is `2027-04-01T00:00:00Z` here. Empty if `accepted_gap` is.",
        kind: Kind::Timestamp,
        value: |row| Value::of(row.accepted_gap, |gap| Value::Timestamp(gap.expires)),
    },
    Column {
        name: "undetermined",
        doc: "How many of the roles are undetermined, because their last use is not known. They have rows in `roles.csv`, too. Empty if the account was not read.",
        kind: Kind::Integer,
        value: |row| of_roles(row, row.totals.disposition(Disposition::Undetermined)),
    },
    Column {
        name: "policies_not_read",
        doc: "How many of the roles were read without their policies, so that `privilege` is `unknown`: `iam:GetAccountAuthorizationDetails` was denied, and `iam:ListRoles` and `iam:GetRole` do not return them. Empty if the account was not read.",
        kind: Kind::Integer,
        value: |row| of_roles(row, row.policies_not_read),
    },
];
