//! Who could take a role over, by its trust policy and what is known of accounts.

use std::collections::HashMap;
use std::sync::Arc;

use rolesweep_assess::KnownAccounts;
use rolesweep_assess::catalogue::known_account;
use rolesweep_assess::risk::trust::{Home, Membership, Organization, Trust, judge};
use rolesweep_model::{AccountId, Role};
use rolesweep_store::Store;

use super::error::PipelineError;
use super::population::Population;
use crate::assessed::Report;

/// What trust policies are judged by: the same for the whole report.
pub(crate) struct TrustContext<'a> {
    report: &'a Report<'a>,
    population: Population,
    known: KnownAccounts<'a>,
}

impl<'a> TrustContext<'a> {
    /// Reads it from the store if the report needs it: to judge what roles could do, or because an
    /// exemption depends on the trust policy.
    pub(crate) fn read(store: &Store, report: &'a Report<'a>) -> Result<Option<Self>, PipelineError> {
        let earlier = || report.published_before.and_then(|before| before.settings.as_ref());
        let by_trust = || {
            report.parameters.exemptions.iter().any(|it| it.roles.trust_at_most.is_some())
                || earlier().is_some_and(|(_, settings)| settings.use_trust())
        };
        if !report.with_risk && !by_trust() {
            return Ok(None);
        }
        let known = KnownAccounts::new(&report.parameters.known_accounts, report.parameters.as_of);
        Ok(Some(Self { report, population: Population::read(store, report)?, known }))
    }

    /// The roles of an account.
    pub(super) fn account(&self, account: AccountId) -> AccountTrust<'_> {
        AccountTrust { context: self, account, trusts: HashMap::new() }
    }

    fn management(&self) -> Option<AccountId> {
        self.report.scan.organization.as_ref().map(|organization| organization.management_account_id)
    }
}

/// Judges the trust policies of one account's roles.
pub(super) struct AccountTrust<'j> {
    context: &'j TrustContext<'j>,
    account: AccountId,
    /// By trust policy. An account has at most 5,000 roles.
    trusts: HashMap<String, Arc<Trust>>,
}

impl AccountTrust<'_> {
    /// Whether the account is the organization's management account.
    pub(super) fn is_management_account(&self) -> bool {
        self.context.management() == Some(self.account)
    }

    /// Who could take a role over.
    pub(super) fn of(&mut self, role: &Role<&str>) -> Arc<Trust> {
        let document = role.trust_policy.unwrap_or_default();
        if let Some(known) = self.trusts.get(document) {
            return Arc::clone(known);
        }
        let TrustContext { report, population, known } = self.context;
        let membership = |account: &AccountId| -> Membership { population.membership(account) };
        let organization = Organization {
            id: report.scan.organization.as_ref().map(|organization| &organization.id),
            management: self.context.management(),
            membership: &membership,
            is_whole: population.is_whole,
            known,
            vendor: known_account,
        };
        let home =
            Home { account: &self.account, partition: role.arn.partition(), organization: &organization };
        let trust = Arc::new(judge(document, &home));
        self.trusts.insert(document.to_owned(), Arc::clone(&trust));
        trust
    }
}
