//! In which accounts the audit role was assumed, and why not in the others.

use std::collections::BTreeMap;

use rolesweep_model::{Access, AccountId, AccountRecord, Coverage, ReasonKind};

use crate::assessed::AssessedAccount;
use crate::sink::Sink;

/// Accounts in which the audit role was not assumed, for one reason.
#[derive(Debug)]
pub struct Unassumed {
    /// How many.
    pub accounts: u64,
    /// What to do about it.
    pub remedy: Option<String>,
}

/// In how many accounts the audit role was assumed.
#[derive(Debug, Default)]
pub struct AuditRoleUse {
    /// Accounts that the scan meant to read: neither excluded nor inactive.
    pub wanted: u64,
    /// How many of those the audit role was assumed in.
    pub assumed: u64,
    /// Why it was not assumed in the others, except those that were read without it.
    pub unassumed: BTreeMap<String, Unassumed>,
    /// The caller's own account, if it was read with the caller's credentials.
    pub read_by_caller: Option<AccountId>,
}

impl Sink for AuditRoleUse {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        let facts = account.facts;
        self.wanted += u64::from(!matches!(facts.coverage(), Coverage::Excluded | Coverage::NotActive));
        let Some(record) = &facts.record else { return };
        if record.access == Some(Access::Caller) {
            self.read_by_caller = Some(record.account_id);
        }
        if was_assumed(account, record) {
            self.assumed += 1;
        } else if let Some(reason) = why_unassumed(account, record) {
            let remedy = account.remedy.clone();
            self.unassumed.insert(reason, Unassumed { accounts: 1, remedy });
        }
    }

    fn join(&mut self, next: Self) {
        self.wanted += next.wanted;
        self.assumed += next.assumed;
        self.read_by_caller = next.read_by_caller.or(self.read_by_caller);
        for (reason, unassumed) in next.unassumed {
            let fresh = Unassumed { accounts: 0, remedy: unassumed.remedy };
            self.unassumed.entry(reason).or_insert(fresh).accounts += unassumed.accounts;
        }
    }
}

/// Whether the audit role was assumed in an account: the account was read with it, or a later call
/// failed. In the caller's own account that call may have been the caller's, so the account counts
/// only if it was read.
fn was_assumed(account: &AssessedAccount<'_>, record: &AccountRecord) -> bool {
    let is_iam = |action: &String| action.starts_with("iam:");
    match record.access {
        Some(access) => access == Access::AuditRole,
        None => !account.is_callers && record.calls.keys().any(is_iam),
    }
}

/// Why the audit role was not assumed in an account that was wanted. `None` if the account was read
/// without it (the caller's own), or if the scan was cut off before it tried.
fn why_unassumed(account: &AssessedAccount<'_>, record: &AccountRecord) -> Option<String> {
    let facts = account.facts;
    let was_cut_off = record.reason.as_ref().is_some_and(|reason| reason.kind == ReasonKind::Interrupted);
    if !record.coverage.is_gap() || facts.coverage().has_roles() || was_cut_off {
        return None;
    }
    let of_assume_role = record
        .reason
        .as_ref()
        .is_some_and(|reason| reason.action.as_deref().is_none_or(|action| action == "sts:AssumeRole"));
    Some(match account.is_callers && !of_assume_role {
        true => "the caller's own account could not be read".to_owned(),
        false => facts.reason(),
    })
}
