//! A page of an account's roles: assessed, counted and formatted, on any thread.

use std::sync::Arc;

use rolesweep_assess::{Assessor, Totals, TrustSummaries, Usage};
use rolesweep_store::{StoreError, StoredRoles};

use super::PipelineError;
use crate::assessed::{AccountFacts, AssessedRole, Include, Report};
use crate::formats::Sink;
use crate::output::Rows;
use crate::summary::RoleObserver;

/// Roles to look at.
pub(super) struct Page {
    pub(super) account: Arc<AccountFacts>,
    pub(super) roles: StoredRoles,
}

/// What became of them.
pub(super) struct PageResult {
    /// What each sink made of those that get a row.
    pub(super) files: Vec<Rows>,
    /// How many get a row.
    pub(super) shown: u64,
    pub(super) totals: Totals,
}

/// What one thread needs, and what it gathers over all its pages.
pub(super) struct Worker<'a> {
    include: Include,
    assessor: &'a Assessor<'a>,
    sinks: Vec<&'static dyn Sink>,
    trust: TrustSummaries,
    pub(super) usage: Usage<'a>,
    pub(super) observer: RoleObserver,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        report: &Report<'a>,
        assessor: &'a Assessor<'a>,
        sinks: Vec<&'static dyn Sink>,
    ) -> Self {
        Self {
            include: report.include,
            assessor,
            sinks,
            trust: TrustSummaries::default(),
            usage: Usage::new(assessor, report.gaps),
            observer: RoleObserver::new(report),
        }
    }

    pub(super) fn page(&mut self, page: Page) -> Result<PageResult, PipelineError> {
        let account = &*page.account;
        let site = self.assessor.site(&account.place());
        let files = self.sinks.iter().map(|_| Rows::default()).collect();
        let mut result = PageResult { files, shown: 0, totals: Totals::default() };
        page.roles.visit(|role| {
            let assessed = AssessedRole {
                role,
                account,
                assessment: self.usage.assess(role, &site),
                trust: role.trust_policy.map_or("", |document| self.trust.get(document)),
            };
            result.totals.add(&assessed.assessment);
            self.observer.role(&assessed);
            if self.include.shows(assessed.assessment.disposition) {
                result.shown += 1;
                for (sink, rows) in self.sinks.iter().zip(&mut result.files) {
                    sink.role(&assessed, rows);
                }
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(result)
    }
}
