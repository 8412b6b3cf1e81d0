//! In which accounts the audit role was assumed, and why not in the others.

use std::collections::BTreeMap;

use rolesweep_model::{Access, AccountId, AccountRecord, Coverage, ReasonKind, Scan};

use crate::assessed::{AccountFacts, AssessedAccount};

/// Accounts in which the audit role was not assumed, for one reason.
#[derive(Debug)]
pub struct Unassumed {
    /// How many.
    pub accounts: u64,
    /// What to do about it.
    pub remedy: Option<String>,
}

/// How far the audit role got.
#[derive(Debug, Default)]
pub struct AuditRoleUse {
    /// Accounts that the scan meant to read: neither excluded nor out of use.
    pub wanted: u64,
    /// In how many of those the audit role was assumed.
    pub assumed: u64,
    /// Why it was not in the others that were not read without it.
    pub unassumed: BTreeMap<String, Unassumed>,
    /// The caller's own account, if it was read with the caller's credentials.
    pub read_by_caller: Option<AccountId>,
}

impl AuditRoleUse {
    pub(super) fn account(&mut self, account: &AssessedAccount<'_>, scan: &Scan) {
        let facts = account.facts;
        self.wanted += u64::from(!matches!(facts.coverage(), Coverage::Excluded | Coverage::NotActive));
        let Some(record) = &facts.record else { return };
        if record.access == Some(Access::Caller) {
            self.read_by_caller = Some(record.account_id);
        }
        if was_assumed(record, scan) {
            self.assumed += 1;
        } else if let Some(reason) = unassumed(facts, record, scan) {
            let remedy = || Unassumed { accounts: 0, remedy: account.remedy.clone() };
            self.unassumed.entry(reason).or_insert_with(remedy).accounts += 1;
        }
    }
}

/// Whether the audit role was assumed in an account: it was read with it, or failed at a call that came after. In the caller's own account such a
/// call may have been the caller's, so that one counts only if it was read.
fn was_assumed(record: &AccountRecord, scan: &Scan) -> bool {
    let is_iam = |action: &String| action.starts_with("iam:");
    match record.access {
        Some(access) => access == Access::AuditRole,
        None => record.account_id != scan.caller.account_id && record.calls.keys().any(is_iam),
    }
}

/// Why the audit role was not assumed in an account that was wanted. `None` if the account was read without it (the caller's own), and if a scan that
/// was cut off did not come to ask for it.
fn unassumed(facts: &AccountFacts, record: &AccountRecord, scan: &Scan) -> Option<String> {
    let was_cut_off = record.reason.as_ref().is_some_and(|reason| reason.kind == ReasonKind::Interrupted);
    if !record.coverage.is_gap() || facts.coverage().has_roles() || was_cut_off {
        return None;
    }
    let of_assume_role = record
        .reason
        .as_ref()
        .is_some_and(|reason| reason.action.as_deref().is_none_or(|action| action == "sts:AssumeRole"));
    Some(match record.account_id == scan.caller.account_id && !of_assume_role {
        true => "the caller's own account could not be read with the caller's credentials either".to_owned(),
        false => facts.reason(),
    })
}
