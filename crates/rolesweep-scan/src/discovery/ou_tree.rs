//! Reads the OU tree: the names, and each account's OU if the list of accounts does not have it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt as _;
use futures::stream::{self, FuturesUnordered};
use rolesweep_model::{AccountId, OrganizationalUnit, OuTree, ParentId, ParentPath};

use crate::limits::retried_calls::RetriedCalls;
use crate::operation::Operation;
use crate::ports::{Cloud, CloudError, CloudResult, ErrorKind};

/// How many calls a walk makes at a time. Organizations throttles early, and the list of accounts
/// comes first.
const CONCURRENT_CALLS: usize = 3;

/// Roots and OUs, as far as they could be read.
#[derive(Debug, Default)]
pub(crate) struct UnitTree {
    pub(crate) units: OuTree,
    /// Why it is not complete.
    pub(crate) failure: Option<CloudError>,
}

impl UnitTree {
    /// Every root and OU with the path that leads to it.
    pub(crate) fn paths(&self) -> Vec<(ParentId, ParentPath)> {
        self.units.ids().map(|id| (id.clone(), self.units.path_to(id))).collect()
    }
}

#[cfg(test)]
impl UnitTree {
    pub(crate) fn of(units: Vec<OrganizationalUnit>) -> Self {
        Self { units: OuTree::new(&units), failure: None }
    }
}

/// How deep a tree is read, in levels. This is twice what AWS allows, which is five levels of OUs
/// below the root.
const MOST_LEVELS: usize = 10;

/// How many roots and OUs are read. AWS's quota is 2,000.
const MOST_UNITS: usize = 5_000;

/// How many pages a walk may read in all: one for each of [`MOST_UNITS`], and 200,000 accounts.
const MOST_PAGES: usize = 15_000;

impl UnitTree {
    /// Adds the OUs of a parent, and gives the new ones. AWS cannot move an OU, so an OU below a
    /// second parent is a contradiction.
    fn add(
        &mut self,
        parent: Option<&ParentId>,
        units: Vec<OrganizationalUnit>,
    ) -> Result<Vec<ParentId>, String> {
        let level = parent.map_or(0, |parent| self.units.path_to(parent).0.len());
        let mut fresh = Vec::new();
        for unit in units {
            let unit = OrganizationalUnit { parent: parent.cloned(), ..unit };
            if let Some(known) = self.units.get(&unit.id) {
                if known.parent != unit.parent {
                    return Err(format!("{} is listed below more than one parent", unit.id));
                }
                continue;
            }
            if level > MOST_LEVELS {
                return Err(format!("{} is more than {MOST_LEVELS} levels below the root", unit.id));
            }
            if self.units.len() >= MOST_UNITS {
                return Err(format!("there are more than {MOST_UNITS} OUs"));
            }
            fresh.push(unit.id.clone());
            self.units.insert(unit);
        }
        Ok(fresh)
    }
}

/// The number of pages that a walk may still read. Each list has its own limit, and a tree has as
/// many lists as OUs.
struct PageQuota(AtomicUsize);

impl PageQuota {
    fn new() -> Self {
        Self(AtomicUsize::new(MOST_PAGES))
    }

    /// Takes one before it is requested.
    fn take(&self, operation: Operation) -> CloudResult<()> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(drop).map_err(|_| {
            CloudError::malformed(
                operation,
                format!("the lists of the tree of OUs have more than {MOST_PAGES} pages"),
            )
        })
    }
}

/// Walks the tree from its roots. A failure ends the walk, and is kept with what was read.
pub(crate) async fn walk<C: Cloud>(cloud: &C, retried: &RetriedCalls) -> UnitTree {
    let mut tree = UnitTree::default();
    let pages = PageQuota::new();
    let page = |token| async {
        pages.take(Operation::ListRoots)?;
        cloud.list_roots(token).await
    };
    let roots = match retried.list(Operation::ListRoots, page).await {
        Ok(roots) if roots.is_empty() => {
            let error = CloudError::malformed(Operation::ListRoots, "an organization without a root");
            return UnitTree { failure: Some(error), ..tree };
        }
        Ok(roots) => roots,
        Err(error) => return UnitTree { failure: Some(error), ..tree },
    };
    let mut todo = match tree.add(None, roots) {
        Ok(fresh) => fresh,
        Err(why) => {
            return UnitTree { failure: Some(CloudError::malformed(Operation::ListRoots, why)), ..tree };
        }
    };
    let mut calls = FuturesUnordered::new();
    loop {
        while calls.len() < CONCURRENT_CALLS
            && let Some(parent) = todo.pop()
        {
            calls.push(children(cloud, retried, &pages, parent));
        }
        match calls.next().await {
            Some((parent, Ok(units))) => match tree.add(Some(&parent), units) {
                Ok(fresh) => todo.extend(fresh),
                Err(why) => {
                    let operation = Operation::ListOrganizationalUnitsForParent;
                    return UnitTree { failure: Some(CloudError::malformed(operation, why)), ..tree };
                }
            },
            // It was deleted since it was listed.
            Some((_, Err(error))) if error.kind == ErrorKind::Gone => {}
            Some((_, Err(error))) => return UnitTree { failure: Some(error), ..tree },
            None => return tree,
        }
    }
}

async fn children<C: Cloud>(
    cloud: &C,
    retried: &RetriedCalls,
    pages: &PageQuota,
    parent: ParentId,
) -> (ParentId, CloudResult<Vec<OrganizationalUnit>>) {
    let operation = Operation::ListOrganizationalUnitsForParent;
    let parent_id = &parent;
    let page = |token| async move {
        pages.take(operation)?;
        cloud.list_organizational_units(parent_id, token).await
    };
    let units = retried.list(operation, page).await;
    (parent, units)
}

/// The OUs of accounts, from the tree's lists.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) paths: HashMap<AccountId, ParentPath>,
    /// Why they are not complete.
    pub(crate) failure: Option<CloudError>,
}

/// Lists the accounts below every root and OU, for organizations whose list of accounts lacks the
/// OU.
pub(crate) async fn places<C: Cloud>(
    cloud: &C,
    retried: &RetriedCalls,
    parents: Vec<(ParentId, ParentPath)>,
) -> Places {
    let mut places = Places::default();
    let pages = PageQuota::new();
    let mut several = HashSet::new();
    let calls =
        parents.into_iter().map(|(parent, path)| accounts_below(cloud, retried, &pages, parent, path));
    let mut calls = stream::iter(calls).buffer_unordered(CONCURRENT_CALLS);
    while let Some((path, answer)) = calls.next().await {
        match answer {
            Ok(accounts) => {
                for account in accounts {
                    let before = places.paths.insert(account, path.clone());
                    if before.is_some_and(|before| before != path) {
                        several.insert(account);
                    }
                }
            }
            Err(error) if error.kind == ErrorKind::Gone => {}
            Err(error) => return Places { failure: Some(error), ..places },
        }
    }
    // An account in several OUs was moved during the walk, so its OU is unknown.
    places.paths.retain(|account, _| !several.contains(account));
    places
}

async fn accounts_below<C: Cloud>(
    cloud: &C,
    retried: &RetriedCalls,
    pages: &PageQuota,
    parent: ParentId,
    path: ParentPath,
) -> (ParentPath, CloudResult<Vec<AccountId>>) {
    let operation = Operation::ListAccountsForParent;
    let parent = &parent;
    let page = |token| async move {
        pages.take(operation)?;
        cloud.list_accounts_for_parent(parent, token).await
    };
    let accounts = retried.list(operation, page).await;
    (path, accounts.map(|accounts| accounts.into_iter().map(|account| account.id).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_reads_so_many_pages_and_no_more() {
        let pages = PageQuota::new();
        let operation = Operation::ListAccountsForParent;
        assert!((0..MOST_PAGES).all(|_| pages.take(operation).is_ok()));
        let error = pages.take(operation).unwrap_err();
        assert_eq!((error.kind, error.operation), (ErrorKind::Malformed, operation));
    }

    #[test]
    fn a_tree_has_a_depth_a_size_and_one_parent_for_each_unit() {
        let root: ParentId = "r-root".parse().unwrap();
        let ou = |n: usize| unit(&format!("ou-root-{n:08}"), "x", None);
        let rooted = || {
            let mut tree = UnitTree::default();
            assert_eq!(tree.add(None, vec![unit("r-root", "Root", None)]).unwrap().len(), 1);
            tree
        };

        let mut deep = rooted();
        let mut parent = root.clone();
        for n in 0..MOST_LEVELS {
            parent = deep.add(Some(&parent), vec![ou(n)]).unwrap().remove(0);
        }
        assert!(deep.add(Some(&parent), vec![ou(99)]).unwrap_err().contains("levels below the root"));

        let mut wide = rooted();
        wide.add(Some(&root), (0..MOST_UNITS - 1).map(ou).collect()).unwrap();
        assert!(wide.add(Some(&root), vec![ou(MOST_UNITS)]).unwrap_err().contains("more than 5000 OUs"));

        let mut twice = rooted();
        twice.add(Some(&root), vec![ou(1), ou(2)]).unwrap();
        assert_eq!(twice.add(Some(&root), vec![ou(2)]), Ok(vec![]));
        assert!(twice.add(Some(&ou(1).id), vec![ou(2)]).unwrap_err().contains("more than one parent"));
        assert!(twice.add(Some(&ou(1).id), vec![unit("r-root", "Root", None)]).is_err());
    }

    fn unit(id: &str, name: &str, parent: Option<&str>) -> OrganizationalUnit {
        OrganizationalUnit {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            parent: parent.map(|parent| parent.parse().unwrap()),
        }
    }
}
