//! One role explained: found in the store by what people know it by, and assessed as a report does.

mod explanation;
mod find;
mod wanted;

pub use explanation::{
    DispositionExplained, ExemptionExplained, Explanation, HistoryExplained, RiskExplained, StatusExplained,
    WayOff,
};
pub use find::{Candidate, Found, Missing};
pub use wanted::WantedRole;

use rolesweep_assess::{Assessor, TrustSummaries};
use rolesweep_model::OuTree;
use rolesweep_store::Store;

use crate::assessed::Report;
use crate::pipeline::{
    AccountAssessor, PipelineError, RiskContext, RiskJudge, StoredAccount, TrustContext, threads,
};
use explanation::Explainer;
use find::{Match, find};

/// Finds a role of a scan and explains its assessment. The settings are those of a report.
///
/// # Errors
/// [`PipelineError`], if the store cannot be read or somebody stops it.
pub fn explain(store: &Store, report: &Report<'_>, wanted: &WantedRole) -> Result<Found, PipelineError> {
    let units = report.scan.end.as_ref().map(|end| end.organizational_units.as_slice()).unwrap_or_default();
    let names = OuTree::new(units);
    let Match { entry, role_id } = match find(store, report, &names, wanted)? {
        Ok(found) => *found,
        Err(other) => return Ok(other),
    };
    let assessor = Assessor::new(report.parameters);
    let histories = store.histories(report.scan.id)?;
    let account = StoredAccount::read(store, report, &names, entry)?.with_history(store, &histories)?;
    let mut explainer = Explainer::new(report, &assessor, account.rules(&assessor), role_id);
    let trust = TrustSummaries::default();
    let context = report.with_risk.then(|| RiskContext::read(threads(), store, report)).transpose()?;
    let risk = context.as_ref().map(RiskJudge::new);
    let trusts = TrustContext::read(store, report)?;
    let trusts = trusts.as_ref();
    AccountAssessor {
        report,
        formats: &[],
        assessor: &assessor,
        others: &[],
        names: &names,
        trust,
        trusts,
        risk,
    }
    .each_role(&account, &mut explainer)?;
    Ok(explainer.finish().map_or(Found::None(Missing::default()), |found| Found::One(Box::new(found))))
}

#[cfg(test)]
mod tests;
