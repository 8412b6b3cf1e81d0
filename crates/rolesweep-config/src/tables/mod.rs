//! The tables that a configuration file may repeat: a declaration for each, the rules between its
//! fields, and the values that are made from it.

mod declare;
mod exemption;
pub(crate) mod row;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rolesweep_assess::ownership::KnownOwner;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{AcceptedGap, AccountKind, KnownAccount, TagMatch, Threshold, ThresholdRule};
use rolesweep_model::{AccountId, RoleArn, RoleId};

use crate::errors::Fault;
use crate::tables::declare::tables;
use crate::tables::row::Row;
use crate::value::types::Expiry;
use crate::value::{Rules, Shape, Value, checks, duration, scalar};

/// A table that a file may repeat.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name, as in `[[threshold]]`.
    pub(crate) name: &'static str,
    /// What it is, for the documentation.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test makes docs/settings.md from it"))]
    pub(crate) doc: &'static str,
    pub(crate) fields: &'static [Field],
}

/// A field of such a table.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// What it is, for the documentation.
    pub(crate) doc: &'static str,
}

/// What follows from the declaration of a table.
pub(crate) trait Fields: Sized {
    const TABLE: &'static Table;

    /// Reads every field; `None` if one is invalid.
    fn read(row: &mut Row<'_>) -> Option<Self>;

    /// The fields that are set, as TOML.
    fn shown(&self) -> Vec<(&'static str, String)>;
}

/// The rules that one field alone cannot express.
pub(crate) trait RepeatedTable: Fields {
    /// Notes what is wrong between the fields. What is accepted may end at `latest`; `None` if that
    /// is not known.
    fn check(row: &mut Row<'_>, latest: Option<&Latest>);

    /// The subject, of which there may be only one.
    fn subject(&self) -> String;

    /// What else there may be only one of, and what to do if there are two.
    fn second_subject(&self) -> Option<(String, &'static str)> {
        None
    }
}

/// How far ahead an exemption or an accepted gap may end.
pub(crate) struct Latest {
    /// The instant that it is counted from.
    pub(crate) from: Timestamp,
    /// The last day.
    pub(crate) day: Date,
    /// How far ahead that is, in seconds.
    pub(crate) seconds: i64,
}

// The type of a field, and the check after it, say how it is read and shown. `Option` and `Vec` may
// be missing.
tables! {
    /// A separate threshold for some roles. The first rule that matches a role decides. At least
    /// one of the selectors `accounts`, `ou`, `path`, `tag` and `role_name` must be there; if several
    /// are, all must match. Each may be a text or a list of texts, of which one must match.
    pub(crate) struct ThresholdTable in threshold {
        /// What the column `threshold_rule` shows.
        name: String = checks::rule_name,
        /// Why these roles are different.
        reason: String = checks::filled_in,
        /// Account ids.
        accounts: Vec<AccountId>,
        /// OUs with all below them, by id or by path of names.
        ou: Vec<String> = checks::ou,
        /// Beginnings of role paths, such as `/ci/`.
        path: Vec<String> = checks::path_prefix,
        /// Tags of the role: `key`, or `key=value`.
        tag: Vec<TagMatch>,
        /// Names of roles: `*` stands for any characters, and `?` for one. Upper and lower case are
        /// the same.
        role_name: Vec<String> = checks::name_pattern,
        /// The threshold for roles that were used.
        inactive_after: Option<Threshold>,
        /// The threshold for roles without a recorded use. If one of the two is not set, the one
        /// under `[assess]` counts.
        unused_after: Option<Threshold>,
    }

    /// Roles that are not flagged although they are inactive or unused, with who says so and until
    /// when. Of `role_arn`, `role_id`, `role_name`, `path`, `account`, `ou` and `trust_at_most`, all
    /// that are there must match, and of a list one item. Whoever creates a role chooses its name
    /// and its path, so these two need one of the others beside them. A role that was created after
    /// `approved_on` is not covered, and neither is one whose trust policy, policies or permissions
    /// boundary a later scan found changed: approve it again, with a new `approved_on`.
    pub(crate) struct ExemptionTable in exemption {
        /// What the column `exemption_id` shows. Without it: the fields that select the roles.
        id: Option<String>,
        /// The role's ARN.
        role_arn: Option<RoleArn>,
        /// The role's unique id (`AROA…`), which is never used twice.
        role_id: Option<RoleId>,
        /// Names of roles: `*` stands for any characters, and `?` for one. Upper and lower case are
        /// the same.
        role_name: Vec<String> = checks::name_pattern,
        /// Beginnings of role paths, such as `/ci/`.
        path: Vec<String> = checks::path_prefix,
        /// Account ids.
        account: Vec<AccountId>,
        /// OUs with all below them, by id or by path of names. Not the root.
        ou: Vec<String> = checks::ou,
        /// The widest `trust_level` that the role may have: `nobody`, `local`, `org`,
        /// `membership-unknown`, `external-bound` or `external-open`. What is not understood counts as
        /// the widest that it may be. To limit `role_name` or `path`: at most `org`.
        trust_at_most: Option<TrustLevel>,
        /// Who answers for it.
        owner: String = checks::filled_in,
        /// Who approved it: somebody other than the owner.
        approved_by: String = checks::filled_in,
        /// On which day it was approved (in UTC).
        approved_on: Date,
        /// Where that is written down, such as the number of a ticket.
        ticket: Option<String> = checks::filled_in,
        /// Why the roles have to stay.
        reason: String = checks::filled_in,
        /// Until when it counts: a date (through the end of that day in UTC) or a time with its
        /// offset. At most `max_acceptance` ahead.
        expires: Expiry,
    }

    /// An account that may be missing: the report is then complete `with accepted gaps`. It is
    /// still shown as what it is.
    pub(crate) struct AcceptedGapTable in accepted_gap {
        /// The account's id.
        account: AccountId,
        /// Who answers for it.
        owner: String = checks::filled_in,
        /// Who approved it: somebody other than the owner.
        approved_by: String = checks::filled_in,
        /// Why it cannot be read.
        reason: String = checks::filled_in,
        /// Until when it counts: a date (through the end of that day in UTC) or a time with its
        /// offset. At most `max_acceptance` ahead.
        expires: Expiry,
    }

    /// Names the owner of an account outside the organization. If `kind` is `ours`, trust policies that
    /// name the account are judged as if it were in the organization. If it is `vendor`, the account
    /// still counts as outside, with limits, and reports show its name.
    pub(crate) struct KnownAccountTable in known_account {
        /// The account's id.
        account: AccountId,
        /// What people call it.
        name: String,
        /// Whose it is: `ours` or `vendor`.
        kind: AccountKind,
        /// Who answers for what is said here.
        owner: String = checks::filled_in,
        /// Until when it counts: a date (through the end of that day in UTC) or a time with its
        /// offset. At most `max_acceptance` ahead.
        expires: Expiry,
    }

    /// A person or a team that owns roles. A tag or a row of `owners_file` that has the name, one of
    /// the aliases or the address means this owner, and reports show the name. Upper and lower case
    /// does not matter.
    pub(crate) struct OwnerTable in owner {
        /// The name that reports show.
        name: String = checks::filled_in,
        /// How tags and tables also write it.
        aliases: Vec<String>,
        /// The address to write to.
        email: Option<String> = checks::email,
        /// Who answers instead.
        deputy: Option<String> = checks::filled_in,
        /// Who decides if nobody answers.
        manager: Option<String> = checks::filled_in,
    }
}

pub(crate) static TABLES: [&Table; 5] = [
    ThresholdTable::TABLE,
    ExemptionTable::TABLE,
    AcceptedGapTable::TABLE,
    KnownAccountTable::TABLE,
    OwnerTable::TABLE,
];

impl RepeatedTable for ThresholdTable {
    fn check(row: &mut Row<'_>, _: Option<&Latest>) {
        if !["accounts", "ou", "path", "tag", "role_name"].iter().any(|field| row.has(field)) {
            row.missing(Fault::new(
                "this [[threshold]] selects no roles",
                "name accounts, ou, path, tag or role_name; set the threshold for all roles under [assess]",
            ));
        }
        if !row.has("inactive_after") && !row.has("unused_after") {
            row.missing(Fault::new(
                "this [[threshold]] sets no threshold",
                "set inactive_after, unused_after or both",
            ));
        }
    }

    fn subject(&self) -> String {
        format!("a threshold rule named `{}`", self.name)
    }
}

impl RepeatedTable for AcceptedGapTable {
    fn check(row: &mut Row<'_>, latest: Option<&Latest>) {
        check_acceptance(row, latest);
    }

    fn subject(&self) -> String {
        format!("an accepted gap for {}", self.account)
    }
}

impl RepeatedTable for KnownAccountTable {
    fn check(row: &mut Row<'_>, latest: Option<&Latest>) {
        check_end(row, latest);
    }

    fn subject(&self) -> String {
        format!("a known account {}", self.account)
    }
}

impl RepeatedTable for OwnerTable {
    fn check(_: &mut Row<'_>, _: Option<&Latest>) {}

    fn subject(&self) -> String {
        format!("an owner named `{}`", self.name)
    }
}

/// An owner does not approve for themselves, and every acceptance ends.
fn check_acceptance(row: &mut Row<'_>, latest: Option<&Latest>) {
    // Compares names as a reader sees them: without blanks, case, and hidden characters.
    let seen = |name: &str| -> String {
        let shown = name.chars().filter(|&c| !c.is_whitespace() && !rolesweep_model::text::is_hidden(c));
        shown.collect::<String>().to_lowercase()
    };
    if let (Some(owner), Some(approver)) = (row.text("owner"), row.text("approved_by")) {
        let help = "name somebody else who approved it";
        if seen(owner) == seen(approver) {
            row.fault("approved_by", Fault::new(format!("`{approver}` is also the owner"), help));
        } else if !approver.chars().any(char::is_alphanumeric) {
            row.fault("approved_by", Fault::new(format!("`{approver}` names nobody"), help));
        }
    }
    check_end(row, latest);
}

fn check_end(row: &mut Row<'_>, latest: Option<&Latest>) {
    let written = row.value("expires").and_then(|value| scalar(Shape::Instant, value.get_ref()));
    let (Some(latest), Some(written)) = (latest, written) else { return };
    let Ok(end) = checks::expiry(&written) else { return };
    // A date counts through the end of its day, and so does the limit.
    let inside = end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(end);
    if inside.to_zoned(TimeZone::UTC).date() > latest.day {
        let allowed = duration::display(latest.seconds);
        let what = format!("`{written}` is more than {allowed} ahead");
        row.fault("expires", Fault::new(what, format!(
            "write {} or a day before it, and have it approved again when it ends; `max_acceptance` under [assess] sets the limit",
            latest.day,
        )));
    }
}

impl ThresholdTable {
    pub(crate) fn rule(&self) -> ThresholdRule {
        let Self { name, reason, accounts, ou, path, tag, role_name, inactive_after, unused_after } =
            self.clone();
        ThresholdRule {
            name,
            reason,
            accounts,
            ous: ou,
            paths: path,
            tags: tag,
            role_names: role_name,
            inactive_after,
            unused_after,
        }
    }
}

impl AcceptedGapTable {
    pub(crate) fn gap(&self) -> AcceptedGap {
        let Self { account, owner, approved_by, reason, expires: Expiry(expires) } = self.clone();
        AcceptedGap { account_id: account, owner, approved_by, reason, expires }
    }
}

impl KnownAccountTable {
    pub(crate) fn known_account(&self) -> KnownAccount {
        let Self { account, name, kind, owner, expires: Expiry(expires) } = self.clone();
        KnownAccount { account_id: account, name, kind, owner, expires }
    }
}

impl OwnerTable {
    pub(crate) fn owner(&self) -> KnownOwner {
        let Self { name, aliases, email, deputy, manager } = self.clone();
        KnownOwner { name, aliases, email, deputy, manager }
    }
}
