//! Who owns the roles of whole accounts and OUs: the rows of the user's table.

use rolesweep_model::{AccountId, OuTree, ParentId};
use serde::Serialize;

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnedPlace {
    /// Which account or OU.
    pub place: OwnerPlace,
    /// Who owns the roles there.
    pub owner: String,
    /// The row's line in its file.
    pub line: usize,
}

/// An account, or an OU with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerPlace {
    /// This account.
    Account(AccountId),
    /// The OU or the root with this id, or with this path of names, spelled as
    /// [`rolesweep_model::ou_path`] does.
    Ou(String),
}

/// The rows for OUs, with the OUs.
fn ous(places: &[OwnedPlace]) -> impl Iterator<Item = (&OwnedPlace, &str)> {
    places.iter().filter_map(|row| match &row.place {
        OwnerPlace::Account(_) => None,
        OwnerPlace::Ou(ou) => Some((row, ou.as_str())),
    })
}

/// The first row whose path matches more than one OU: its line, the path, and the ids of the OUs.
#[must_use]
pub fn ambiguous_owner_ou<'a>(
    places: &'a [OwnedPlace],
    tree: &OuTree,
) -> Option<(usize, &'a str, Vec<ParentId>)> {
    ous(places).map(|(row, ou)| (row.line, ou, tree.find(ou))).find(|(_, _, ids)| ids.len() > 1)
}

/// The OUs of the table that the organization does not have, each with its line. None if no OU of
/// the organization is known.
pub fn unknown_owner_ous<'a>(
    places: &'a [OwnedPlace],
    tree: &OuTree,
) -> impl Iterator<Item = (usize, &'a str)> {
    let is_known = |ou: &str| tree.is_empty() || tree.find(ou).iter().any(|id| tree.contains(id));
    ous(places).filter(move |(_, ou)| !is_known(ou)).map(|(row, ou)| (row.line, ou))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::twins;

    #[test]
    fn ous_that_are_not_there_and_paths_that_fit_two_are_found_by_line() {
        let id = |text: &str| text.parse::<ParentId>().unwrap();
        let tree = twins();
        let places: Vec<OwnedPlace> = ["/", "/Prod", "ou-abcd-twin0000", "/Prd", "ou-abcd-gone0000", "/Twin"]
            .into_iter()
            .zip(2..)
            .map(|(ou, line)| OwnedPlace {
                place: OwnerPlace::Ou(ou.to_owned()),
                owner: "core".to_owned(),
                line,
            })
            .collect();
        assert_eq!(ambiguous_owner_ou(&places[..5], &tree), None);
        let twins = vec![id("ou-abcd-twin0000"), id("ou-abcd-twin0001")];
        assert_eq!(ambiguous_owner_ou(&places, &tree), Some((7, "/Twin", twins)));
        assert!(unknown_owner_ous(&places, &tree).eq([(5, "/Prd"), (6, "ou-abcd-gone0000")]));
        assert_eq!(unknown_owner_ous(&places, &OuTree::default()).count(), 0, "nothing is known");
    }
}
