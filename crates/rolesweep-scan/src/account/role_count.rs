//! Checks that the roles of an account are complete, each counted once.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use rolesweep_model::{Access, AccountId, CollectedRole, LastUse, RoleId, RolePage};

use crate::contradiction::Contradiction;
use crate::plan::Plan;

/// How many roles an account has, and for how many of them the last use is unknown.
#[derive(Debug)]
pub(crate) struct RoleCount {
    account: AccountId,
    /// The beginning of every role ARN of the account.
    arn_prefix: String,
    /// The ARN of the audit role.
    audit_role: String,
    /// The counted roles, with hashes of their ARNs and last uses. A role on two pages is one role.
    seen: HashMap<RoleId, (u64, u64)>,
    /// The ARNs of the counted roles, if a second list is compared with them.
    arns: Option<BTreeMap<RoleId, String>>,
    hasher: RandomState,
    /// How many roles the list held. A role on two pages counts twice.
    pub(crate) listed: u64,
    /// How many of them were deleted before their last use was requested.
    pub(crate) gone: u64,
    /// How many of them had been counted before.
    repeated: u64,
    /// Whether the audit role is among the counted roles.
    has_audit_role: bool,
    /// For how many roles the last use is unknown.
    pub(crate) unknown: u64,
}

impl RoleCount {
    pub(crate) fn new(plan: &Plan, account: AccountId) -> Self {
        Self {
            account,
            arn_prefix: format!("arn:{}:iam::{account}:", plan.caller.partition),
            audit_role: plan.role_arn(account),
            seen: HashMap::new(),
            arns: plan.parameters.cross_check.then(BTreeMap::new),
            hasher: RandomState::new(),
            listed: 0,
            gone: 0,
            repeated: 0,
            has_audit_role: false,
            unknown: 0,
        }
    }

    pub(crate) fn roles(&self) -> u64 {
        self.seen.len() as u64
    }

    /// The ARN of each role that was counted so far, if a second list is compared with them.
    pub(crate) fn take_arns(&mut self) -> BTreeMap<RoleId, String> {
        self.arns.take().unwrap_or_default()
    }

    /// Removes roles that were counted before, and counts the others.
    pub(crate) fn take(&mut self, page: &mut RolePage) -> Result<(), Contradiction> {
        let mut contradiction = None;
        page.roles.retain(|CollectedRole { role, .. }| {
            let text = role.arn.as_str();
            if !text.starts_with(&self.arn_prefix) {
                contradiction = Some(match role.arn.account_id() == self.account {
                    true => Contradiction::OtherPartition,
                    false => Contradiction::OtherAccount,
                });
            }
            self.has_audit_role |= text.eq_ignore_ascii_case(&self.audit_role);
            let (arn, last_use) = (self.hasher.hash_one(text), self.hasher.hash_one(&role.last_use));
            if let Some(arns) = &mut self.arns {
                arns.insert(role.role_id.clone(), text.to_owned());
            }
            let known = self.seen.insert(role.role_id.clone(), (arn, last_use));
            match known {
                Some((known, _)) if known != arn => contradiction = Some(Contradiction::TwoArns),
                Some((_, known)) if known != last_use => contradiction = Some(Contradiction::TwoLastUses),
                _ => {}
            }
            self.repeated += u64::from(known.is_some());
            self.unknown += u64::from(known.is_none() && role.last_use == LastUse::NotCollected);
            known.is_none()
        });
        contradiction.map_or(Ok(()), Err)
    }

    /// Checks the list as a whole. A list that was read with the audit role's session has to
    /// contain the audit role.
    pub(crate) fn check(&self, access: Option<Access>) -> Result<(), Contradiction> {
        if self.listed != self.roles() + self.gone + self.repeated {
            return Err(Contradiction::Lost);
        }
        if access != Some(Access::AuditRole) || self.has_audit_role {
            return Ok(());
        }
        Err(if self.listed == 0 { Contradiction::NoRoles } else { Contradiction::NoAuditRole })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_counts_every_role_as_stored_or_gone_or_repeated() {
        let plan = Plan::new(
            rolesweep_model::ScanId::generate("2026-01-01T00:00:00Z".parse().unwrap()),
            rolesweep_model::CallerIdentity {
                account_id: "000000000001".parse().unwrap(),
                arn: "arn:aws:iam::000000000001:user/me".to_owned(),
                partition: rolesweep_model::Partition::aws(),
            },
            rolesweep_model::CollectParameters {
                role_name: "Audit".to_owned(),
                external_id: false,
                session_name: "s".to_owned(),
                session_seconds: 3600,
                filter: rolesweep_model::AccountFilter::default(),
                named_accounts_only: false,
                managed_policies: false,
                cross_check: false,
            },
        );
        let mut count = RoleCount::new(&plan, "000000000002".parse().unwrap());
        assert_eq!(count.check(Some(Access::Caller)), Ok(()));
        assert_eq!(count.check(Some(Access::AuditRole)), Err(Contradiction::NoRoles));
        count.listed = 3;
        count.gone = 2;
        count.repeated = 1;
        assert_eq!(count.check(Some(Access::Caller)), Ok(()));
        assert_eq!(count.check(Some(Access::AuditRole)), Err(Contradiction::NoAuditRole));
        count.has_audit_role = true;
        assert_eq!(count.check(Some(Access::AuditRole)), Ok(()));
        count.gone = 1;
        assert_eq!(count.check(Some(Access::AuditRole)), Err(Contradiction::Lost));
    }
}
