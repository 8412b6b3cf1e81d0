//! The inputs of a report, and the roles and accounts that its pipeline passes to every sink.

use std::cell::OnceCell;
use std::fmt;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use rolesweep_assess::ownership::manager::{ManagedBy, managed_by};
use rolesweep_assess::ownership::{AccountOwners, Owner};
use rolesweep_assess::risk::Risk;
use rolesweep_assess::{
    AcceptedGap, Assessment, Change, ChangedRole, Disposition, Exemption, LastUseSource, Parameters, Place,
    Totals, scans_idle,
};
use rolesweep_model::text::account_name;
use rolesweep_model::{Access, Account, AccountRecord, Coverage, LastUse, Role, RoleHistory, Scan};

use crate::settings::PublishedBefore;

/// What a report is about, except the store with the facts.
pub struct Report<'a> {
    /// The scan.
    pub scan: &'a Scan,
    /// How to assess.
    pub parameters: &'a Parameters,
    /// Gaps that somebody accepted.
    pub gaps: &'a [AcceptedGap],
    /// Which roles get a row.
    pub include: Include,
    /// Whether to judge what the roles that get a row could do, and who could take them over.
    pub with_risk: bool,
    /// An earlier scan of the same store that the roles are compared with, with the same settings but
    /// for `as_of`. What it would be compared with is ignored.
    pub previous: Option<&'a Self>,
    /// The report that was published for the previous comparable scan; `None` if this report is to say
    /// nothing of it.
    pub published_before: Option<&'a PublishedBefore>,
    /// Set when the report is no longer wanted.
    pub stop: &'a AtomicBool,
}

/// Which roles get a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Include {
    /// What needs somebody's attention: flagged and undetermined roles.
    #[default]
    Flagged,
    /// All of them.
    All,
}

impl Include {
    /// Whether a role with this disposition gets a row.
    #[must_use]
    pub fn shows(self, disposition: Disposition) -> bool {
        match self {
            Self::Flagged => matches!(disposition, Disposition::Flagged | Disposition::Undetermined),
            Self::All => true,
        }
    }

    /// The word for files and arguments.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flagged => "flagged",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Include {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The facts of an account of the population.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// The account.
    pub account: Account,
    /// The names of the OUs above it; `None` if AWS did not say where it is.
    pub ou_path: Option<String>,
    /// What became of it; `None` if the scan ended before it came to this account.
    pub record: Option<AccountRecord>,
}

impl AccountFacts {
    /// What became of it.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.record.as_ref().map_or(Coverage::NotReached, |record| record.coverage)
    }

    /// Why the coverage is what it is, the same in every run. Empty if the account is simply
    /// scanned.
    #[must_use]
    pub fn reason(&self) -> String {
        match &self.record {
            Some(record) => record.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
            None => "the scan ended before".to_owned(),
        }
    }

    /// What people know it by.
    pub(crate) fn display_name(&self) -> String {
        account_name(self.account.id, self.account.name.as_deref())
    }

    /// Whose credentials it was read with; `None` if it was not read.
    #[must_use]
    pub fn access(&self) -> Option<Access> {
        self.record.as_ref()?.access
    }

    /// Where it is, for the assessment.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        Place { account: &self.account, ou_path: self.ou_path.as_deref() }
    }
}

/// A role with everything that a report says of it.
#[derive(Debug, Clone)]
pub struct AssessedRole<'a> {
    /// The role, with the last use that is known of it ([`rolesweep_assess::with_known_use`]).
    pub role: &'a Role<&'a str>,
    /// Its account.
    pub account: &'a AccountFacts,
    /// The judgement.
    pub assessment: Assessment,
    /// Who can assume the role, summarized from its trust policy; empty if AWS sent none.
    pub trust: &'a str,
    /// What it could do, and who could take it over; `None` if it gets no row and is not exempt, or if
    /// the report does not judge that.
    pub risk: Option<Risk>,
    /// Who owns it, and what manages it.
    pub ownership: Ownership<'a>,
    /// The exemption that covers it and lasts longest, in force or not.
    pub exemption: Option<&'a Exemption>,
    /// What the scans up to this one know of it.
    pub history: Option<RoleHistory<'a>>,
    /// Where the date of its last use comes from; `None` if AWS did not answer and no scan saw a use.
    pub last_use_source: Option<LastUseSource>,
    /// What became of it since the earlier scan; `None` if there is none, or if it is idle in neither
    /// scan, or exempt in both.
    pub change: Option<Change>,
}

/// Who owns a role and what manages it, found when a row asks for it: most roles get no row.
#[derive(Debug, Clone)]
pub struct Ownership<'a> {
    owners: &'a AccountOwners<'a>,
    owner: OnceCell<Option<Owner>>,
    manager: OnceCell<Option<ManagedBy>>,
}

impl<'a> Ownership<'a> {
    /// That of a role of this account, not found yet.
    #[must_use]
    pub fn new(owners: &'a AccountOwners<'a>) -> Self {
        Self { owners, owner: OnceCell::new(), manager: OnceCell::new() }
    }

    /// Whether no row has asked.
    #[cfg(test)]
    pub(crate) fn is_not_found_yet(&self) -> bool {
        self.owner.get().is_none() && self.manager.get().is_none()
    }
}

impl AssessedRole<'_> {
    /// When it was used last, as far as any scan knows.
    #[must_use]
    pub fn last_used_at(&self) -> Option<Timestamp> {
        match self.role.last_use {
            LastUse::Used { at, .. } => Some(at),
            LastUse::NoneRecorded => None,
            LastUse::NotCollected => self.history.as_ref()?.earlier_use(),
        }
    }

    /// In how many scans in a row it was idle ([`scans_idle`]).
    #[must_use]
    pub fn scans_idle(&self) -> Option<u64> {
        scans_idle(self.role, &self.assessment, self.history.as_ref()?)
    }

    /// Who owns it, if anything says so.
    #[must_use]
    pub fn owner(&self) -> Option<&Owner> {
        self.ownership.owner.get_or_init(|| self.ownership.owners.of(self.role)).as_ref()
    }

    /// What manages it, if it shows that. Without its risk, nothing is known of the accounts that it
    /// trusts.
    #[must_use]
    pub fn managed_by(&self) -> Option<&ManagedBy> {
        let outside = self.risk.as_ref().map_or(&[][..], |risk| &risk.trust.external_accounts);
        self.ownership.manager.get_or_init(|| managed_by(self.role, outside)).as_ref()
    }
}

/// A role that is idle in at least one of two scans.
#[derive(Debug, Clone, Copy)]
pub struct ComparedRole<'a> {
    /// Its account, as the later scan knows it, or else the earlier one.
    pub account: &'a AccountFacts,
    /// What became of it.
    pub changed: &'a ChangedRole,
}

/// An account with everything that a report says of it.
#[derive(Debug, Clone)]
pub struct AssessedAccount<'a> {
    /// The account.
    pub facts: &'a AccountFacts,
    /// Its roles, counted.
    pub totals: Totals,
    /// How many of them were read without their policies.
    pub policies_not_read: u64,
    /// The accepted gap for this account, if one is in force.
    pub accepted_gap: Option<&'a AcceptedGap>,
    /// What to do about a gap; `None` if there is no gap, or nothing to do.
    pub remedy: Option<String>,
    /// Whether it is the caller's own account.
    pub is_callers: bool,
    /// Whether nobody can say which threshold rules and exemptions by OU apply to it.
    pub is_unjudged: bool,
}
