//! Accounts and OUs that the caller named and the organization does not have, and what may be meant.

use rolesweep_model::suggest::{nearest, nearest_id};
use rolesweep_model::{AccountId, OuTree, ParentId};

use crate::selection_mistake::{SelectionList, SelectionMistake, SelectionMistakes, SelectionProblem};

/// A rule that names no OU, or more than one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unresolved {
    pub(crate) list: SelectionList,
    /// As the caller wrote it.
    pub(crate) written: String,
    /// The OUs that it fits: none, or more than one.
    pub(crate) ids: Vec<ParentId>,
}

/// What does not fit. No account is scanned if there is any.
#[derive(Debug, Default)]
pub(crate) struct Misfits {
    /// Accounts that the list of accounts does not have, by list and id.
    pub(crate) accounts: Vec<(SelectionList, AccountId)>,
    /// OUs that the tree does not have, or that are not exactly one.
    pub(crate) units: Vec<Unresolved>,
}

/// One of them.
enum Misfit<'a> {
    Account(SelectionList, AccountId),
    Unit(&'a Unresolved),
}

impl Misfits {
    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.units.is_empty()
    }

    /// The mistakes for the caller. `others` are the organization's accounts that the caller did
    /// not name.
    pub(crate) fn describe(&self, others: &[AccountId], tree: Option<&OuTree>) -> SelectionMistakes {
        let accounts = self.accounts.iter().map(|&(list, id)| Misfit::Account(list, id));
        let all: Vec<Misfit<'_>> = accounts.chain(self.units.iter().map(Misfit::Unit)).collect();
        let paths: Vec<String> = match tree {
            Some(tree) if !self.units.is_empty() => {
                tree.ids().map(|id| tree.name_path(&tree.path_to(id))).collect()
            }
            _ => Vec::new(),
        };
        SelectionMistakes::describe(&all, |misfit| match misfit {
            Misfit::Account(list, id) => {
                let near = nearest_id(id.as_str(), others.iter().map(AccountId::as_str));
                mistake(*list, id.as_str(), SelectionProblem::Unknown { near: near.map(str::to_owned) })
            }
            Misfit::Unit(Unresolved { list, written, ids }) if ids.is_empty() => {
                let near = if written.starts_with('/') {
                    nearest(written, paths.iter().map(String::as_str))
                } else {
                    nearest_id(written, tree.into_iter().flat_map(OuTree::ids).map(ParentId::as_str))
                };
                mistake(*list, written, SelectionProblem::Unknown { near: near.map(str::to_owned) })
            }
            Misfit::Unit(Unresolved { list, written, ids }) => {
                mistake(*list, written, SelectionProblem::Ambiguous { ids: ids.clone() })
            }
        })
    }
}

fn mistake(list: SelectionList, name: &str, problem: SelectionProblem) -> SelectionMistake {
    SelectionMistake { list, name: name.to_owned(), problem }
}
