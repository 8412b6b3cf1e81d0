//! Names for the places of the organization.

use std::collections::HashMap;

use rolesweep_model::{OrganizationalUnit, ParentId, ParentPath, canonical_ou_path, ou_path};

use crate::rule::ThresholdRule;

/// What the roots and OUs of an organization are called.
///
/// Paths are made of names, as [`ou_path`] spells them: a `/` in a name has a spelling of its own. AWS refuses a second OU of the same name in the
/// same place; where two OUs have one path all the same, only ids tell them apart.
#[derive(Debug, Clone, Default)]
pub struct OuNames {
    names: HashMap<ParentId, String>,
    by_path: HashMap<String, Vec<ParentId>>,
}

impl OuNames {
    /// The names of these roots and OUs.
    #[must_use]
    pub fn new(units: &[OrganizationalUnit]) -> Self {
        let mut this = Self {
            names: units.iter().map(|unit| (unit.id.clone(), unit.name.clone())).collect(),
            by_path: HashMap::new(),
        };
        let parents: HashMap<&ParentId, &ParentId> =
            units.iter().filter_map(|unit| Some((&unit.id, unit.parent.as_ref()?))).collect();
        for unit in units {
            let mut ids = vec![unit.id.clone()];
            let mut at = &unit.id;
            while let Some(&parent) = parents.get(at) {
                // Units that hang under each other in a circle cannot come from AWS, and must not hang a report.
                if ids.len() > units.len() {
                    break;
                }
                ids.push(parent.clone());
                at = parent;
            }
            ids.reverse();
            let known = this.by_path.entry(this.path(&ParentPath(ids))).or_default();
            if !known.contains(&unit.id) {
                known.push(unit.id.clone());
            }
        }
        this
    }

    /// The path of names from the root to an account's OU: `/` for the root itself, `/Workloads/Prod`. An OU whose name is not known shows its id.
    #[must_use]
    pub fn path(&self, parents: &ParentPath) -> String {
        let below_the_root = parents.0.iter().filter(|id| !id.is_root());
        ou_path(below_the_root.map(|id| self.names.get(id).map_or(id.as_str(), String::as_str)))
    }

    /// Whether every OU on the way from the root has a name here.
    #[must_use]
    pub fn knows(&self, parents: &ParentPath) -> bool {
        parents.0.iter().all(|id| id.is_root() || self.contains(id))
    }

    /// The ids that somebody means by an id or a path of names. An id is taken as it is, known or not; a path that nothing is
    /// known under gives nothing; `/` is the root.
    #[must_use]
    pub fn resolve(&self, ou: &str) -> Vec<ParentId> {
        if let Ok(id) = ou.parse::<ParentId>() {
            return vec![id];
        }
        let path = canonical_ou_path(ou).ok();
        path.and_then(|path| self.by_path.get(&path)).cloned().unwrap_or_default()
    }

    /// The first path in these rules that fits more than one OU: the rule's name, the path, and the ids that it fits.
    #[must_use]
    pub fn ambiguous<'a>(&self, rules: &'a [ThresholdRule]) -> Option<(&'a str, &'a str, Vec<ParentId>)> {
        let paths = rules.iter().flat_map(|rule| rule.ous.iter().map(|ou| (rule.name.as_str(), ou.as_str())));
        paths.map(|(rule, ou)| (rule, ou, self.resolve(ou))).find(|(_, _, ids)| ids.len() > 1)
    }

    /// What these rules name and the organization does not have, if its OUs are known at all: each rule's name with the OU.
    pub fn missing<'a>(&self, rules: &'a [ThresholdRule]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let named = rules.iter().flat_map(|rule| rule.ous.iter().map(|ou| (rule.name.as_str(), ou.as_str())));
        named.filter(|(_, ou)| !self.names.is_empty() && !self.resolve(ou).iter().any(|id| self.contains(id)))
    }

    /// Whether a root or OU with this id is known.
    #[must_use]
    pub fn contains(&self, id: &ParentId) -> bool {
        self.names.contains_key(id)
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

    fn names() -> OuNames {
        OuNames::new(&[
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
    fn paths_are_made_of_names_and_of_ids_where_names_are_missing() {
        let names = names();
        let path = |ids: &[&str]| names.path(&ParentPath(ids.iter().map(|&text| id(text)).collect()));
        assert_eq!(path(&["r-abcd"]), "/");
        assert_eq!(path(&["r-abcd", "ou-abcd-work0000"]), "/Workloads");
        assert_eq!(path(&["r-abcd", "ou-abcd-work0000", "ou-abcd-prod0000"]), "/Workloads/Prod");
        assert_eq!(path(&["r-abcd", "ou-abcd-work0000", "ou-abcd-other000"]), "/Workloads/ou-abcd-other000");
        assert_eq!(path(&["r-zzzz"]), "/");
        assert_eq!(path(&["r-abcd", "ou-abcd-slash000"]), "/Workloads%2FProd");
    }

    #[test]
    fn ids_and_paths_are_resolved() {
        let names = names();
        assert_eq!(names.resolve("/"), [id("r-abcd")]);
        assert_eq!(names.resolve("r-abcd"), [id("r-abcd")]);
        assert_eq!(names.resolve("ou-abcd-unknown0"), [id("ou-abcd-unknown0")]);
        assert_eq!(names.resolve("/Workloads"), [id("ou-abcd-work0000")]);
        assert_eq!(names.resolve("/Workloads/"), [id("ou-abcd-work0000")]);
        assert_eq!(names.resolve("/Workloads/Prod"), [id("ou-abcd-prod0000")]);
        assert_eq!(names.resolve("/Workloads%2FProd"), [id("ou-abcd-slash000")]);
        assert_eq!(names.resolve("/ou-abcd-unseen00/Lost"), [id("ou-abcd-lost0000")]);
        assert_eq!(names.resolve("/workloads"), []);
        assert_eq!(names.resolve("/Nowhere"), []);
        assert!(names.knows(&ParentPath(vec![id("r-zzzz"), id("ou-abcd-work0000")])));
        assert!(!names.knows(&ParentPath(vec![id("ou-abcd-work0000"), id("ou-abcd-unknown0")])));
        assert!(names.contains(&id("r-abcd")) && !names.contains(&id("ou-abcd-unknown0")));
    }

    #[test]
    fn a_rule_whose_path_fits_two_ous_is_found() {
        let rule = |name: &str, ou: &str| ThresholdRule {
            name: name.to_owned(),
            ous: vec![ou.to_owned()],
            ..ThresholdRule::default()
        };
        let rules = [rule("a", "/Workloads/Prod"), rule("b", "ou-abcd-twin0000"), rule("c", "/Twin")];
        let names = names();
        assert_eq!(names.ambiguous(&rules[..2]), None);
        let twins = vec![id("ou-abcd-twin0000"), id("ou-abcd-twin0001")];
        assert_eq!(names.ambiguous(&rules), Some(("c", "/Twin", twins)));
    }

    #[test]
    fn a_circle_of_units_ends() {
        let circle = OuNames::new(&[
            unit("ou-abcd-aaaaaaaa", "A", Some("ou-abcd-bbbbbbbb")),
            unit("ou-abcd-bbbbbbbb", "B", Some("ou-abcd-aaaaaaaa")),
        ]);
        assert_eq!(circle.resolve("/A"), []);
    }

    #[test]
    fn a_rule_that_names_an_ou_that_is_not_there_is_found() {
        let rule = |name: &str, ou: &str| ThresholdRule {
            name: name.to_owned(),
            ous: vec![ou.to_owned()],
            ..ThresholdRule::default()
        };
        let rules = [
            rule("all", "/"),
            rule("prod", "/Workloads/Prod"),
            rule("by-id", "ou-abcd-prod0000"),
            rule("typo", "/Workloads/Prd"),
            rule("gone", "ou-abcd-gone0000"),
        ];
        assert_eq!(
            names().missing(&rules).collect::<Vec<_>>(),
            [("typo", "/Workloads/Prd"), ("gone", "ou-abcd-gone0000")]
        );
        assert_eq!(OuNames::new(&[]).missing(&rules).count(), 0, "nothing is known");
    }
}
