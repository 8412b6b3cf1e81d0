//! Names in the caller's selection that do not fit the organization.

use std::fmt;

use rolesweep_model::ParentId;
use rolesweep_model::text::first_few;

/// The list of the selection that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SelectionList {
    /// Accounts to scan.
    Accounts,
    /// Accounts to exclude.
    ExcludeAccounts,
    /// OUs to scan.
    Ous,
    /// OUs to exclude.
    ExcludeOus,
}

/// A name that does not fit the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectionMistake {
    /// The list that has it.
    pub list: SelectionList,
    /// The account or the OU, as the caller named it.
    pub name: String,
    /// What is wrong with it.
    pub problem: SelectionProblem,
}

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectionProblem {
    /// The organization does not have it.
    Unknown {
        /// A name that the organization has, and that looks like it.
        near: Option<String>,
    },
    /// More than one OU has this path.
    Ambiguous {
        /// Their ids.
        ids: Vec<ParentId>,
    },
}

/// All names that do not fit, by list and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectionMistakes {
    /// The first of them.
    pub first: Vec<SelectionMistake>,
    /// How many more there are.
    pub more: usize,
}

/// How many mistakes are described. A list of another organization may hold thousands.
const DESCRIBED: usize = 20;

impl SelectionMistakes {
    /// Describes the first of the mistakes.
    pub(crate) fn describe<T>(all: &[T], describe: impl FnMut(&T) -> SelectionMistake) -> Self {
        let first: Vec<SelectionMistake> = all.iter().take(DESCRIBED).map(describe).collect();
        Self { more: all.len() - first.len(), first }
    }
}

impl fmt::Display for SelectionMistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.first.iter().map(|mistake| &mistake.name);
        f.write_str(&first_few(names, 10, self.first.len() + self.more))
    }
}
