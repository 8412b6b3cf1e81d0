//! What a role could do and who could take it over.

use std::num::NonZeroUsize;
use std::sync::Arc;

use rolesweep_assess::risk::chain::{ChainMemo, Chains};
use rolesweep_assess::risk::privilege::{AccountJudge, Privilege, PrivilegeJudge, Subject};
use rolesweep_assess::risk::{AccountRoles, Risk};
use rolesweep_model::{Boundary, Coverage, Role};
use rolesweep_store::{AwsManagedPolicies, PolicyDocuments, Store};

use super::chains;
use super::error::PipelineError;
use super::stored::StoredAccount;
use super::trust::AccountTrust;
use crate::assessed::Report;

/// What the risk of roles is judged by: the same for the whole report.
pub(crate) struct RiskContext<'a> {
    report: &'a Report<'a>,
    aws: AwsManagedPolicies,
    chains: Chains,
}

impl<'a> RiskContext<'a> {
    /// Reads it from the store, with so many threads besides this one.
    pub(crate) fn read(
        threads: NonZeroUsize,
        store: &Store,
        report: &'a Report<'a>,
    ) -> Result<Self, PipelineError> {
        let aws = store.aws_managed_policies(report.scan.id)?;
        Ok(Self { report, chains: chains::collect(threads, store, report, &aws)?, aws })
    }

    /// The documents of AWS's own policies.
    pub(super) fn aws(&self) -> &AwsManagedPolicies {
        &self.aws
    }
}

/// Judges the risk of roles, account by account. Each thread has its own, which remembers what it
/// found for documents that it has seen.
pub(crate) struct RiskJudge<'a> {
    pub(super) context: &'a RiskContext<'a>,
    privilege: PrivilegeJudge,
    memo: ChainMemo,
}

impl<'a> RiskJudge<'a> {
    /// A judge that has seen nothing.
    pub(crate) fn new(context: &'a RiskContext<'a>) -> Self {
        Self { context, privilege: chains::judge(context.report), memo: ChainMemo::default() }
    }

    /// The roles of an account.
    pub(super) fn account<'j>(
        &'j mut self,
        account: &'j StoredAccount,
        documents: &'j PolicyDocuments<'j>,
    ) -> AccountRisk<'j> {
        AccountRisk {
            context: self.context,
            account,
            documents,
            judge: &mut self.privilege,
            among: None,
            memo: &mut self.memo,
        }
    }
}

/// Judges the risk of one account's roles.
pub(super) struct AccountRisk<'j> {
    context: &'j RiskContext<'j>,
    account: &'j StoredAccount,
    documents: &'j PolicyDocuments<'j>,
    judge: &'j mut PrivilegeJudge,
    /// The account's roles, once a role has to be judged by them.
    among: Option<AccountJudge>,
    memo: &'j mut ChainMemo,
}

impl AccountRisk<'_> {
    /// The risk of a role.
    pub(super) fn of(
        &mut self,
        role: &Role<&str>,
        trust: &mut AccountTrust<'_>,
    ) -> Result<Risk, PipelineError> {
        let privilege = self.privilege(role)?;
        let privilege = self.context.chains.extend(self.memo, role.arn.as_str(), &privilege);
        let in_management = trust.is_management_account();
        let trust = trust.of(role);
        let has_boundary = matches!(role.permissions_boundary, Boundary::Policy(_));
        Ok(Risk::new(privilege, trust, has_boundary, in_management))
    }

    fn privilege(&mut self, role: &Role<&str>) -> Result<Arc<Privilege>, PipelineError> {
        let (subject, documents) = (Subject::of(role), self.documents.of(role));
        if let Some(settled) = self.judge.settled(&subject, &documents) {
            return Ok(settled);
        }
        let among = match self.among.take() {
            Some(among) => among,
            None => AccountJudge::new(self.roles()?),
        };
        Ok(self.among.insert(among).privilege(self.judge, &subject, &documents))
    }

    /// What the account's roles ask about each other: one more pass over them.
    fn roles(&mut self) -> Result<AccountRoles, PipelineError> {
        let mut roles = AccountRoles::new(self.account.facts().coverage() == Coverage::Scanned);
        self.account.visit(self.context.report, |role| {
            let documents = self.documents.of(role);
            roles.add(self.judge.facts(&Subject::of(role), &documents, role.trust_policy));
            Ok(())
        })?;
        Ok(roles)
    }
}
