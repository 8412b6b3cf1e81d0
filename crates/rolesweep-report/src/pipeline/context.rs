//! What the roles of a scan are assessed with.

use std::num::NonZeroUsize;

use rolesweep_assess::Assessor;
use rolesweep_model::OuTree;
use rolesweep_store::{Histories, Store};

use super::error::PipelineError;
use super::risk::RiskContext;
use super::trust::TrustContext;
use crate::assessed::Report;

/// What the roles of a scan are assessed with: the same for all accounts and threads.
pub(crate) struct Context<'a> {
    pub(crate) report: &'a Report<'a>,
    pub(crate) assessor: Assessor<'a>,
    pub(crate) names: OuTree,
    /// What the scans up to this one know of its roles.
    pub(crate) histories: Histories,
    /// `None` if nothing depends on who could take a role over.
    pub(super) trusts: Option<TrustContext<'a>>,
    /// `None` if the report does not judge what roles could do.
    pub(super) risk: Option<RiskContext<'a>>,
}

impl<'a> Context<'a> {
    /// Reads it from the store, with so many threads besides this one.
    pub(crate) fn read(
        threads: NonZeroUsize,
        store: &Store,
        report: &'a Report<'a>,
    ) -> Result<Self, PipelineError> {
        Ok(Self {
            report,
            assessor: Assessor::new(report.parameters),
            names: report.scan.ou_tree(),
            histories: store.histories(report.scan.id)?,
            risk: report.with_risk.then(|| RiskContext::read(threads, store, report)).transpose()?,
            trusts: TrustContext::read(store, report)?,
        })
    }
}
