//! Rules that give some roles a separate threshold.

use rolesweep_model::{Account, AccountId, OuTree, ParentId, Role};
use serde::Serialize;

use crate::name_pattern::name_matches;
use crate::place::Place;
use crate::threshold::Threshold;

/// A separate threshold for some roles, and why.
///
/// A rule has selectors: `accounts`, `ous`, `paths`, `tags`, `role_names`. It matches a role if every given
/// selector matches; a selector matches if one of its values does. A rule without selectors matches
/// nothing. A rule may set only one of the two thresholds. Roles that need the other one then keep
/// the general threshold, and no later rule applies to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ThresholdRule {
    /// The rule's name, as reports show it.
    pub name: String,
    /// Why these roles differ.
    pub reason: String,
    /// Roles in one of these accounts.
    pub accounts: Vec<AccountId>,
    /// Roles in accounts below one of these: the id of a root or an OU, or a path of names such as
    /// `/Workloads/Prod` (`/` is the root), spelled as [`rolesweep_model::ou_path`] does. An
    /// account that AWS did not place in the organization is below none.
    pub ous: Vec<String>,
    /// Roles whose path is one of these or below it: `/ci/` matches `/ci/` and `/ci/deploy/`, and
    /// neither `/ci-old/` nor a role named `ci`.
    pub paths: Vec<String>,
    /// Roles with one of these tags. A role whose tags were not collected has none of them.
    pub tags: Vec<TagMatch>,
    /// Roles with one of these names, in which `*` stands for any characters and `?` for one.
    pub role_names: Vec<String>,
    /// How long these roles may be idle if they were used.
    pub inactive_after: Option<Threshold>,
    /// How old these roles may be if no use is recorded.
    pub unused_after: Option<Threshold>,
}

/// A tag that a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagMatch {
    /// The tag's key. IAM does not tell the keys of role tags apart by case (IAM user guide,
    /// `id_tags`), and neither does this, within ASCII.
    pub key: String,
    /// The tag's exact value; `None` for any.
    pub value: Option<String>,
}

impl ThresholdRule {
    /// Whether the rule can match roles in this place: it has selectors, and those for places
    /// match.
    pub(crate) fn reaches(&self, place: &Place<'_>) -> bool {
        let has_selectors = !(self.accounts.is_empty()
            && self.ous.is_empty()
            && self.paths.is_empty()
            && self.tags.is_empty()
            && self.role_names.is_empty());
        has_selectors
            && (self.accounts.is_empty() || self.accounts.contains(&place.account.id))
            && (self.ous.is_empty() || self.ous.iter().any(|ou| is_in_ou(place, ou)))
    }

    /// Whether the known facts say if the rule reaches an account. A rule by OU needs the account's
    /// place, and if it uses names, also the names of the OUs above the account.
    #[must_use]
    pub fn can_judge(&self, account: &Account, tree: &OuTree) -> bool {
        can_judge_ous(&self.accounts, &self.ous, account, tree)
    }

    /// Whether the selectors for roles match.
    pub(crate) fn takes<S: AsRef<str>>(&self, role: &Role<S>) -> bool {
        (self.paths.is_empty() || self.paths.iter().any(|path| is_below(role.arn.path(), path)))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| tag.is_on(role)))
            && (self.role_names.is_empty()
                || self.role_names.iter().any(|pattern| name_matches(pattern, role.arn.name())))
    }
}

impl TagMatch {
    fn is_on<S: AsRef<str>>(&self, role: &Role<S>) -> bool {
        role.tags.iter().flatten().any(|tag| {
            tag.key.as_ref().eq_ignore_ascii_case(&self.key)
                && self.value.as_ref().is_none_or(|value| value == tag.value.as_ref())
        })
    }
}

/// Whether the known facts say if an account is one of these or below one of these OUs.
pub(crate) fn can_judge_ous(
    accounts: &[AccountId],
    ous: &[String],
    account: &Account,
    tree: &OuTree,
) -> bool {
    if ous.is_empty() || !(accounts.is_empty() || accounts.contains(&account.id)) {
        return true;
    }
    let by_name = |ou: &String| ou.parse::<ParentId>().is_err() && !without_slashes(ou).is_empty();
    account.parents.as_ref().is_some_and(|parents| tree.knows(parents) || !ous.iter().any(by_name))
}

/// Whether a path is another one or below it, by whole segments. Slashes at the ends do not matter.
pub(crate) fn is_below(path: &str, parent: &str) -> bool {
    if parent.is_empty() {
        // An empty text must not select everything.
        return false;
    }
    let (path, parent) = (without_slashes(path), without_slashes(parent));
    match path.strip_prefix(parent) {
        Some(rest) => parent.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// A path without the slashes at its ends. A loop, because there are few slashes and this is called
/// for every role and rule.
fn without_slashes(mut path: &str) -> &str {
    while let Some(rest) = path.strip_prefix('/') {
        path = rest;
    }
    while let Some(rest) = path.strip_suffix('/') {
        path = rest;
    }
    path
}

pub(crate) fn is_in_ou(place: &Place<'_>, ou: &str) -> bool {
    match ou.parse::<ParentId>() {
        Ok(id) => place.account.parents.as_ref().is_some_and(|parents| parents.is_below(&id)),
        Err(_) => place.ou_path.is_some_and(|path| is_below(path, ou)),
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_model::{Account, ParentPath, Tag};

    use super::*;
    use crate::fixture::role;

    fn account() -> Account {
        let mut account = Account::named("123456789012".parse().unwrap());
        account.parents = Some(ParentPath(vec![
            "r-abcd".parse().unwrap(),
            "ou-abcd-11111111".parse().unwrap(),
            "ou-abcd-22222222".parse().unwrap(),
        ]));
        account
    }

    fn matches(rule: &ThresholdRule, role: &Role, ou_path: Option<&str>) -> bool {
        let account = account();
        let place = Place { account: &account, ou_path };
        rule.reaches(&place) && rule.takes(role)
    }

    #[test]
    fn a_rule_without_selectors_matches_nothing() {
        let rule = ThresholdRule { name: "all".to_owned(), ..ThresholdRule::default() };
        assert!(!matches(&rule, &role("/", "app"), Some("/")));
    }

    #[test]
    fn role_paths_match_by_whole_segments() {
        for (path, selector, expected) in [
            ("/ci/", "/ci/", true),
            ("/ci/", "/ci", true),
            ("/ci/", "ci", true),
            ("/ci/deploy/", "/ci/", true),
            ("/ci-old/", "/ci/", false),
            ("/", "/ci/", false),
            ("/x/ci/", "/ci/", false),
            ("/", "/", true),
            ("/ci/", "/", true),
            ("/ci/", "", false),
            ("/CI/", "/ci/", false),
        ] {
            let rule = ThresholdRule { paths: vec![selector.to_owned()], ..ThresholdRule::default() };
            assert_eq!(matches(&rule, &role(path, "ci"), None), expected, "{path} {selector}");
        }
    }

    #[test]
    fn ous_match_as_subtrees_by_id_and_by_name() {
        for (ou, path, expected) in [
            ("r-abcd", None, true),
            ("ou-abcd-11111111", None, true),
            ("ou-abcd-22222222", Some("/Workloads/Prod"), true),
            ("ou-abcd-33333333", Some("/Workloads/Prod"), false),
            ("/", Some("/Workloads/Prod"), true),
            ("/", Some("/"), true),
            ("/", None, false),
            ("/Workloads", Some("/Workloads/Prod"), true),
            ("/Workloads/Prod", Some("/Workloads/Prod"), true),
            ("/Workloads/Prod/", Some("/Workloads/Prod"), true),
            ("/Workloads/Prod/EU", Some("/Workloads/Prod"), false),
            ("/Work", Some("/Workloads/Prod"), false),
            ("/Prod", Some("/Workloads/Prod"), false),
            ("/CI/CD", Some("/CI%2FCD"), false),
            ("/CI", Some("/CI%2FCD"), false),
            ("/CI%2FCD", Some("/CI%2FCD/Tools"), true),
            ("/CI%2FCD", Some("/CI/CD"), false),
        ] {
            let rule = ThresholdRule { ous: vec![ou.to_owned()], ..ThresholdRule::default() };
            assert_eq!(matches(&rule, &role("/", "app"), path), expected, "{ou} {path:?}");
        }
    }

    #[test]
    fn an_account_that_is_not_placed_is_below_no_ou() {
        let rule =
            ThresholdRule { ous: vec!["r-abcd".to_owned(), "/".to_owned()], ..ThresholdRule::default() };
        let account = Account::named("123456789012".parse().unwrap());
        let place = Place { account: &account, ou_path: None };
        assert!(!rule.reaches(&place));
    }

    #[test]
    fn tags_match_by_key_and_value_and_only_if_they_were_collected() {
        let mut tagged = role("/", "app");
        let tag = |value: Option<&str>| ThresholdRule {
            tags: vec![TagMatch { key: "Team".to_owned(), value: value.map(str::to_owned) }],
            ..ThresholdRule::default()
        };
        tagged.tags = None;
        assert!(!matches(&tag(None), &tagged, None));
        tagged.tags = Some(vec![
            Tag { key: "x".to_owned(), value: "y".to_owned() },
            Tag { key: "team".to_owned(), value: "Core".to_owned() },
        ]);
        assert!(matches(&tag(None), &tagged, None));
        assert!(matches(&tag(Some("Core")), &tagged, None));
        assert!(!matches(&tag(Some("core")), &tagged, None));
        assert!(!matches(&tag(Some("y")), &tagged, None));
    }

    #[test]
    fn role_names_match_with_wildcards() {
        let rule = ThresholdRule {
            role_names: vec!["OrganizationAccountAccessRole".to_owned(), "deploy-*".to_owned()],
            ..ThresholdRule::default()
        };
        for (name, expected) in [
            ("OrganizationAccountAccessRole", true),
            ("deploy-eu", true),
            ("app", false),
            ("predeploy-eu", false),
        ] {
            assert_eq!(matches(&rule, &role("/ci/", name), None), expected, "{name}");
        }
        let below = ThresholdRule { paths: vec!["/cd/".to_owned()], ..rule };
        assert!(!matches(&below, &role("/ci/", "deploy-eu"), None), "both have to match");
    }

    #[test]
    fn every_selector_must_match_with_any_of_its_values() {
        let rule = ThresholdRule {
            accounts: vec!["000000000001".parse().unwrap(), "123456789012".parse().unwrap()],
            paths: vec!["/other/".to_owned(), "/ci/".to_owned()],
            ..ThresholdRule::default()
        };
        assert!(matches(&rule, &role("/ci/", "app"), None));
        assert!(!matches(&rule, &role("/", "app"), None));
        let elsewhere = ThresholdRule { accounts: vec!["000000000001".parse().unwrap()], ..rule };
        assert!(!matches(&elsewhere, &role("/ci/", "app"), None));
    }

    #[test]
    fn a_rule_by_ou_can_judge_accounts_whose_place_is_known_and_named() {
        use rolesweep_model::OrganizationalUnit;
        let unit = |id: &str, name: &str, parent: &str| OrganizationalUnit {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            parent: Some(parent.parse().unwrap()),
        };
        let names = OuTree::new(&[
            unit("ou-abcd-11111111", "Workloads", "r-abcd"),
            unit("ou-abcd-22222222", "Prod", "ou-abcd-11111111"),
        ]);
        let rule = |ous: &[&str]| ThresholdRule {
            ous: ous.iter().map(|&ou| ou.to_owned()).collect(),
            ..ThresholdRule::default()
        };
        let (placed, nowhere) = (account(), Account { parents: None, ..account() });
        for (rule, known, unnamed, unplaced) in [
            (rule(&[]), true, true, true),
            (rule(&["/Workloads"]), true, false, false),
            (rule(&["/"]), true, true, false),
            (rule(&["ou-abcd-11111111"]), true, true, false),
            (rule(&["ou-abcd-11111111", "/Workloads"]), true, false, false),
            (ThresholdRule { accounts: vec![account().id], ..rule(&["/x"]) }, true, false, false),
            (
                ThresholdRule { accounts: vec!["000000000001".parse().unwrap()], ..rule(&["/x"]) },
                true,
                true,
                true,
            ),
        ] {
            assert_eq!(rule.can_judge(&placed, &names), known, "{rule:?}");
            assert_eq!(rule.can_judge(&placed, &OuTree::default()), unnamed, "{rule:?}");
            assert_eq!(rule.can_judge(&nowhere, &names), unplaced, "{rule:?}");
        }
    }
}
