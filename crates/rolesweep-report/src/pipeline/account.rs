//! One account of a report: read from the store, and assessed on any thread.

use std::sync::atomic::Ordering;

use rolesweep_assess::{AccountRules, Assessment, Assessor, TrustSummaries};
use rolesweep_model::{OuTree, Role};
use rolesweep_store::{AccountEntry, Store, StoreError, StoredRoles};

use super::error::PipelineError;
use crate::assessed::{AccountFacts, AssessedAccount, AssessedRole, Report};
use crate::formats::FileFormat;
use crate::remedies::remedy_of;
use crate::sink::Sink as _;
use crate::sinks::Sinks;

/// What an account weighs in addition to its roles.
const WEIGHT: usize = 4 * 1024;

/// An account with its roles as they are in the store: compressed, by page. A rule that needs to
/// see all roles of the account first can read the pages twice.
pub(crate) struct StoredAccount {
    facts: AccountFacts,
    roles: Vec<StoredRoles>,
}

impl StoredAccount {
    pub(crate) fn read(
        store: &Store,
        report: &Report<'_>,
        names: &OuTree,
        entry: AccountEntry,
    ) -> Result<Self, PipelineError> {
        let AccountEntry { account, record } = entry;
        let ou_path = account.parents.as_ref().map(|parents| names.name_path(parents));
        let facts = AccountFacts { account, ou_path, record };
        let mut roles = Vec::new();
        if facts.coverage().has_roles() {
            for page in store.stored_roles(report.scan.id, facts.account.id)? {
                go_on(report)?;
                roles.push(page?);
            }
        }
        Ok(Self { facts, roles })
    }

    /// What is known of the account.
    pub(crate) fn facts(&self) -> &AccountFacts {
        &self.facts
    }

    /// The rules that can decide about its roles.
    pub(crate) fn rules(&self, assessor: &Assessor<'_>) -> AccountRules {
        assessor.rules_for(&self.facts.place())
    }

    /// Passes its roles to `show`, ordered by ARN.
    pub(crate) fn visit(
        &self,
        report: &Report<'_>,
        mut show: impl FnMut(&Role<&str>) -> Result<(), StoreError>,
    ) -> Result<(), PipelineError> {
        for page in &self.roles {
            go_on(report)?;
            page.visit(&mut show)?;
        }
        Ok(())
    }

    /// How many bytes it counts for until it is written: about what it takes decoded.
    pub(super) fn weight(&self) -> usize {
        self.roles.iter().map(StoredRoles::weight).fold(WEIGHT, usize::saturating_add)
    }
}

/// Assesses accounts, and passes their roles to sinks.
pub(crate) struct AccountAssessor<'a> {
    pub(crate) report: &'a Report<'a>,
    pub(crate) formats: &'a [FileFormat],
    pub(crate) assessor: &'a Assessor<'a>,
    pub(crate) names: &'a OuTree,
    pub(crate) trust: TrustSummaries,
}

/// Takes the roles of one account.
pub(crate) trait TakesRoles {
    /// Assesses a role, and remembers what was needed for it.
    fn assess(&mut self, role: &Role<&str>, rules: &AccountRules) -> Assessment;

    /// Takes a role.
    fn take(&mut self, role: &AssessedRole<'_>);
}

impl TakesRoles for Sinks<'_> {
    fn assess(&mut self, role: &Role<&str>, rules: &AccountRules) -> Assessment {
        self.usage.assess(role, rules)
    }

    fn take(&mut self, role: &AssessedRole<'_>) {
        self.role(role);
    }
}

impl<'a> AccountAssessor<'a> {
    pub(super) fn assess(&mut self, account: &StoredAccount) -> Result<Sinks<'a>, PipelineError> {
        let Report { scan, parameters, gaps, .. } = *self.report;
        let facts = &account.facts;
        let mut sinks = Sinks::new(self.report, self.formats, self.assessor);
        self.each_role(account, &mut sinks)?;
        let (id, coverage) = (&facts.account.id, facts.coverage());
        let gap = gaps.iter().find(|gap| gap.covers(id, coverage, parameters.as_of));
        let can_judge = || parameters.rules.iter().all(|rule| rule.can_judge(&facts.account, self.names));
        let totals = sinks.totals.clone();
        sinks.account(&AssessedAccount {
            facts,
            totals,
            accepted_gap: gap,
            remedy: remedy_of(facts, scan),
            is_callers: *id == scan.caller.account_id,
            is_unjudged: facts.coverage().has_roles() && !can_judge(),
        });
        Ok(sinks)
    }

    /// Passes each role of an account to `taker`, assessed.
    pub(crate) fn each_role(
        &mut self,
        account: &StoredAccount,
        taker: &mut impl TakesRoles,
    ) -> Result<(), PipelineError> {
        let rules = account.rules(self.assessor);
        account.visit(self.report, |role| {
            let assessment = taker.assess(role, &rules);
            taker.take(&AssessedRole {
                role,
                account: &account.facts,
                assessment,
                trust: role.trust_policy.map_or("", |document| self.trust.get(document)),
            });
            Ok(())
        })
    }
}

/// Refuses to go on if the report is no longer wanted.
pub(crate) fn go_on(report: &Report<'_>) -> Result<(), PipelineError> {
    if report.stop.load(Ordering::Relaxed) { Err(PipelineError::Stopped) } else { Ok(()) }
}
