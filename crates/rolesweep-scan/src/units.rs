//! The tree of OUs: names, and, where accounts come without their place, who hangs where.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use rolesweep_model::{AccountId, OrganizationalUnit, ParentId, ParentPath, canonical_ou_path, ou_path};

use crate::operation::Operation;
use crate::patience::Patience;
use crate::ports::{Cloud, CloudError, CloudResult, ErrorKind};

/// How many calls a walk makes at a time. Organizations throttles early, and the list of accounts comes first.
const CALLS_IN_FLIGHT: usize = 3;

/// Roots and OUs, as far as they could be read.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    units: BTreeMap<ParentId, OrganizationalUnit>,
    /// Why it is not whole.
    pub(crate) failure: Option<CloudError>,
}

impl Tree {
    /// Whether there is such a root or OU.
    pub(crate) fn contains(&self, id: &ParentId) -> bool {
        self.units.contains_key(id)
    }

    /// The roots and OUs with the name path, such as `/Workloads/Prod`; `/` is the root. None for what is no path.
    pub(crate) fn named(&self, path: &str) -> Vec<ParentId> {
        let Ok(path) = canonical_ou_path(path) else { return Vec::new() };
        self.units.keys().filter(|id| self.name_path(id) == path).cloned().collect()
    }

    /// The ids from the root down to this one.
    fn ids(&self, id: &ParentId) -> Vec<ParentId> {
        let mut ids = vec![id.clone()];
        // A tree that was changed during the walk may hold a loop; it is no deeper than it is large.
        while let Some(parent) = self.units.get(&ids[ids.len() - 1]).and_then(|unit| unit.parent.clone())
            && ids.len() <= self.units.len()
        {
            ids.push(parent);
        }
        ids.reverse();
        ids
    }

    fn name_path(&self, id: &ParentId) -> String {
        let ids = self.ids(id);
        let units = ids.iter().filter_map(|id| self.units.get(id));
        ou_path(units.filter(|unit| unit.parent.is_some()).map(|unit| unit.name.as_str()))
    }

    /// Roots and OUs, by id.
    pub(crate) fn into_units(self) -> Vec<OrganizationalUnit> {
        self.units.into_values().collect()
    }

    /// Every root and OU with the path that leads to it.
    pub(crate) fn paths(&self) -> Vec<(ParentId, ParentPath)> {
        self.units.keys().map(|id| (id.clone(), ParentPath(self.ids(id)))).collect()
    }
}

#[cfg(test)]
impl Tree {
    pub(crate) fn of(units: Vec<OrganizationalUnit>) -> Self {
        Self { units: units.into_iter().map(|unit| (unit.id.clone(), unit)).collect(), failure: None }
    }
}

/// Walks the tree from its roots. A failure ends the walk and is kept beside what was read.
pub(crate) async fn walk<C: Cloud>(cloud: &C, patience: &Patience) -> Tree {
    let mut tree = Tree::default();
    let roots = match patience.list(Operation::ListRoots, |token| cloud.list_roots(token)).await {
        Ok(roots) if roots.is_empty() => {
            return Tree { failure: Some(rootless()), ..tree };
        }
        Ok(roots) => roots,
        Err(error) => return Tree { failure: Some(error), ..tree },
    };
    let mut todo: Vec<ParentId> = Vec::new();
    let add = |tree: &mut Tree, todo: &mut Vec<ParentId>, unit: OrganizationalUnit| {
        if !tree.units.contains_key(&unit.id) {
            todo.push(unit.id.clone());
            tree.units.insert(unit.id.clone(), unit);
        }
    };
    for root in roots {
        add(&mut tree, &mut todo, OrganizationalUnit { parent: None, ..root });
    }
    let mut calls = FuturesUnordered::new();
    loop {
        while calls.len() < CALLS_IN_FLIGHT
            && let Some(parent) = todo.pop()
        {
            calls.push(children(cloud, patience, parent));
        }
        match calls.next().await {
            Some((parent, Ok(units))) => {
                for unit in units {
                    add(&mut tree, &mut todo, OrganizationalUnit { parent: Some(parent.clone()), ..unit });
                }
            }
            // Deleted since it was listed.
            Some((_, Err(error))) if error.kind == ErrorKind::Gone => {}
            Some((_, Err(error))) => return Tree { failure: Some(error), ..tree },
            None => return tree,
        }
    }
}

/// Every organization has a root.
fn rootless() -> CloudError {
    CloudError {
        kind: ErrorKind::Malformed,
        operation: Operation::ListRoots,
        code: None,
        message: "an organization without a root".to_owned(),
    }
}

async fn children<C: Cloud>(
    cloud: &C,
    patience: &Patience,
    parent: ParentId,
) -> (ParentId, CloudResult<Vec<OrganizationalUnit>>) {
    let operation = Operation::ListOrganizationalUnitsForParent;
    let units = patience.list(operation, |token| cloud.list_organizational_units(&parent, token)).await;
    (parent, units)
}

/// Where accounts are, as the tree's own lists have it.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) paths: HashMap<AccountId, ParentPath>,
    /// Why they are not whole.
    pub(crate) failure: Option<CloudError>,
}

/// Lists the accounts below every root and OU: for organizations whose accounts come without their place.
pub(crate) async fn places<C: Cloud>(
    cloud: &C,
    patience: &Patience,
    parents: Vec<(ParentId, ParentPath)>,
) -> Places {
    let mut places = Places::default();
    let mut seen = HashSet::new();
    let mut todo = parents.into_iter();
    let mut calls = FuturesUnordered::new();
    loop {
        while calls.len() < CALLS_IN_FLIGHT
            && let Some((parent, path)) = todo.next()
        {
            calls.push(accounts_below(cloud, patience, parent, path));
        }
        match calls.next().await {
            Some((path, Ok(accounts))) => {
                for account in accounts {
                    if seen.insert(account) {
                        places.paths.insert(account, path.clone());
                    }
                }
            }
            Some((_, Err(error))) if error.kind == ErrorKind::Gone => {}
            Some((_, Err(error))) => return Places { failure: Some(error), ..places },
            None => return places,
        }
    }
}

async fn accounts_below<C: Cloud>(
    cloud: &C,
    patience: &Patience,
    parent: ParentId,
    path: ParentPath,
) -> (ParentPath, CloudResult<Vec<AccountId>>) {
    let operation = Operation::ListAccountsForParent;
    let accounts = patience.list(operation, |token| cloud.list_accounts_for_parent(&parent, token)).await;
    (path, accounts.map(|accounts| accounts.into_iter().map(|account| account.id).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, name: &str, parent: Option<&str>) -> OrganizationalUnit {
        OrganizationalUnit {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            parent: parent.map(|parent| parent.parse().unwrap()),
        }
    }

    #[test]
    fn units_are_found_by_their_path_of_names() {
        let tree = Tree::of(vec![
            unit("r-root", "Root", None),
            unit("ou-root-aaaaaaaa", "Workloads", Some("r-root")),
            unit("ou-root-bbbbbbbb", "Prod", Some("ou-root-aaaaaaaa")),
            unit("ou-root-cccccccc", "Workloads/Prod", Some("r-root")),
            unit("ou-root-dddddddd", "Twin", Some("r-root")),
            unit("ou-root-eeeeeeee", "Twin", Some("r-root")),
        ]);
        let found = |path: &str| tree.named(path).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found("/"), ["r-root"]);
        assert_eq!(found("/Workloads"), ["ou-root-aaaaaaaa"]);
        assert_eq!(found("/Workloads/Prod/"), ["ou-root-bbbbbbbb"]);
        assert_eq!(found("/Workloads%2FProd"), ["ou-root-cccccccc"]);
        assert_eq!(found("/Twin"), ["ou-root-dddddddd", "ou-root-eeeeeeee"]);
        assert!(found("/Prod").is_empty());
        assert!(found("/workloads").is_empty());
    }

    #[test]
    fn a_loop_in_the_tree_is_no_loop_in_the_program() {
        let tree = Tree::of(vec![
            unit("ou-root-aaaaaaaa", "a", Some("ou-root-bbbbbbbb")),
            unit("ou-root-bbbbbbbb", "b", Some("ou-root-aaaaaaaa")),
        ]);
        assert!(tree.named("/a").is_empty());
        assert_eq!(tree.paths().len(), 2);
    }
}
