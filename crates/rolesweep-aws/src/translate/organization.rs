//! Accounts, OUs and the organization.

use aws_sdk_organizations::types as aws;
use rolesweep_model::{
    Account, AccountId, AccountState, Organization, OrganizationalUnit, ParentId, ParentPath,
};

use super::{Translated, Unreadable, required, timestamp};

/// An account as ListAccounts, ListAccountsForParent and DescribeAccount describe it.
pub(crate) fn account(account: &aws::Account) -> Translated<Account> {
    let joined = account.joined_timestamp();
    Ok(Account {
        id: account_id(account.id(), "an account's id")?,
        name: account.name().map(str::to_owned),
        email: account.email().map(str::to_owned),
        state: state(account),
        parents: place(account),
        joined_at: joined.map(|at| timestamp(at, "when the account joined")).transpose()?,
    })
}

/// `State`, or the older `Status` that AWS replaces by it. If both are there, `State` counts,
/// because `Status` may be out of date.
fn state(account: &aws::Account) -> AccountState {
    let state = account.state().map(aws::AccountState::as_str).filter(|word| !word.is_empty());
    AccountState::from_word(state.or_else(|| account.status().map(aws::AccountStatus::as_str)))
}

/// The account's place. Several places, or the path of another account, count as unknown: the OU
/// tree then says where the account is.
fn place(account: &aws::Account) -> Option<ParentPath> {
    let of_another = |path: &str| {
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        last.parse::<AccountId>().is_ok() && account.id() != Some(last)
    };
    match account.paths() {
        [path] if !of_another(path) => parents(path),
        _ => None,
    }
}

/// The parents of the account from the root down, read from a path such as
/// `o-…/r-…/ou-…/123456789012/`.
///
/// A path that cannot be read gives `None`: half a path would put the account under the wrong OU.
fn parents(path: &str) -> Option<ParentPath> {
    let steps = path.split('/').filter(|step| step.starts_with("r-") || step.starts_with("ou-"));
    let parents: Vec<ParentId> = steps.map(|step| step.parse().ok()).collect::<Option<_>>()?;
    parents.first()?.is_root().then_some(ParentPath(parents))
}

/// The organization as DescribeOrganization describes it.
pub(crate) fn organization(organization: &aws::Organization) -> Translated<Organization> {
    let id = required(organization.id(), "the organization's id")?;
    let management = organization.master_account_id();
    Ok(Organization {
        id: id.parse().map_err(|error| Unreadable::new("the organization's id", error))?,
        management_account_id: account_id(management, "the management account's id")?,
    })
}

/// A root. It has no parent.
pub(crate) fn root(root: &aws::Root) -> Translated<OrganizationalUnit> {
    named(root.id(), root.name(), None)
}

/// An OU below a parent.
pub(crate) fn unit(unit: &aws::OrganizationalUnit, parent: &ParentId) -> Translated<OrganizationalUnit> {
    named(unit.id(), unit.name(), Some(parent.clone()))
}

fn named(id: Option<&str>, name: Option<&str>, parent: Option<ParentId>) -> Translated<OrganizationalUnit> {
    let id: ParentId =
        required(id, "an OU's id")?.parse().map_err(|error| Unreadable::new("an OU's id", error))?;
    Ok(OrganizationalUnit { name: name.map_or_else(|| id.to_string(), str::to_owned), id, parent })
}

fn account_id(id: Option<&str>, what: &str) -> Translated<AccountId> {
    required(id, what)?.parse().map_err(|error| Unreadable::new(what, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_one_path_and_the_accounts_own() {
        let of = |paths: &[&str]| {
            let account = aws::Account::builder().id("111111111111");
            let account = paths.iter().fold(account, |account, path| account.paths(*path)).build();
            place(&account).map(|place| place.0.len())
        };
        let own = "o-exampleorgid/r-abcd/ou-abcd-11111111/111111111111/";
        assert_eq!(of(&[own]), Some(2));
        assert_eq!(of(&["o-exampleorgid/r-abcd/ou-abcd-11111111/"]), Some(2));
        assert_eq!(of(&[own, "o-exampleorgid/r-abcd/111111111111/"]), None);
        assert_eq!(of(&["o-exampleorgid/r-abcd/ou-abcd-11111111/222222222222/"]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn the_state_is_preferred_and_the_status_stands_in_for_it() {
        let with = |state: Option<&str>, status: Option<&str>| {
            let account = aws::Account::builder()
                .set_state(state.map(aws::AccountState::from))
                .set_status(status.map(aws::AccountStatus::from))
                .build();
            super::state(&account)
        };
        assert_eq!(with(Some("CLOSED"), Some("SUSPENDED")), AccountState::Closed);
        assert_eq!(with(None, Some("SUSPENDED")), AccountState::Suspended);
        assert_eq!(with(Some(""), Some("ACTIVE")), AccountState::Active);
        assert_eq!(with(None, None), AccountState::NotGiven);
        assert_eq!(with(Some("HIBERNATING"), Some("ACTIVE")), AccountState::Other("HIBERNATING".to_owned()));
    }

    #[test]
    fn paths_give_the_way_from_the_root() {
        let way =
            |path: &str| parents(path).map(|path| path.0.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(
            way("o-exampleorgid/r-abcd/ou-abcd-11111111/ou-abcd-22222222/123456789012/").unwrap(),
            ["r-abcd", "ou-abcd-11111111", "ou-abcd-22222222"]
        );
        assert_eq!(way("/r-abcd/").unwrap(), ["r-abcd"]);
        for bad in ["", "o-exampleorgid/123456789012", "ou-abcd-11111111/r-abcd", "r-abcd/ou-abcd-1/", "r-"] {
            assert_eq!(way(bad), None, "{bad}");
        }
    }

    #[test]
    fn malformed_ids_make_the_answer_unreadable() {
        let account = aws::Account::builder().id("12345").build();
        assert!(super::account(&account).unwrap_err().to_string().contains("12345"));
        assert!(super::account(&aws::Account::builder().build()).is_err());
        assert!(organization(&aws::Organization::builder().id("o-exampleorgid").build()).is_err());
        assert!(root(&aws::Root::builder().id("ou").build()).is_err());
    }
}
