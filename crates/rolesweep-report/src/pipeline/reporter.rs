//! One account of a report, on any thread: its roles are assessed, compared with those of the
//! earlier scan, and passed to sinks.

use rolesweep_assess::{AccountComparison, Assessor, Usage};

use super::account::{AccountAssessor, TakesRoles};
use super::comparison::{begin, seen};
use super::context::Context;
use super::error::PipelineError;
use super::pair::Pair;
use super::stored::StoredAccount;
use crate::assessed::{AssessedAccount, AssessedRole, ComparedRole, Report};
use crate::formats::FileFormat;
use crate::remedies::remedy_of;
use crate::settings::SettingsEffects;
use crate::sink::Sink as _;
use crate::sinks::Sinks;

/// Assesses accounts, and passes their roles to sinks.
pub(super) struct AccountReporter<'a> {
    formats: &'a [FileFormat],
    assessor: AccountAssessor<'a>,
    /// They judge as if one setting had not changed.
    others: &'a [Assessor<'a>],
    /// `None` if there is no earlier scan to compare with.
    before: Option<AccountAssessor<'a>>,
}

impl<'a> AccountReporter<'a> {
    pub(super) fn new(
        formats: &'a [FileFormat],
        context: &'a Context<'a>,
        others: &'a [Assessor<'a>],
        before: Option<&'a Context<'a>>,
    ) -> Self {
        let assessor = AccountAssessor::new(context);
        Self { formats, assessor, others, before: before.map(AccountAssessor::new) }
    }

    pub(super) fn report(&mut self, pair: &Pair<StoredAccount>) -> Result<Sinks<'a>, PipelineError> {
        let Context { report, assessor, .. } = self.assessor.context;
        let comparison = self.before.as_mut().map(|it| begin(it, pair.before.as_ref())).transpose()?;
        let mut taker = Taker { sinks: Sinks::new(report, self.formats, assessor, self.others), comparison };
        if let Some(account) = &pair.after {
            self.assessor.each_role(account, &mut taker)?;
            finish(account, self.assessor.context, &mut taker.sinks);
        }
        let Taker { mut sinks, comparison } = taker;
        let account = pair.after.as_ref().or(pair.before.as_ref()).map(StoredAccount::facts);
        if let Some((account, comparison)) = account.zip(comparison) {
            let is_read = pair.after.as_ref().is_some_and(|it| it.facts().coverage().has_roles());
            for changed in comparison.finish(is_read) {
                sinks.changed(&ComparedRole { account, changed: &changed });
            }
        }
        Ok(sinks)
    }
}

/// Passes an account to the sinks, after its roles.
fn finish(account: &StoredAccount, context: &Context<'_>, sinks: &mut Sinks<'_>) {
    let Report { scan, parameters, gaps, .. } = *context.report;
    let facts = account.facts();
    let (id, coverage) = (&facts.account.id, facts.coverage());
    let gap = gaps.iter().find(|gap| gap.covers(id, coverage, parameters.as_of));
    let in_force = || parameters.exemptions.iter().filter(|it| it.in_force(parameters.as_of));
    let can_judge = || {
        parameters.rules.iter().all(|rule| rule.can_judge(&facts.account, &context.names))
            && in_force().all(|it| it.roles.can_judge(&facts.account, &context.names))
    };
    let totals = sinks.totals.clone();
    sinks.account(&AssessedAccount {
        facts,
        totals,
        policies_not_read: sinks.not_read.0,
        accepted_gap: gap,
        remedy: remedy_of(facts, scan),
        is_callers: *id == scan.caller.account_id,
        is_unjudged: coverage.has_roles() && !can_judge(),
    });
}

/// Compares each role, and passes it to the sinks.
struct Taker<'a> {
    sinks: Sinks<'a>,
    comparison: Option<AccountComparison>,
}

impl<'a> TakesRoles<'a> for Taker<'a> {
    fn usage(&mut self) -> &mut Usage<'a> {
        &mut self.sinks.usage
    }

    fn settings(&mut self) -> Option<&mut SettingsEffects<'a>> {
        Some(&mut self.sinks.settings)
    }

    fn take(&mut self, role: AssessedRole<'_>) {
        let change = self.comparison.as_mut().and_then(|comparison| comparison.take(seen(&role)));
        self.sinks.role(&AssessedRole { change, ..role });
    }
}
