//! The roles of one account, assessed on any thread.

use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{Disposition, TrustSummaries, Usage, with_known_use};
use rolesweep_model::Role;
use rolesweep_store::StoredHistory;

use super::context::Context;
use super::error::PipelineError;
use super::risk::{AccountRisk, RiskJudge};
use super::stored::StoredAccount;
use crate::assessed::{AssessedRole, Ownership};
use crate::settings::SettingsEffects;

/// Assesses the roles of accounts.
pub(crate) struct AccountAssessor<'a> {
    pub(super) context: &'a Context<'a>,
    trust: TrustSummaries,
    /// `None` if the report does not judge what roles could do.
    risk: Option<RiskJudge<'a>>,
}

/// Takes the roles of one account.
pub(crate) trait TakesRoles<'a> {
    /// Assesses the roles, and remembers what was needed for that.
    fn usage(&mut self) -> &mut Usage<'a>;

    /// Judges the roles by other settings, too.
    fn settings(&mut self) -> Option<&mut SettingsEffects<'a>> {
        None
    }

    /// Takes a role.
    fn take(&mut self, role: AssessedRole<'_>);
}

impl<'a> AccountAssessor<'a> {
    /// One that has seen nothing. Each thread has its own.
    pub(crate) fn new(context: &'a Context<'a>) -> Self {
        let risk = context.risk.as_ref().map(RiskJudge::new);
        Self { context, trust: TrustSummaries::default(), risk }
    }

    /// Passes each role of an account to `taker`, assessed.
    pub(crate) fn each_role<'u>(
        &mut self,
        account: &StoredAccount,
        taker: &mut impl TakesRoles<'u>,
    ) -> Result<(), PipelineError> {
        let Context { report, assessor, trusts, .. } = self.context;
        let rules = account.rules(assessor);
        let place = account.facts().place();
        let owners = assessor.owners().of_account(&place);
        let mut trusts = trusts.as_ref().map(|context| context.account(account.facts().account.id));
        let Self { trust, risk, .. } = self;
        let known = account.history().map(StoredHistory::read).transpose()?;
        let known = known.map(|known| known.as_of(report.parameters.as_of));
        let mut roles = 0;
        let mut take = |role: &Role<&str>, risk: Option<&mut AccountRisk<'_>>| {
            let history = known.as_ref().and_then(|known| known.role(roles));
            roles += 1;
            let (role, last_use_source) = with_known_use(role, history.as_ref());
            let role = &*role;
            let mut widest = || trusts.as_mut().map_or(TrustLevel::Public, |trusts| trusts.of(role).at_most);
            let assessment = taker.usage().assess(role, history.as_ref(), &rules, &mut widest);
            if let Some(settings) = taker.settings() {
                let (history, is_finding) = (history.as_ref(), assessment.is_finding());
                settings.count(role, history, &place, is_finding, &mut widest);
            }
            // An exempt role that could do much is one of those to look at first.
            let is_judged = |it: Disposition| it == Disposition::Exempt || report.include.shows(it);
            let risk = risk.filter(|_| is_judged(assessment.disposition)).zip(trusts.as_mut());
            let risk = risk.map(|(risk, trusts)| risk.of(role, trusts)).transpose()?;
            let exemption = assessment.exemption.and_then(|at| report.parameters.exemptions.get(at));
            taker.take(AssessedRole {
                role,
                account: account.facts(),
                assessment,
                trust: role.trust_policy.map_or("", |document| trust.get(document)),
                risk,
                ownership: Ownership::new(&owners),
                exemption,
                history,
                last_use_source,
                change: None,
            });
            Ok(())
        };
        match risk.as_mut().zip(account.documents()) {
            None => account.visit(report, |role| take(role, None))?,
            Some((risk, documents)) => documents.lend(risk.context.aws(), |documents| {
                let mut risk = risk.account(account, documents);
                account.visit(report, |role| take(role, Some(&mut risk)))
            })?,
        }
        known.map_or(Ok(()), |known| Ok(known.require_roles(roles)?))
    }
}
