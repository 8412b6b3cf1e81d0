//! Lists of actions that are written here.

use std::sync::LazyLock;

use super::action::Action;

/// An action on one of the written lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedAction {
    /// The action.
    pub action: Action,
    /// What it reads, destroys or controls, in a word or two.
    pub what: &'static str,
}

/// A list that is looked up in the table of actions at its first use.
pub(super) type List = LazyLock<Vec<ListedAction>>;

/// Looks up a written list. A test of each list asserts that no name is lost.
pub(super) fn look_up(written: &[(&str, &'static str)]) -> Vec<ListedAction> {
    written
        .iter()
        .filter_map(|(name, what)| Some(ListedAction { action: Action::find(name)?, what }))
        .collect()
}

/// Fails if AWS does not know a name, or spells it otherwise.
#[cfg(test)]
pub(super) fn assert_known(written: &[(&str, &str)], list: &[ListedAction]) {
    let unknown: Vec<&str> =
        written.iter().map(|(name, _)| *name).filter(|name| Action::find(name).is_none()).collect();
    assert!(unknown.is_empty(), "AWS does not know {unknown:?}");
    let found: Vec<String> = list.iter().map(|listed| listed.action.to_string()).collect();
    let names: Vec<&str> = written.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, names);
    let distinct: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(distinct.len(), names.len(), "a name is twice in the list");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "AWS does not know [\"s3:NoSuchAction\"]")]
    fn a_name_that_aws_does_not_know_is_noticed() {
        let written = [("s3:GetObject", "object"), ("s3:NoSuchAction", "object")];
        assert_known(&written, &look_up(&written));
    }
}
