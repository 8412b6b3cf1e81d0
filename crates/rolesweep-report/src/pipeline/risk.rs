//! What a role could do and who could take it over: the two passes over an account that rules on
//! this need.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use rolesweep_assess::KnownAccounts;
use rolesweep_assess::catalogue::known_account;
use rolesweep_assess::risk::chain::{ChainMemo, Chains};
use rolesweep_assess::risk::privilege::{AccountJudge, PrivilegeJudge, Subject};
use rolesweep_assess::risk::trust::{Home, Membership, Organization, Trust, judge};
use rolesweep_assess::risk::{AccountRoles, Risk};
use rolesweep_model::{AccountId, Boundary, Coverage, Role};
use rolesweep_store::{AwsManagedPolicies, PolicyDocuments, Store};

use super::chains;
use super::error::PipelineError;
use super::population::Population;
use super::stored::StoredAccount;
use crate::assessed::{AccountFacts, Report};

/// What the risk of roles is judged by: the same for the whole report.
pub(crate) struct RiskContext<'a> {
    report: &'a Report<'a>,
    aws: AwsManagedPolicies,
    population: Population,
    known: KnownAccounts<'a>,
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
        Ok(Self {
            report,
            chains: chains::collect(threads, store, report, &aws)?,
            aws,
            population: Population::read(store, report)?,
            known: KnownAccounts::new(&report.parameters.known_accounts, report.parameters.as_of),
        })
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

    /// The first pass over an account: what its roles ask about each other.
    pub(super) fn roles(
        &mut self,
        account: &StoredAccount,
        documents: &PolicyDocuments<'_>,
    ) -> Result<AccountRoles, PipelineError> {
        let mut roles = AccountRoles::new(account.facts().coverage() == Coverage::Scanned);
        account.visit(self.context.report, |role| {
            let facts = self.privilege.facts(&Subject::of(role), &documents.of(role), role.trust_policy);
            roles.add(facts);
            Ok(())
        })?;
        Ok(roles)
    }

    /// The second pass.
    pub(super) fn second<'j>(
        &'j mut self,
        account: &'j AccountFacts,
        roles: &'j AccountRoles,
        documents: &'j PolicyDocuments<'j>,
    ) -> SecondPass<'j> {
        SecondPass {
            context: self.context,
            account,
            roles,
            documents,
            judge: self.privilege.account(roles),
            memo: &mut self.memo,
            trusts: HashMap::new(),
            at: 0,
        }
    }
}

/// The second pass over an account. It takes the roles in the same order as the first.
pub(super) struct SecondPass<'j> {
    context: &'j RiskContext<'j>,
    account: &'j AccountFacts,
    roles: &'j AccountRoles,
    documents: &'j PolicyDocuments<'j>,
    judge: AccountJudge<'j>,
    memo: &'j mut ChainMemo,
    /// By trust policy. An account has at most 5,000 roles.
    trusts: HashMap<String, Arc<Trust>>,
    /// The place of the next role.
    at: usize,
}

impl SecondPass<'_> {
    /// Goes on to the next role without judging this one.
    pub(super) fn pass_over(&mut self) {
        self.at += 1;
    }

    /// The risk of the next role.
    pub(super) fn next(&mut self, role: &Role<&str>) -> Risk {
        let settled = self.roles.all().get(self.at).and_then(|facts| facts.settled());
        let privilege = match settled {
            Some(privilege) => Arc::clone(privilege),
            None => self.judge.privilege(&Subject::of(role), &self.documents.of(role)),
        };
        self.at += 1;
        let privilege = self.context.chains.extend(self.memo, role.arn.as_str(), &privilege);
        let trust = self.trust(role);
        let has_boundary = matches!(role.permissions_boundary, Boundary::Policy(_));
        Risk::new(privilege, trust, has_boundary, self.is_management_account())
    }

    fn trust(&mut self, role: &Role<&str>) -> Arc<Trust> {
        let document = role.trust_policy.unwrap_or_default();
        if let Some(known) = self.trusts.get(document) {
            return Arc::clone(known);
        }
        let population = &self.context.population;
        let membership = |account: &AccountId| -> Membership { population.membership(account) };
        let organization = Organization {
            id: self.context.report.scan.organization.as_ref().map(|organization| &organization.id),
            management: self.management(),
            membership: &membership,
            is_whole: population.is_whole,
            known: &self.context.known,
            vendor: known_account,
        };
        let home = Home {
            account: &self.account.account.id,
            partition: role.arn.partition(),
            organization: &organization,
        };
        let trust = Arc::new(judge(document, &home));
        self.trusts.insert(document.to_owned(), Arc::clone(&trust));
        trust
    }

    fn management(&self) -> Option<AccountId> {
        self.context.report.scan.organization.as_ref().map(|organization| organization.management_account_id)
    }

    fn is_management_account(&self) -> bool {
        self.management() == Some(self.account.account.id)
    }
}
