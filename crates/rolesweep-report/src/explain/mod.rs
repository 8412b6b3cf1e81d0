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

use rolesweep_store::Store;

use crate::assessed::Report;
use crate::pipeline::{AccountAssessor, Context, PipelineError, StoredAccount, threads};
use explanation::Explainer;
use find::{Match, find};

/// Finds a role of a scan and explains its assessment. The settings are those of a report.
///
/// # Errors
/// [`PipelineError`], if the store cannot be read or somebody stops it.
pub fn explain(store: &Store, report: &Report<'_>, wanted: &WantedRole) -> Result<Found, PipelineError> {
    let context = Context::read(threads(), store, report)?;
    let Match { entry, role_id } = match find(store, report, &context.names, wanted)? {
        Ok(found) => *found,
        Err(other) => return Ok(other),
    };
    let account = StoredAccount::read(store, report, &context.names, entry)?;
    let account = account.with_history(store, &context.histories)?;
    let rules = account.rules(&context.assessor);
    let mut explainer = Explainer::new(report, &context.assessor, rules, role_id);
    AccountAssessor::new(&context).each_role(&account, &mut explainer)?;
    Ok(explainer.finish().map_or(Found::None(Missing::default()), |found| Found::One(Box::new(found))))
}

#[cfg(test)]
mod tests;
