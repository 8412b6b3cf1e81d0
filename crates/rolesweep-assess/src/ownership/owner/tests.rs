use rolesweep_model::{Account, ParentPath, Tag};

use super::*;
use crate::fixture::role;

fn row(place: OwnerPlace, owner: &str) -> OwnedPlace {
    OwnedPlace { place, owner: owner.to_owned(), line: 2 }
}

fn account_row(id: &str, owner: &str) -> OwnedPlace {
    row(OwnerPlace::Account(id.parse().unwrap()), owner)
}

fn ou_row(ou: &str, owner: &str) -> OwnedPlace {
    row(OwnerPlace::Ou(ou.to_owned()), owner)
}

/// The account of [`role`], below `/Workloads/Prod`.
fn account() -> Account {
    let mut account = Account::named("123456789012".parse().unwrap());
    let parents = ["r-abcd", "ou-abcd-11111111", "ou-abcd-22222222"];
    account.parents = Some(ParentPath(parents.iter().map(|id| id.parse().unwrap()).collect()));
    account
}

/// The owner and its source, for a role with these tags.
fn found(rules: &OwnerRules, tags: &[(&str, &str)]) -> Option<(String, String)> {
    let mut role = role("/", "app");
    let tag = |(key, value): &(&str, &str)| Tag { key: (*key).to_owned(), value: (*value).to_owned() };
    role.tags = Some(tags.iter().map(tag).collect());
    let (owners, account) = (Owners::new(rules), account());
    let place = Place { account: &account, ou_path: Some("/Workloads/Prod") };
    owners.of_account(&place).of(&role).map(|owner| (owner.name, owner.source))
}

fn says(rules: &OwnerRules, tags: &[(&str, &str)], expected: Option<(&str, &str)>) {
    let expected = expected.map(|(name, source)| (name.to_owned(), source.to_owned()));
    assert_eq!(found(rules, tags), expected, "{tags:?}");
}

fn with_places(places: Vec<OwnedPlace>) -> OwnerRules {
    OwnerRules { places, ..OwnerRules::default() }
}

#[test]
fn the_first_key_of_the_list_counts_however_it_is_written() {
    let rules = OwnerRules::default();
    for (tags, expected) in [
        (&[("Team", "core")][..], Some(("core", "role_tag:Team"))),
        (&[("team", "core"), ("OWNER", "ann")], Some(("ann", "role_tag:OWNER"))),
        (&[("team", "core"), ("technical_owner", "bob")], Some(("bob", "role_tag:technical_owner"))),
        (&[("Owner Email", "ann@example.com")], Some(("ann@example.com", "role_tag:Owner Email"))),
        // The order of AWS's answer does not decide.
        (&[("o-wner", "b"), ("Owner", "a")], Some(("a", "role_tag:Owner"))),
        (&[("Owner", "a"), ("o-wner", "b")], Some(("a", "role_tag:Owner"))),
        // Who created it or pays for it does not answer for it.
        (&[("CreatedBy", "ann"), ("cost-center", "4711"), ("Project", "shop")], None),
        (&[("aws:owner", "ann"), ("kubernetes.io/team", "core"), ("owners", "ann")], None),
        (&[], None),
    ] {
        says(&rules, tags, expected);
    }
    says(&OwnerRules { tags: Vec::new(), ..OwnerRules::default() }, &[("owner", "ann")], None);
}

#[test]
fn values_that_name_nobody_are_passed_over() {
    let rules = OwnerRules::default();
    for useless in ["", " ", "n/a", "N/A ", "Terraform", "-", "?", "…", "\u{200b}", "none\u{200b}", "TBD"] {
        says(&rules, &[("owner", useless)], None);
        says(&rules, &[("owner", useless), ("team", "core")], Some(("core", "role_tag:team")));
    }
    let own = OwnerRules { ignored_values: vec!["Platform".to_owned()], ..OwnerRules::default() };
    says(&own, &[("owner", "platform")], None);
    says(&own, &[("owner", "terraform")], Some(("terraform", "role_tag:owner")));
}

#[test]
fn hostile_values_stay_as_they_are_for_the_cell_to_neutralise() {
    let rules = OwnerRules::default();
    for value in ["=cmd|' /C calc'!A0", "\u{202e}nimda", "<b>", "決済チーム"] {
        says(&rules, &[("owner", value)], Some((value, "role_tag:owner")));
    }
}

#[test]
fn every_name_of_a_declared_owner_means_that_owner() {
    let owner = KnownOwner {
        name: "Platform".to_owned(),
        aliases: vec!["plat".to_owned(), "admin".to_owned()],
        email: Some("platform@example.com".to_owned()),
        deputy: Some("bob".to_owned()),
        manager: None,
    };
    let rules = OwnerRules {
        owners: vec![owner],
        places: vec![account_row("123456789012", "PLAT")],
        ..OwnerRules::default()
    };
    // `admin` names nobody by default. Here somebody said who it is.
    for value in ["platform", "PLAT ", "Platform@example.com", "admin"] {
        says(&rules, &[("owner", value)], Some(("Platform", "role_tag:owner")));
    }
    says(&rules, &[("owner", "bob")], Some(("bob", "role_tag:owner")));
    says(&rules, &[], Some(("Platform", "account:123456789012")));
}

#[test]
fn a_tag_outranks_the_account_and_the_account_outranks_its_ous() {
    let ous = || vec![ou_row("/Workloads/Prod", "prod"), ou_row("/", "everybody")];
    let mut rows = ous();
    rows.push(account_row("123456789012", "shop"));
    says(&with_places(rows.clone()), &[("team", "core")], Some(("core", "role_tag:team")));
    says(&with_places(rows.clone()), &[("team", "n/a")], Some(("shop", "account:123456789012")));
    // An account that has no owner yet is its OU's.
    rows[2].owner = "tbd".to_owned();
    says(&with_places(rows), &[], Some(("prod", "ou:/Workloads/Prod")));
    let mut rows = ous();
    rows.push(account_row("210987654321", "other"));
    says(&with_places(rows), &[], Some(("prod", "ou:/Workloads/Prod")));
}

#[test]
fn the_nearest_ou_with_an_owner_counts() {
    for (rows, expected) in [
        (
            vec![ou_row("/Workloads", "work"), ou_row("ou-abcd-22222222", "prod")],
            Some(("prod", "ou:ou-abcd-22222222")),
        ),
        (vec![ou_row("/Workloads", "work"), ou_row("r-abcd", "top")], Some(("work", "ou:/Workloads"))),
        (vec![ou_row("/Workloads/Prod", "n/a"), ou_row("/", "top")], Some(("top", "ou:/"))),
        (vec![ou_row("/Workloads/Prod/EU", "eu"), ou_row("/Work", "w"), ou_row("/Prod", "p")], None),
    ] {
        says(&with_places(rows), &[], expected);
    }
}

#[test]
fn a_role_whose_tags_were_not_collected_has_the_owner_of_its_account() {
    let rules = with_places(vec![account_row("123456789012", "shop"), ou_row("/", "top")]);
    let (owners, mut account) = (Owners::new(&rules), account());
    let mut role = role("/", "app");
    role.tags = None;
    let place = Place { account: &account, ou_path: None };
    assert_eq!(owners.of_account(&place).of(&role).unwrap().name, "shop");
    // An account that AWS did not place is below no OU.
    account.id = "210987654321".parse().unwrap();
    account.parents = None;
    let place = Place { account: &account, ou_path: None };
    assert_eq!(owners.of_account(&place).of(&role), None);
    account.parents = Some(ParentPath(vec!["r-abcd".parse().unwrap()]));
    let place = Place { account: &account, ou_path: Some("/") };
    assert_eq!(owners.of_account(&place).of(&role).unwrap().source, "ou:/");
}
