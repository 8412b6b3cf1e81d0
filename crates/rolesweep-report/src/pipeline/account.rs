//! One account of a report: read from the store, and assessed on any thread.

use std::sync::atomic::Ordering;

use rolesweep_assess::{Assessor, TrustSummaries};
use rolesweep_model::OuTree;
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
pub(super) struct StoredAccount {
    facts: AccountFacts,
    roles: Vec<StoredRoles>,
}

impl StoredAccount {
    pub(super) fn read(
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

    /// How many bytes it counts for until it is written: about what it takes decoded.
    pub(super) fn weight(&self) -> usize {
        self.roles.iter().map(StoredRoles::weight).fold(WEIGHT, usize::saturating_add)
    }
}

/// Assesses accounts, and passes their roles to sinks.
pub(super) struct AccountAssessor<'a> {
    pub(super) report: &'a Report<'a>,
    pub(super) formats: &'a [FileFormat],
    pub(super) assessor: &'a Assessor<'a>,
    pub(super) names: &'a OuTree,
    pub(super) trust: TrustSummaries,
}

impl<'a> AccountAssessor<'a> {
    pub(super) fn assess(&mut self, account: &StoredAccount) -> Result<Sinks<'a>, PipelineError> {
        let Report { scan, parameters, gaps, .. } = *self.report;
        let StoredAccount { facts, roles } = account;
        let rules = self.assessor.rules_for(&facts.place());
        let mut sinks = Sinks::new(self.report, self.formats, self.assessor);
        for page in roles {
            go_on(self.report)?;
            page.visit(|role| {
                let assessed = AssessedRole {
                    role,
                    account: facts,
                    assessment: sinks.usage.assess(role, &rules),
                    trust: role.trust_policy.map_or("", |document| self.trust.get(document)),
                };
                sinks.role(&assessed);
                Ok::<_, StoreError>(())
            })?;
        }
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
}

/// Refuses to go on if the report is no longer wanted.
pub(super) fn go_on(report: &Report<'_>) -> Result<(), PipelineError> {
    if report.stop.load(Ordering::Relaxed) { Err(PipelineError::Stopped) } else { Ok(()) }
}
