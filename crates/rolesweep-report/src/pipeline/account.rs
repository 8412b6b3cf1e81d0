//! One account of a report, assessed on any thread.

use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{Assessor, Disposition, TrustSummaries, Usage, with_known_use};
use rolesweep_model::{OuTree, Role};
use rolesweep_store::StoredHistory;

use super::error::PipelineError;
use super::risk::{AccountRisk, RiskJudge};
use super::stored::StoredAccount;
use super::trust::TrustContext;
use crate::assessed::{AssessedAccount, AssessedRole, Ownership, Report};
use crate::formats::FileFormat;
use crate::remedies::remedy_of;
use crate::settings::SettingsEffects;
use crate::sink::Sink as _;
use crate::sinks::Sinks;

/// Assesses accounts, and passes their roles to sinks.
pub(crate) struct AccountAssessor<'a> {
    pub(crate) report: &'a Report<'a>,
    pub(crate) formats: &'a [FileFormat],
    pub(crate) assessor: &'a Assessor<'a>,
    /// They judge as if one setting had not changed.
    pub(crate) others: &'a [Assessor<'a>],
    pub(crate) names: &'a OuTree,
    pub(crate) trust: TrustSummaries,
    /// `None` if nothing depends on who could take a role over.
    pub(crate) trusts: Option<&'a TrustContext<'a>>,
    /// `None` if the report does not judge what roles could do.
    pub(crate) risk: Option<RiskJudge<'a>>,
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
    fn take(&mut self, role: &AssessedRole<'_>);
}

impl<'a> TakesRoles<'a> for Sinks<'a> {
    fn usage(&mut self) -> &mut Usage<'a> {
        &mut self.usage
    }

    fn settings(&mut self) -> Option<&mut SettingsEffects<'a>> {
        Some(&mut self.settings)
    }

    fn take(&mut self, role: &AssessedRole<'_>) {
        self.role(role);
    }
}

impl<'a> AccountAssessor<'a> {
    pub(super) fn assess(&mut self, account: &StoredAccount) -> Result<Sinks<'a>, PipelineError> {
        let Report { scan, parameters, gaps, .. } = *self.report;
        let facts = account.facts();
        let mut sinks = Sinks::new(self.report, self.formats, self.assessor, self.others);
        self.each_role(account, &mut sinks)?;
        let (id, coverage) = (&facts.account.id, facts.coverage());
        let gap = gaps.iter().find(|gap| gap.covers(id, coverage, parameters.as_of));
        let in_force = || parameters.exemptions.iter().filter(|it| it.in_force(parameters.as_of));
        let can_judge = || {
            parameters.rules.iter().all(|rule| rule.can_judge(&facts.account, self.names))
                && in_force().all(|it| it.roles.can_judge(&facts.account, self.names))
        };
        let totals = sinks.totals.clone();
        sinks.account(&AssessedAccount {
            facts,
            totals,
            policies_not_read: sinks.not_read.0,
            accepted_gap: gap,
            remedy: remedy_of(facts, scan),
            is_callers: *id == scan.caller.account_id,
            is_unjudged: facts.coverage().has_roles() && !can_judge(),
        });
        Ok(sinks)
    }

    /// Passes each role of an account to `taker`, assessed.
    pub(crate) fn each_role<'u>(
        &mut self,
        account: &StoredAccount,
        taker: &mut impl TakesRoles<'u>,
    ) -> Result<(), PipelineError> {
        let rules = account.rules(self.assessor);
        let place = account.facts().place();
        let owners = self.assessor.owners().of_account(&place);
        let mut trusts = self.trusts.map(|context| context.account(account.facts().account.id));
        let Self { report, trust, risk, .. } = self;
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
            taker.take(&AssessedRole {
                role,
                account: account.facts(),
                assessment,
                trust: role.trust_policy.map_or("", |document| trust.get(document)),
                risk,
                ownership: Ownership::new(&owners),
                exemption,
                history,
                last_use_source,
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
