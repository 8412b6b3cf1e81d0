//! What a report adds up to: consumers of its roles and accounts, from which the terminal's summary, the exit code and the manifest follow.

mod access;
mod clock;
mod highlights;
mod notes;
mod troubles;

use jiff::Timestamp;
use rolesweep_assess::{Completeness, CoverageSummary, Totals};
use rolesweep_model::{OuTree, Scope, Source};

pub use access::{AuditRoleUse, Unassumed};
pub use highlights::{AccountName, Burdened, LongIdle};
pub use troubles::Trouble;

use crate::assessed::{AssessedAccount, AssessedRole, Report};
use crate::manifest::{AccountEntry, Counts, FileEntry, Manifest};
use clock::LaterThanClock;
use highlights::{LongestIdle, MostFindings};
use troubles::Troubles;

/// What a report adds up to.
#[derive(Debug)]
pub struct Summary {
    /// The instant that the facts were assessed at.
    pub as_of: Timestamp,
    /// Whether somebody set that instant.
    pub as_of_set: bool,
    /// Which part of the organization the scan meant to see.
    pub scope: Scope,
    /// Whether the list of accounts was read to its end.
    pub population_complete: bool,
    /// Accounts by what became of them.
    pub coverage: CoverageSummary,
    /// How complete the report is.
    pub completeness: Completeness,
    /// In which accounts the audit role was assumed.
    pub audit_role: AuditRoleUse,
    /// Whether the scan's own clock is shown to have been wrong.
    pub clock_was_wrong: bool,
    /// Whether there was nothing to check the scan's clock against.
    pub clock_is_unchecked: bool,
    /// Roles by status and disposition.
    pub totals: Totals,
    /// The roles that have been idle for longest.
    pub longest: Vec<LongIdle>,
    /// The accounts with most findings.
    pub most: Vec<Burdened>,
    /// The accounts that were not fully read.
    pub troubles: Vec<Trouble>,
    /// What a reader should know, and what should be looked at in the configuration.
    pub notes: Vec<String>,
    /// The files that were written, the manifest aside.
    pub files: Vec<FileEntry>,
}

/// What is counted of roles alone: one in each worker thread, in any order. A role is told from another by its ARN, and two with one ARN are always
/// on the same page.
pub(crate) struct RoleObserver {
    later: LaterThanClock,
    longest: LongestIdle,
}

impl RoleObserver {
    pub(crate) fn new(report: &Report<'_>) -> Self {
        Self { later: LaterThanClock::new(report), longest: LongestIdle::new() }
    }

    pub(crate) fn role(&mut self, role: &AssessedRole<'_>) {
        self.later.role(role);
        self.longest.role(role);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.later.merge(other.later);
        self.longest.merge(other.longest);
    }
}

/// What is counted of accounts, in their order.
pub(crate) struct AccountObserver<'a> {
    report: &'a Report<'a>,
    names: &'a OuTree,
    coverage: CoverageSummary,
    totals: Totals,
    most: MostFindings,
    troubles: Troubles,
    audit_role: AuditRoleUse,
    entries: Vec<AccountEntry>,
    /// How many roles the accounts' records speak of.
    seen: u64,
    /// Accounts that were read, and of which nobody can say whether a rule by OU is for them.
    unjudged: u64,
}

impl<'a> AccountObserver<'a> {
    pub(crate) fn new(report: &'a Report<'a>, names: &'a OuTree) -> Self {
        Self {
            report,
            names,
            coverage: CoverageSummary::default(),
            totals: Totals::default(),
            most: MostFindings::new(),
            troubles: Troubles::default(),
            audit_role: AuditRoleUse::default(),
            entries: Vec::new(),
            seen: 0,
            unjudged: 0,
        }
    }

    pub(crate) fn account(&mut self, account: &AssessedAccount<'_>) {
        let (report, facts) = (self.report, account.facts);
        self.coverage.add(&facts.account.id, facts.coverage(), report.gaps, report.parameters.as_of);
        self.totals.merge(&account.totals);
        self.most.account(account);
        self.troubles.account(account);
        self.audit_role.account(account, report.scan);
        let can_judge =
            || report.parameters.rules.iter().all(|rule| rule.can_judge(&facts.account, self.names));
        if facts.coverage().has_roles() {
            self.unjudged += u64::from(!can_judge());
            self.seen += facts.record.as_ref().map_or(0, |record| record.roles);
        }
        let not_reached = || AccountEntry::not_reached(facts.account.id);
        self.entries.push(facts.record.as_ref().map_or_else(not_reached, AccountEntry::from));
    }

    /// The summary and the manifest, with how many roles have a row and what is out of date in the settings. `None` if the sums are not what they have to
    /// be.
    pub(crate) fn finish(
        self,
        roles: RoleObserver,
        rows: u64,
        remarks: impl Iterator<Item = String>,
    ) -> Option<(Summary, Manifest)> {
        let Report { scan, parameters, gaps, include, .. } = *self.report;
        let counts = Counts::new(self.coverage.total(), &self.coverage, self.seen, &self.totals, rows);
        if !counts.reconcile() {
            return None;
        }
        let mut manifest = Manifest::new(env!("CARGO_PKG_VERSION"), scan, parameters, gaps, include);
        let later = roles.later.note();
        let clock_was_wrong = later.is_some() || scan.clock_was_off();
        let clock_is_unchecked = scan.source == Source::Aws && scan.clock_difference_seconds.is_none();
        let notes: Vec<String> = notes::as_of_note(scan.started_at, parameters.as_of)
            .into_iter()
            .chain(notes::unjudged_note(self.unjudged))
            .chain(clock_is_unchecked.then(|| notes::UNCHECKED_CLOCK.to_owned()))
            .chain(later)
            .chain(self.audit_role.read_by_caller.map(notes::read_by_caller_note))
            .chain(remarks)
            .collect();
        let completeness = if self.unjudged > 0 || clock_was_wrong || clock_is_unchecked {
            Completeness::No
        } else {
            self.coverage.completeness(manifest.population_complete)
        };
        manifest.concludes(completeness);
        manifest.counts = counts;
        manifest.accounts = self.entries;
        manifest.notes.extend(notes.iter().cloned());
        let summary = Summary {
            as_of: parameters.as_of,
            as_of_set: manifest.as_of_set_by_hand,
            scope: scan.scope,
            population_complete: manifest.population_complete,
            coverage: self.coverage,
            completeness,
            audit_role: self.audit_role,
            clock_was_wrong,
            clock_is_unchecked,
            totals: self.totals,
            longest: roles.longest.into_items(),
            most: self.most.into_items(),
            troubles: self.troubles.into_groups(),
            notes,
            files: Vec::new(),
        };
        Some((summary, manifest))
    }
}
