//! The roots and OUs of an organization: where they are, and what they are called.

use std::collections::BTreeMap;

use crate::account::{OrganizationalUnit, ParentPath};
use crate::ids::ParentId;
use crate::ou_path::{canonical_ou_path, name_of_last, ou_path};

/// Roots and OUs by id, as far as they are known.
///
/// Paths are made of names, as [`ou_path`] spells them: a `/` in a name has a spelling of its own.
/// AWS refuses a second OU of the same name in the same place. If two OUs have one path all the
/// same, only ids tell them apart.
#[derive(Debug, Clone, Default)]
pub struct OuTree {
    units: BTreeMap<ParentId, OrganizationalUnit>,
}

impl OuTree {
    /// The tree of these roots and OUs.
    #[must_use]
    pub fn new(units: &[OrganizationalUnit]) -> Self {
        let mut tree = Self::default();
        units.iter().cloned().for_each(|unit| tree.insert(unit));
        tree
    }

    /// Adds a root or OU. It replaces one with the same id.
    pub fn insert(&mut self, unit: OrganizationalUnit) {
        self.units.insert(unit.id.clone(), unit);
    }

    /// The root or OU with this id.
    #[must_use]
    pub fn get(&self, id: &ParentId) -> Option<&OrganizationalUnit> {
        self.units.get(id)
    }

    /// How many roots and OUs are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Whether a root or OU with this id is known.
    #[must_use]
    pub fn contains(&self, id: &ParentId) -> bool {
        self.units.contains_key(id)
    }

    /// The ids of all of them.
    pub fn ids(&self) -> impl Iterator<Item = &ParentId> {
        self.units.keys()
    }

    /// All of them, by id.
    #[must_use]
    pub fn into_units(self) -> Vec<OrganizationalUnit> {
        self.units.into_values().collect()
    }

    /// The ids from the root down to this root or OU, which is the last of them.
    #[must_use]
    pub fn path_to(&self, id: &ParentId) -> ParentPath {
        let mut ids = vec![id.clone()];
        // A tree that changed while it was read may hold a loop. A path has at most as many parts
        // as the tree has units.
        while let Some(parent) = self.units.get(&ids[ids.len() - 1]).and_then(|unit| unit.parent.clone())
            && ids.len() <= self.units.len()
        {
            ids.push(parent);
        }
        ids.reverse();
        ParentPath(ids)
    }

    /// The path of names from the root to an account's OU: `/` for the root itself,
    /// `/Workloads/Prod`. An OU whose name is not known shows its id.
    #[must_use]
    pub fn name_path(&self, path: &ParentPath) -> String {
        let below_the_root = path.0.iter().filter(|id| !id.is_root());
        ou_path(below_the_root.map(|id| self.units.get(id).map_or(id.as_str(), |unit| unit.name.as_str())))
    }

    /// Whether every OU on the way from the root has a name here.
    #[must_use]
    pub fn knows(&self, path: &ParentPath) -> bool {
        path.0.iter().all(|id| id.is_root() || self.contains(id))
    }

    /// The ids that an id or a path of names means. An id is returned as it is, known or not. A
    /// path returns the known OUs that have it, and `/` returns the root.
    #[must_use]
    pub fn find(&self, ou: &str) -> Vec<ParentId> {
        if let Ok(id) = ou.parse::<ParentId>() {
            return vec![id];
        }
        let Ok(path) = canonical_ou_path(ou) else { return Vec::new() };
        let last = name_of_last(&path);
        let may_fit =
            self.units.values().filter(|unit| unit.id.is_root() || last.as_ref() == Some(&unit.name));
        may_fit.map(|unit| &unit.id).filter(|id| self.name_path(&self.path_to(id)) == path).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ParentId {
        text.parse().unwrap()
    }

    fn unit(unit: &str, name: &str, parent: Option<&str>) -> OrganizationalUnit {
        OrganizationalUnit { id: id(unit), name: name.to_owned(), parent: parent.map(id) }
    }

    fn tree() -> OuTree {
        OuTree::new(&[
            unit("r-abcd", "Root", None),
            unit("ou-abcd-prod0000", "Prod", Some("ou-abcd-work0000")),
            unit("ou-abcd-work0000", "Workloads", Some("r-abcd")),
            unit("ou-abcd-slash000", "Workloads/Prod", Some("r-abcd")),
            unit("ou-abcd-twin0000", "Twin", Some("r-abcd")),
            unit("ou-abcd-twin0001", "Twin", Some("r-abcd")),
            unit("ou-abcd-lost0000", "Lost", Some("ou-abcd-unseen00")),
        ])
    }

    #[test]
    fn paths_are_made_of_names_and_of_ids_if_names_are_missing() {
        let tree = tree();
        let names = |ids: &[&str]| tree.name_path(&ParentPath(ids.iter().map(|&text| id(text)).collect()));
        assert_eq!(names(&["r-abcd"]), "/");
        assert_eq!(names(&["r-abcd", "ou-abcd-work0000"]), "/Workloads");
        assert_eq!(names(&["r-abcd", "ou-abcd-work0000", "ou-abcd-prod0000"]), "/Workloads/Prod");
        assert_eq!(names(&["r-abcd", "ou-abcd-work0000", "ou-abcd-other000"]), "/Workloads/ou-abcd-other000");
        assert_eq!(names(&["r-zzzz"]), "/");
        assert_eq!(names(&["r-abcd", "ou-abcd-slash000"]), "/Workloads%2FProd");
    }

    #[test]
    fn units_are_found_by_their_id_or_path_of_names() {
        let tree = tree();
        assert_eq!(tree.find("/"), [id("r-abcd")]);
        assert_eq!(tree.find("r-abcd"), [id("r-abcd")]);
        assert_eq!(tree.find("ou-abcd-unknown0"), [id("ou-abcd-unknown0")]);
        assert_eq!(tree.find("/Workloads"), [id("ou-abcd-work0000")]);
        assert_eq!(tree.find("/Workloads/"), [id("ou-abcd-work0000")]);
        assert_eq!(tree.find("/Workloads/Prod"), [id("ou-abcd-prod0000")]);
        assert_eq!(tree.find("/Workloads%2FProd"), [id("ou-abcd-slash000")]);
        assert_eq!(tree.find("/ou-abcd-unseen00/Lost"), [id("ou-abcd-lost0000")]);
        assert_eq!(tree.find("/Twin"), [id("ou-abcd-twin0000"), id("ou-abcd-twin0001")]);
        for nothing in ["/workloads", "/Prod", "/Nowhere", "Workloads"] {
            assert_eq!(tree.find(nothing), [], "{nothing}");
        }
        assert!(tree.knows(&ParentPath(vec![id("r-zzzz"), id("ou-abcd-work0000")])));
        assert!(!tree.knows(&ParentPath(vec![id("ou-abcd-work0000"), id("ou-abcd-unknown0")])));
        assert!(tree.contains(&id("r-abcd")) && !tree.contains(&id("ou-abcd-unknown0")));
    }

    #[test]
    fn a_loop_in_the_tree_is_no_loop_in_the_program() {
        let tree = OuTree::new(&[
            unit("ou-abcd-aaaaaaaa", "A", Some("ou-abcd-bbbbbbbb")),
            unit("ou-abcd-bbbbbbbb", "B", Some("ou-abcd-aaaaaaaa")),
        ]);
        assert_eq!(tree.find("/A"), []);
        assert_eq!(tree.path_to(&id("ou-abcd-aaaaaaaa")).0.len(), 3);
    }
}
