//! An account of a report as it is read from the store, for any thread.

use std::sync::atomic::Ordering;

use rolesweep_assess::{AccountRules, Assessor};
use rolesweep_model::{OuTree, Role};
use rolesweep_store::{AccountDocuments, AccountEntry, Histories, Store, StoredHistory, StoredRoles};

use super::error::PipelineError;
use super::threads::Job;
use crate::assessed::{AccountFacts, Report};

/// What an account weighs in addition to its roles.
const WEIGHT: usize = 4 * 1024;

/// An account with its roles as they are in the store: compressed, by page. A rule that needs to
/// see all roles of the account can read the pages again.
pub(crate) struct StoredAccount {
    facts: AccountFacts,
    roles: Vec<StoredRoles>,
    /// The policies of its roles; `None` if the report does not judge what roles could do.
    documents: Option<AccountDocuments>,
    /// What the scans up to this one know of its roles; `None` if nobody asked for it.
    history: Option<StoredHistory>,
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
        let (mut roles, mut documents) = (Vec::new(), None);
        if facts.coverage().has_roles() {
            for page in store.stored_roles(report.scan.id, facts.account.id)? {
                go_on(report)?;
                roles.push(page?);
            }
            if report.with_risk {
                documents = Some(store.stored_documents(report.scan.id, facts.account.id)?);
            }
        }
        Ok(Self { facts, roles, documents, history: None })
    }

    /// The account with the history of its roles.
    pub(crate) fn with_history(
        mut self,
        store: &Store,
        histories: &Histories,
    ) -> Result<Self, PipelineError> {
        if self.facts.coverage().has_roles() {
            self.history = Some(histories.of_account(store, self.facts.account.id)?);
        }
        Ok(self)
    }

    /// The history of its roles.
    pub(super) fn history(&self) -> Option<&StoredHistory> {
        self.history.as_ref()
    }

    /// What is known of the account.
    pub(crate) fn facts(&self) -> &AccountFacts {
        &self.facts
    }

    /// The policies of its roles, unless the report does not judge what roles could do.
    pub(super) fn documents(&self) -> Option<&AccountDocuments> {
        self.documents.as_ref()
    }

    /// The rules that can decide about its roles.
    pub(crate) fn rules(&self, assessor: &Assessor<'_>) -> AccountRules {
        assessor.rules_for(&self.facts.place())
    }

    /// Passes its roles to `show`, ordered by ARN.
    pub(crate) fn visit(
        &self,
        report: &Report<'_>,
        mut show: impl FnMut(&Role<&str>) -> Result<(), PipelineError>,
    ) -> Result<(), PipelineError> {
        for page in &self.roles {
            go_on(report)?;
            page.visit(&mut show)?;
        }
        Ok(())
    }
}

impl Job for StoredAccount {
    /// About what it takes decoded.
    fn weight(&self) -> usize {
        let documents = self.documents.as_ref().map_or(0, AccountDocuments::weight);
        let history = self.history.as_ref().map_or(0, StoredHistory::weight);
        let roles = self.roles.iter().map(StoredRoles::weight);
        roles.fold(WEIGHT + documents + history, usize::saturating_add)
    }
}

/// Refuses to go on if the report is no longer wanted.
pub(crate) fn go_on(report: &Report<'_>) -> Result<(), PipelineError> {
    if report.stop.load(Ordering::Relaxed) { Err(PipelineError::Stopped) } else { Ok(()) }
}
