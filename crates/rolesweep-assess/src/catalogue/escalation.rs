//! How permissions escalate: known paths from a few actions to more rights.
//!
//! The ids and actions are data. What a path ends in is written beside it, in [`target`]: the sources
//! think of any principal, and a role as the actor gains nothing by some of them.

mod target;

use std::sync::LazyLock;

pub use target::{Needs, Target};

use super::action::Action;
use super::file::DataFile;

/// A way from a few permissions to more of them.
#[derive(Debug, Clone)]
pub struct EscalationPath {
    /// Its id, such as `lambda-001`: that of pathfinding.cloud if it has one.
    pub id: &'static str,
    /// The actions that it takes, all of them.
    pub actions: Vec<Action>,
    /// What the path ends in, and so which resources to ask about.
    pub target: Target,
    /// Something else that has to exist, which a scan does not see: `a cluster`.
    pub existing: Option<&'static str>,
    /// Whether it gives a role more rights. Some paths change a user or a group, and a role gains
    /// nothing by them without a way to become that user.
    pub pays_for_role: bool,
}

impl EscalationPath {
    /// The actions as a name: `iam:PassRole + ec2:RunInstances`.
    #[must_use]
    pub fn name(&self) -> String {
        let actions: Vec<String> = self.actions.iter().map(ToString::to_string).collect();
        actions.join(" + ")
    }

    /// What has to be found before the path is certain.
    #[must_use]
    pub fn needs(&self) -> Needs {
        match (self.target, self.existing) {
            (Target::OwnRole | Target::OwnPolicy, None) => Needs::Nothing,
            (Target::PassedRole(_), None) => Needs::PassableRole,
            (Target::OtherRole, None) => Needs::OtherRole,
            _ => Needs::Unseen,
        }
    }
}

struct Paths {
    file: DataFile,
    paths: Vec<EscalationPath>,
}

static PATHS: LazyLock<Paths> = LazyLock::new(|| {
    let file = DataFile::parse(include_str!("../../data/escalation.txt"));
    let paths = file.body.lines().filter_map(parse).collect();
    Paths { file, paths }
});

/// Reads an id, a category and the actions, with tabs between the three.
fn parse(line: &'static str) -> Option<EscalationPath> {
    let (id, _, actions) = fields(line)?;
    let actions = actions.split(' ').map(Action::find).collect::<Option<Vec<_>>>()?;
    let row = target::of(id)?;
    Some(EscalationPath {
        id,
        actions,
        target: row.target,
        existing: row.existing,
        pays_for_role: row.pays_for_role,
    })
}

fn fields(line: &str) -> Option<(&str, &str, &str)> {
    let (id, rest) = line.split_once('\t')?;
    let (category, actions) = rest.split_once('\t')?;
    Some((id, category, actions))
}

pub(super) fn file() -> &'static DataFile {
    &PATHS.file
}

/// Every known path, in the order of ids.
#[must_use]
pub fn escalation_paths() -> &'static [EscalationPath] {
    &PATHS.paths
}

/// The path of this id.
#[must_use]
pub fn escalation_path(id: &str) -> Option<&'static EscalationPath> {
    let at = PATHS.paths.binary_search_by(|path| path.id.cmp(id)).ok()?;
    PATHS.paths.get(at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        PATHS.file.body.lines().map(|line| fields(line).unwrap())
    }

    #[test]
    fn aws_knows_every_action_of_every_path() {
        for (id, _, actions) in lines() {
            for name in actions.split(' ') {
                let action = Action::find(name).unwrap_or_else(|| panic!("{id}: AWS does not know {name}"));
                assert_eq!(action.to_string(), name, "{id}");
            }
        }
    }

    #[test]
    fn every_path_has_a_target_and_every_target_a_path() {
        let paths: Vec<&str> = lines().map(|(id, ..)| id).collect();
        let targets: Vec<&str> = target::ids().collect();
        assert_eq!(paths, targets);
    }

    #[test]
    fn every_path_is_read_and_found_by_its_id() {
        assert_eq!(escalation_paths().len(), file().entries);
        assert_eq!(escalation_paths().len(), 99);
        for path in escalation_paths() {
            assert_eq!(escalation_path(path.id).map(|found| found.id), Some(path.id));
        }
        assert!(escalation_path("lambda-000").is_none());
    }

    #[test]
    fn no_two_paths_take_the_same_actions() {
        let sets: BTreeSet<BTreeSet<Action>> =
            escalation_paths().iter().map(|path| path.actions.iter().copied().collect()).collect();
        assert_eq!(sets.len(), escalation_paths().len());
    }

    #[test]
    fn a_path_passes_a_role_if_and_only_if_it_needs_the_permission_to() {
        let pass_role = Action::find("iam:PassRole").unwrap();
        for path in escalation_paths() {
            let passes = matches!(path.target, Target::PassedRole(_));
            assert_eq!(path.actions.contains(&pass_role), passes, "{}", path.id);
        }
    }

    #[test]
    fn targets_agree_with_the_categories_of_the_source() {
        for (id, category, _) in lines() {
            // Filed under the paths that pass a role, and passes none.
            if id == "cloudformation-005" {
                continue;
            }
            let target = escalation_path(id).unwrap().target;
            let agrees = match category {
                "self-escalation" => {
                    matches!(target, Target::OwnRole | Target::OwnPolicy | Target::User | Target::Group)
                }
                "principal-access" => matches!(target, Target::OtherRole | Target::User),
                "new-passrole" => matches!(target, Target::PassedRole(_)),
                "existing-passrole" => matches!(target, Target::Resource(_)),
                // Prowler has no categories.
                "-" => true,
                _ => false,
            };
            assert!(agrees, "{id}: {category}, {target:?}");
        }
    }

    #[test]
    fn the_number_of_paths_of_each_kind_is_known() {
        let count = |needs| escalation_paths().iter().filter(|path| path.needs() == needs).count();
        assert_eq!(
            [Needs::Nothing, Needs::PassableRole, Needs::OtherRole, Needs::Unseen].map(count),
            [4, 34, 9, 52]
        );
        let useless: Vec<&str> =
            escalation_paths().iter().filter(|path| !path.pays_for_role).map(|path| path.id).collect();
        assert_eq!(useless, ["iam-007", "iam-008", "iam-010", "iam-011", "iam-013", "iam-022"]);
    }

    #[test]
    fn services_are_written_as_trust_policies_write_them() {
        for path in escalation_paths() {
            for service in path.target.services() {
                assert!(service.ends_with(".amazonaws.com"), "{}: {service}", path.id);
            }
        }
    }

    #[test]
    fn well_known_paths_are_what_they_are_known_for() {
        let path = |id| escalation_path(id).unwrap();
        assert_eq!(path("lambda-001").name(), "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction");
        assert_eq!(path("lambda-001").target.services(), ["lambda.amazonaws.com"]);
        assert_eq!(path("lambda-001").needs(), Needs::PassableRole);
        assert_eq!(path("iam-005").needs(), Needs::Nothing);
        assert_eq!(path("iam-001").target, Target::OwnPolicy);
        assert_eq!(path("set-default-policy-version").target, Target::OwnPolicy);
        assert_eq!(path("ec2-001").name(), "iam:PassRole + ec2:RunInstances");
        assert_eq!(path("ssm-002").needs(), Needs::Unseen);
    }
}
