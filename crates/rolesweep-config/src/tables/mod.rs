//! The tables that a configuration file may repeat: a declaration for each, what has to hold between its fields, and what comes out.

pub(crate) mod field;
pub(crate) mod row;

use rolesweep_assess::{AcceptedGap, Exemption, RoleSelector, TagMatch, Threshold, ThresholdRule};
use rolesweep_model::{AccountId, RoleArn, RoleId};

use crate::errors::Fault;
use crate::settings::checks::OuSelector;
use crate::settings::declare::tables;
use crate::tables::field::{Expiry, PathPrefix, RuleName};
use crate::tables::row::Row;

/// A table of which there may be many.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name, as in `[[threshold]]`.
    pub(crate) name: &'static str,
    /// What it is, for the documentation.
    #[cfg_attr(not(test), expect(dead_code, reason = "docs/settings.md is made of it, by a test"))]
    pub(crate) doc: &'static str,
    /// Its fields.
    pub(crate) fields: &'static [Field],
}

/// A field of such a table.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// What it is, for the documentation.
    pub(crate) doc: &'static str,
}

/// A struct that is declared as such a table.
pub(crate) trait Declared: Sized {
    /// The table.
    const TABLE: &'static Table;

    /// Reads every field; `None` where one is not sound.
    fn read(row: &mut Row<'_, '_>) -> Option<Self>;

    /// The fields that are set, as TOML.
    fn shown(&self) -> Vec<(&'static str, String)>;
}

/// What is not said by the fields one by one.
pub(crate) trait Rule: Declared {
    /// Notes what is wrong between the fields.
    fn check(row: &mut Row<'_, '_>);

    /// What there may be only one of.
    fn subject(&self) -> String;
}

// The type of a field says how it is read and shown, and whether it may be missing: `Option` and `Vec` may.
tables! {
    /// A threshold of its own for some roles. The first rule that matches a role decides. Of the selectors `accounts`, `ou`, `path` and `tag` at
    /// least one must be there; where several are, all must match; each may be a text or a list of texts, of which one must match.
    pub struct ThresholdTable in threshold {
        /// What the column `threshold_rule` shows.
        name: RuleName,
        /// Why these roles are different.
        reason: String,
        /// Account ids.
        accounts: Vec<AccountId>,
        /// OUs with all below them, by id or by path of names.
        ou: Vec<OuSelector>,
        /// Beginnings of role paths, such as `/ci/`.
        path: Vec<PathPrefix>,
        /// Tags of the role: `key`, or `key=value`.
        tag: Vec<TagMatch>,
        /// The threshold for roles that were used.
        inactive_after: Option<Threshold>,
        /// The threshold for roles without a recorded use. Where one of the two is not set, the one under `[assess]` counts.
        unused_after: Option<Threshold>,
    }

    /// A role that is not flagged although it is inactive or unused, with who says so and until when. Exactly one of `role_arn` and `role_id` must be there.
    pub struct ExemptionTable in exemption {
        /// The role's ARN; it also fits a role that is created again under that name.
        role_arn: Option<RoleArn>,
        /// The role's unique id (`AROA…`), which is never used twice.
        role_id: Option<RoleId>,
        /// Who answers for it.
        owner: String,
        /// Who approved it: somebody other than the owner.
        approved_by: String,
        /// Why the role has to stay.
        reason: String,
        /// Until when it counts: a date (through the end of that day in UTC) or a time with its offset. At most `max_acceptance` ahead.
        expires: Expiry,
    }

    /// An account that may be missing: the report is then complete `with accepted gaps`. It is still shown as what it is.
    pub struct AcceptedGapTable in accepted_gap {
        /// The account's id.
        account: AccountId,
        /// Who answers for it.
        owner: String,
        /// Who approved it: somebody other than the owner.
        approved_by: String,
        /// Why it cannot be read.
        reason: String,
        /// Until when it counts: a date (through the end of that day in UTC) or a time with its offset. At most `max_acceptance` ahead.
        expires: Expiry,
    }
}

/// All of them.
pub(crate) static TABLES: [&Table; 3] =
    [ThresholdTable::TABLE, ExemptionTable::TABLE, AcceptedGapTable::TABLE];

impl Rule for ThresholdTable {
    fn check(row: &mut Row<'_, '_>) {
        if !["accounts", "ou", "path", "tag"].iter().any(|field| row.has(field)) {
            row.missing(
                Fault::new("this [[threshold]] selects no roles")
                    .hint("name accounts, ou, path or tag; a threshold for all roles stands in [assess]"),
            );
        }
        if !row.has("inactive_after") && !row.has("unused_after") {
            row.missing(
                Fault::new("this [[threshold]] sets no threshold")
                    .hint("set inactive_after, unused_after or both"),
            );
        }
    }

    fn subject(&self) -> String {
        format!("a threshold rule named `{}`", self.name.0)
    }
}

impl Rule for ExemptionTable {
    fn check(row: &mut Row<'_, '_>) {
        two_people(row);
        match (row.has("role_arn"), row.has("role_id")) {
            (true, true) => row.missing(
                Fault::new("this [[exemption]] names both role_arn and role_id")
                    .hint("keep role_id for this one role, or role_arn for whichever role has that name"),
            ),
            (false, false) => {
                row.missing(Fault::new("this [[exemption]] names no role").hint("set role_arn or role_id"));
            }
            _ => {}
        }
    }

    fn subject(&self) -> String {
        let arn = self.role_arn.as_ref().map(RoleArn::as_str);
        let id = self.role_id.as_ref().map(RoleId::as_str);
        format!("an exemption for {}", arn.or(id).unwrap_or_default())
    }
}

impl Rule for AcceptedGapTable {
    fn check(row: &mut Row<'_, '_>) {
        two_people(row);
    }

    fn subject(&self) -> String {
        format!("an accepted gap for {}", self.account)
    }
}

/// The owner and who approved it are not the same: nobody approves what they answer for themselves.
fn two_people(row: &mut Row<'_, '_>) {
    // As a reader sees a name: without blanks, case, and what does not show.
    let seen = |name: &str| -> String {
        let shown = name.chars().filter(|&c| !c.is_whitespace() && !rolesweep_model::text::is_hidden(c));
        shown.collect::<String>().to_lowercase()
    };
    let (Some(owner), Some(approver)) = (row.raw("owner"), row.raw("approved_by")) else { return };
    let fault = if seen(owner) == seen(approver) {
        format!("`{approver}` is the owner, too")
    } else if !approver.chars().any(char::is_alphanumeric) {
        format!("`{approver}` names nobody")
    } else {
        return;
    };
    row.fault_of("approved_by", Fault::new(fault).hint("name somebody else who approved it"));
}

impl From<&ThresholdTable> for ThresholdRule {
    fn from(table: &ThresholdTable) -> Self {
        Self {
            name: table.name.0.clone(),
            reason: table.reason.clone(),
            accounts: table.accounts.clone(),
            ous: table.ou.iter().map(|ou| ou.as_str().to_owned()).collect(),
            paths: table.path.iter().map(|path| path.0.clone()).collect(),
            tags: table.tag.clone(),
            inactive_after: table.inactive_after,
            unused_after: table.unused_after,
        }
    }
}

impl ExemptionTable {
    /// The exemption; `None` where no role is named, which a check has noted by then.
    pub(crate) fn exemption(&self) -> Option<Exemption> {
        let arn = self.role_arn.clone().map(RoleSelector::RoleArn);
        Some(Exemption {
            role: arn.or_else(|| self.role_id.clone().map(RoleSelector::RoleId))?,
            owner: self.owner.clone(),
            approved_by: self.approved_by.clone(),
            reason: self.reason.clone(),
            expires: self.expires.0,
        })
    }
}

impl From<&AcceptedGapTable> for AcceptedGap {
    fn from(table: &AcceptedGapTable) -> Self {
        Self {
            account_id: table.account,
            owner: table.owner.clone(),
            approved_by: table.approved_by.clone(),
            reason: table.reason.clone(),
            expires: table.expires.0,
        }
    }
}
