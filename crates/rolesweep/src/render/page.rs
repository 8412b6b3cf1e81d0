//! Part of an account's roles: assessed, counted, and made into rows, on any thread.

use std::sync::Arc;

use rolesweep_assess::{Assessment, Assessor, Longest, Place, Totals, TrustSummaries, Usage};
use rolesweep_model::{Account, AccountRecord, LastUse, Role};
use rolesweep_report::{Include, ReportError, RoleRow, Roles, Rows};
use rolesweep_store::StoredRoles;

use super::futures::Futures;
use super::pass::{LongIdle, Pass, RenderError, SHOWN};
use crate::text;

/// How much room a page's rows get at most before they are made, in bytes: else half of what the roles weigh, which is a little more than
/// rows usually take.
const ROOM: usize = 256 * 1024;

/// An account, and where it stands.
pub(super) struct Located {
    pub(super) account: Account,
    pub(super) record: Option<AccountRecord>,
    pub(super) ou_path: Option<String>,
}

impl Located {
    pub(super) fn place(&self) -> Place<'_> {
        Place { account: &self.account, ou_path: self.ou_path.as_deref() }
    }

    /// What people know it by.
    pub(super) fn name(&self) -> String {
        match &self.account.name {
            Some(name) => format!("{} ({})", self.account.id, text::one_line(name)),
            None => self.account.id.to_string(),
        }
    }
}

/// Roles to look at.
pub(super) struct Page {
    pub(super) account: Arc<Located>,
    pub(super) roles: StoredRoles,
}

/// What becomes of them.
pub(super) struct PageRows {
    pub(super) rows: Rows<Roles>,
    pub(super) totals: Totals,
}

/// What one thread gathers over all pages that it looks at.
pub(super) struct Worker<'a> {
    include: Include,
    assessor: &'a Assessor<'a>,
    trust: TrustSummaries,
    pub(super) usage: Usage<'a>,
    pub(super) futures: Futures,
    /// By idle time, and by age among those whose idle time is a minimum: the older, the longer it may have been.
    pub(super) longest: Longest<(bool, i64, bool, i64), LongIdle>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(pass: &Pass<'a>, assessor: &'a Assessor<'a>) -> Self {
        Self {
            include: pass.include,
            assessor,
            futures: Futures::new(pass),
            trust: TrustSummaries::default(),
            usage: Usage::new(assessor, pass.gaps),
            longest: Longest::new(SHOWN),
        }
    }

    /// Makes a page's rows.
    pub(super) fn render(&mut self, page: Page) -> Result<PageRows, RenderError> {
        let place = page.account.place();
        let site = self.assessor.site(&place);
        let mut rendered = PageRows {
            rows: Rows::with_capacity((page.roles.weight() / 2).min(ROOM)),
            totals: Totals::default(),
        };
        page.roles.visit(|role| {
            let assessment = self.usage.assess(role, &site);
            rendered.totals.add(&assessment);
            self.offer(role, &page.account, &assessment);
            self.futures.look(role, page.account.record.as_ref());
            if self.include.shows(assessment.disposition) {
                let trust = role.trust_policy.map_or("", |document| self.trust.get(document));
                let ou_path = place.ou_path.unwrap_or_default();
                let row = RoleRow { role, account: place.account, ou_path, assessment: &assessment, trust };
                rendered.rows.push(&row).map_err(ReportError::from)?;
            }
            Ok::<_, RenderError>(())
        })?;
        Ok(rendered)
    }

    /// Keeps a role in mind that stands out.
    fn offer(&mut self, role: &Role<&str>, account: &Located, assessment: &Assessment) {
        let Some(idle) = assessment.idle.filter(|_| assessment.is_finding()) else { return };
        let Some(rank) = assessment.idle_rank() else { return };
        self.longest.offer(rank, role.arn.as_str(), || LongIdle {
            days: idle.days(),
            age_days: assessment.age_days(),
            is_minimum: idle.is_minimum,
            last_use: match role.last_use {
                LastUse::Used { at, .. } => at.strftime("%Y-%m-%d").to_string(),
                LastUse::NoneRecorded | LastUse::NotCollected => "none recorded".to_owned(),
            },
            account: account.name(),
            role: format!("{}{}", role.arn.path().trim_start_matches('/'), role.arn.name()),
        });
    }
}
