//! Checks that AWS could have a hand-made organization.

use std::collections::HashSet;

use super::names::role_number;
use super::organization::OrganizationSpec;
use super::spec::{AccountSpec, RoleSpec};

/// Why AWS could not have an organization.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// An account id is not twelve digits.
    #[error("account id `{0}` is not twelve digits")]
    AccountId(String),
    /// Two accounts have the same id.
    #[error("account {0} is there twice")]
    DuplicateAccount(String),
    /// An account or an OU is in an OU that does not come before it.
    #[error("OU {0} is not defined before it is used")]
    UnknownUnit(String),
    /// The management account, or a caller's account, does not exist.
    #[error("account {0} is not there")]
    UnknownAccount(String),
    /// A role's name or path is not one that IAM allows.
    #[error("role `{0}` has a name or path that IAM does not allow")]
    RoleName(String),
    /// An account has two roles with one name, written or generated. IAM's names ignore case.
    #[error("account {account} has two roles named `{role}`")]
    DuplicateRole {
        /// The account.
        account: String,
        /// The role's name.
        role: String,
    },
    /// There is no caller.
    #[error("there is no caller")]
    NoCaller,
}

pub(super) fn check(organization: &OrganizationSpec) -> Result<(), SpecError> {
    let mut units = HashSet::new();
    for unit in &organization.units {
        if let Some(parent) = &unit.parent
            && !units.contains(parent.as_str())
        {
            return Err(SpecError::UnknownUnit(parent.clone()));
        }
        units.insert(unit.id.as_str());
    }
    let mut accounts = HashSet::new();
    for account in organization.accounts.iter().chain(&organization.standalone) {
        check_account(account)?;
        if let Some(unit) = &account.unit
            && !units.contains(unit.as_str())
        {
            return Err(SpecError::UnknownUnit(unit.clone()));
        }
        if !accounts.insert(account.id.as_str()) {
            return Err(SpecError::DuplicateAccount(account.id.clone()));
        }
    }
    let callers = organization.callers.iter().map(|caller| &caller.account);
    for account in callers.chain(std::iter::once(&organization.management_account)) {
        if !accounts.contains(account.as_str()) {
            return Err(SpecError::UnknownAccount(account.clone()));
        }
    }
    if organization.callers.is_empty() {
        return Err(SpecError::NoCaller);
    }
    Ok(())
}

fn check_account(account: &AccountSpec) -> Result<(), SpecError> {
    if account.id.len() != 12 || !account.id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SpecError::AccountId(account.id.clone()));
    }
    let mut names = HashSet::new();
    for role in &account.roles {
        if !is_role(role) {
            return Err(SpecError::RoleName(role.name.clone()));
        }
        let made_up = role_number(&role.name).is_some_and(|number| number < account.generated_roles);
        if made_up || !names.insert(role.name.to_ascii_lowercase()) {
            return Err(SpecError::DuplicateRole { account: account.id.clone(), role: role.name.clone() });
        }
    }
    Ok(())
}

/// IAM's patterns `roleNameType` and `pathType`.
fn is_role(role: &RoleSpec) -> bool {
    let name = (1..=64).contains(&role.name.len())
        && role.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    let path = role.path.len() <= 512
        && role.path.starts_with('/')
        && role.path.ends_with('/')
        && role.path.bytes().all(|byte| (0x21..=0x7f).contains(&byte));
    name && path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> OrganizationSpec {
        OrganizationSpec::new(1, "2026-11-22T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn what_aws_could_not_have_is_refused() {
        assert_eq!(check(&spec()), Ok(()));
        let refused = |change: fn(&mut OrganizationSpec)| {
            let mut spec = spec();
            change(&mut spec);
            check(&spec).unwrap_err()
        };
        assert_eq!(refused(|spec| _ = spec.account("1", "a")), SpecError::AccountId("1".to_owned()));
        assert_eq!(
            refused(|spec| _ = spec.account(OrganizationSpec::MANAGEMENT, "a")),
            SpecError::DuplicateAccount(OrganizationSpec::MANAGEMENT.to_owned())
        );
        assert_eq!(
            refused(|spec| _ = spec.account("333333333333", "a").in_unit("ou-none")),
            SpecError::UnknownUnit("ou-none".to_owned())
        );
        assert_eq!(
            refused(|spec| _ = spec.caller("stranger", "444444444444")),
            SpecError::UnknownAccount("444444444444".to_owned())
        );
        assert_eq!(refused(|spec| spec.callers.clear()), SpecError::NoCaller);
        assert!(matches!(
            refused(|spec| {
                let now = spec.now;
                spec.account("333333333333", "a").role(RoleSpec::new("a b", now));
            }),
            SpecError::RoleName(_)
        ));
        assert!(matches!(
            refused(|spec| {
                let now = spec.now;
                let account = spec.account("333333333333", "a");
                account.role(RoleSpec::new("app", now)).role(RoleSpec::new("App", now));
            }),
            SpecError::DuplicateRole { .. }
        ));
        assert!(matches!(
            refused(|spec| {
                let now = spec.now;
                let account = spec.account("333333333333", "a");
                account.role(RoleSpec::new("account-closure-task", now)).generated_roles = 1;
            }),
            SpecError::DuplicateRole { .. }
        ));
    }
}
