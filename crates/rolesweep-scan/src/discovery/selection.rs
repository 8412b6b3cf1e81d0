//! Decides which accounts of the population are scanned, and which rule excludes the others.

use std::collections::BTreeSet;

use rolesweep_model::text::first_few;
use rolesweep_model::{Account, AccountFilter, AccountId, ParentId};

use crate::discovery::misfits::Unresolved;
use crate::discovery::ou_tree::UnitTree;
use crate::selection_mistake::SelectionList;

/// The decision of the caller's rules on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is collected.
    Selected,
    /// This rule excludes it.
    Excluded(String),
    /// It is selected, but its state says that it cannot be read.
    NotActive,
    /// That depends on its OU, which is not known yet.
    Undecided,
    /// That depends on its OU, and no root or OU of the tree lists it. Every account has a parent,
    /// so it may be in any OU.
    NotInTree,
}

/// The caller's rules, with name paths resolved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    accounts: BTreeSet<AccountId>,
    exclude_accounts: BTreeSet<AccountId>,
    ous: Vec<UnitRule>,
    exclude_ous: Vec<UnitRule>,
}

/// A rule that names a root or an OU.
#[derive(Debug, Clone)]
struct UnitRule {
    /// As the caller wrote it.
    written: String,
    /// The OUs that it means. Empty until a name path is resolved.
    ids: Vec<ParentId>,
    /// Whether it is a name path.
    by_name: bool,
}

impl Selection {
    /// The rules of a scan. Rules by name path select nothing until they are resolved.
    pub(crate) fn new(filter: &AccountFilter) -> Self {
        let rules = |ids: &BTreeSet<ParentId>, paths: &BTreeSet<String>| {
            let by_id = ids.iter().map(|id| UnitRule {
                written: id.to_string(),
                ids: vec![id.clone()],
                by_name: false,
            });
            let by_name =
                paths.iter().map(|path| UnitRule { written: path.clone(), ids: vec![], by_name: true });
            by_id.chain(by_name).collect()
        };
        Self {
            accounts: filter.accounts.clone(),
            exclude_accounts: filter.exclude_accounts.clone(),
            ous: rules(&filter.ous, &filter.ou_paths),
            exclude_ous: rules(&filter.exclude_ous, &filter.exclude_ou_paths),
        }
    }

    /// Whether any rule names an OU.
    pub(crate) fn uses_units(&self) -> bool {
        !self.ous.is_empty() || !self.exclude_ous.is_empty()
    }

    /// Whether a rule by name path waits to be resolved.
    pub(crate) fn has_unresolved(&self) -> bool {
        self.ous.iter().chain(&self.exclude_ous).any(|rule| rule.ids.is_empty())
    }

    /// Resolves the name paths with the whole tree. Gives the rules that do not name exactly one OU,
    /// sorted.
    pub(crate) fn resolve(&mut self, tree: &UnitTree) -> Vec<Unresolved> {
        let mut unresolved = Vec::new();
        let ous = self.ous.iter_mut().map(|rule| (SelectionList::Ous, rule));
        let exclude_ous = self.exclude_ous.iter_mut().map(|rule| (SelectionList::ExcludeOus, rule));
        for (list, rule) in ous.chain(exclude_ous) {
            if rule.by_name {
                rule.ids = tree.units.find(&rule.written);
            } else {
                rule.ids.retain(|id| tree.units.contains(id));
            }
            if rule.ids.len() != 1 {
                unresolved.push(Unresolved { list, written: rule.written.clone(), ids: rule.ids.clone() });
            }
        }
        unresolved.sort();
        unresolved
    }

    /// The decision of the rules. `placed` says that the tree was searched for accounts' OUs.
    ///
    /// The caller's rules come before the account's state, because an account that the caller
    /// excluded was never meant to be read.
    pub(crate) fn decide(&self, account: &Account, placed: bool) -> Decision {
        if !self.accounts.is_empty() && !self.accounts.contains(&account.id) {
            return Decision::Excluded("not among the named accounts".to_owned());
        }
        if self.exclude_accounts.contains(&account.id) {
            return Decision::Excluded("named in --exclude-accounts".to_owned());
        }
        if self.uses_units() {
            let Some(parents) = &account.parents else {
                return if placed { Decision::NotInTree } else { Decision::Undecided };
            };
            let holds = |rule: &UnitRule| rule.ids.iter().any(|id| parents.0.contains(id));
            if !self.ous.is_empty() && !self.ous.iter().any(holds) {
                return Decision::Excluded(format!("not below --ou {}", written(&self.ous)));
            }
            if let Some(rule) = self.exclude_ous.iter().find(|rule| holds(rule)) {
                return Decision::Excluded(format!("below --exclude-ou {}", rule.written));
            }
        }
        if account.state.is_attempted() { Decision::Selected } else { Decision::NotActive }
    }
}

/// The first rules as the caller wrote them, and how many more there are.
fn written(rules: &[UnitRule]) -> String {
    first_few(rules.iter().map(|rule| &rule.written), 3, rules.len())
}

#[cfg(test)]
mod tests {
    use rolesweep_model::{AccountState, OrganizationalUnit, ParentPath};

    use super::*;

    fn account(id: &str, parents: Option<&[&str]>, state: &str) -> Account {
        let mut account = Account::named(id.parse().unwrap());
        account.parents = parents.map(|ids| ParentPath(ids.iter().map(|id| id.parse().unwrap()).collect()));
        account.state = AccountState::from_word(Some(state));
        account
    }

    fn paths(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|&path| path.to_owned()).collect()
    }

    fn ids<T: std::str::FromStr + Ord>(texts: &[&str]) -> BTreeSet<T>
    where
        T::Err: std::fmt::Debug,
    {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    const ROOT: &str = "r-root";
    const A: &str = "ou-root-aaaaaaaa";
    const B: &str = "ou-root-bbbbbbbb";

    #[test]
    fn the_first_rule_that_leaves_an_account_out_is_named() {
        let selection = Selection::new(&AccountFilter {
            accounts: ids(&["000000000001", "000000000002", "000000000003", "000000000004", "000000000005"]),
            exclude_accounts: ids(&["000000000002"]),
            ous: ids(&[A]),
            exclude_ous: ids(&[B]),
            ..AccountFilter::default()
        });
        let below_a: Option<&[&str]> = Some(&[ROOT, A]);
        let below_b: Option<&[&str]> = Some(&[ROOT, A, B]);
        for (account, expected) in [
            (account("000000000001", below_a, "ACTIVE"), Decision::Selected),
            (account("000000000001", below_a, "SUSPENDED"), Decision::NotActive),
            (
                account("000000000002", below_a, "SUSPENDED"),
                Decision::Excluded("named in --exclude-accounts".into()),
            ),
            (
                account("000000000003", Some(&[ROOT]), "ACTIVE"),
                Decision::Excluded(format!("not below --ou {A}")),
            ),
            (
                account("000000000004", below_b, "ACTIVE"),
                Decision::Excluded(format!("below --exclude-ou {B}")),
            ),
            (account("000000000005", None, "ACTIVE"), Decision::Undecided),
            (
                account("000000000009", None, "ACTIVE"),
                Decision::Excluded("not among the named accounts".into()),
            ),
        ] {
            assert_eq!(selection.decide(&account, false), expected, "{account:?}");
        }
    }

    #[test]
    fn an_account_that_the_tree_does_not_hold_is_not_decided_on_by_its_place() {
        let only = Selection::new(&AccountFilter { ous: ids(&[A]), ..AccountFilter::default() });
        let without = Selection::new(&AccountFilter { exclude_ous: ids(&[A]), ..AccountFilter::default() });
        let elsewhere = account("000000000001", None, "ACTIVE");
        assert_eq!(only.decide(&elsewhere, true), Decision::NotInTree);
        assert_eq!(without.decide(&elsewhere, true), Decision::NotInTree);
        assert_eq!(Selection::default().decide(&elsewhere, true), Decision::Selected);
    }

    #[test]
    fn names_are_resolved_and_unknown_ones_named() {
        let tree = UnitTree::of(vec![
            OrganizationalUnit { id: ROOT.parse().unwrap(), name: "Root".into(), parent: None },
            OrganizationalUnit {
                id: A.parse().unwrap(),
                name: "Prod".into(),
                parent: Some(ROOT.parse().unwrap()),
            },
        ]);
        let mut known =
            Selection::new(&AccountFilter { ou_paths: paths(&["/Prod"]), ..AccountFilter::default() });
        assert!(known.has_unresolved());
        assert_eq!(known.resolve(&tree), []);
        assert_eq!(
            known.decide(&account("000000000001", Some(&[ROOT]), "ACTIVE"), false),
            Decision::Excluded("not below --ou /Prod".into())
        );

        let filter = AccountFilter { exclude_ous: ids(&[B]), ..AccountFilter::default() };
        let mut unknown = Selection::new(&AccountFilter { ou_paths: paths(&["/Prod", "/Nope"]), ..filter });
        let unresolved = |list, written: &str| Unresolved { list, written: written.to_owned(), ids: vec![] };
        assert_eq!(
            unknown.resolve(&tree),
            [unresolved(SelectionList::Ous, "/Nope"), unresolved(SelectionList::ExcludeOus, B)]
        );
    }

    #[test]
    fn a_path_that_fits_two_ous_is_refused_with_their_ids_and_an_id_is_not() {
        let unit = |id: &str, name: &str, parent: Option<&str>| OrganizationalUnit {
            id: id.parse().unwrap(),
            name: name.into(),
            parent: parent.map(|parent| parent.parse().unwrap()),
        };
        let tree = UnitTree::of(vec![
            unit(ROOT, "Root", None),
            unit(A, "Twin", Some(ROOT)),
            unit(B, "Twin", Some(ROOT)),
        ]);
        let by_path = |paths: BTreeSet<String>| AccountFilter { ou_paths: paths, ..AccountFilter::default() };
        let twins = vec![A.parse().unwrap(), B.parse().unwrap()];
        let twin = Unresolved { list: SelectionList::Ous, written: "/Twin".to_owned(), ids: twins };
        assert_eq!(Selection::new(&by_path(paths(&["/Twin"]))).resolve(&tree), [twin]);
        let by_id = AccountFilter { exclude_ous: ids(&[A]), ..AccountFilter::default() };
        assert_eq!(Selection::new(&by_id).resolve(&tree), []);
    }
}
