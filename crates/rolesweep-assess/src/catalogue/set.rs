//! Sets of actions.

use super::action::Action;
use super::table;

/// A set of actions, in one bit for each that AWS documents: 2.8 kB, whatever patterns made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionSet {
    words: Box<[u64]>,
}

impl Default for ActionSet {
    fn default() -> Self {
        Self::new()
    }
}

impl ActionSet {
    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self { words: vec![0; table::entries().len().div_ceil(64)].into() }
    }

    /// Every action.
    #[must_use]
    pub fn all() -> Self {
        let mut all = Self::new();
        all.insert_matching("*");
        all
    }

    /// Adds an action.
    pub fn insert(&mut self, action: Action) {
        self.words[action.index() / 64] |= 1 << (action.index() % 64);
    }

    fn remove(&mut self, action: Action) {
        self.words[action.index() / 64] &= !(1 << (action.index() % 64));
    }

    /// Adds the actions that a pattern covers.
    pub fn insert_matching(&mut self, pattern: &str) {
        each(pattern, |action| self.insert(action));
    }

    /// Removes the actions that a pattern covers.
    pub fn remove_matching(&mut self, pattern: &str) {
        each(pattern, |action| self.remove(action));
    }

    /// Adds another set's actions.
    pub fn union(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Removes another set's actions.
    pub fn subtract(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Whether the action is in the set.
    #[must_use]
    pub fn contains(&self, action: Action) -> bool {
        self.words[action.index() / 64] & (1 << (action.index() % 64)) != 0
    }

    /// Whether it has no action.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many actions it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Its actions, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = Action> {
        ones(self.words.iter().copied())
    }

    /// The actions that are in both sets, in the order of names.
    pub(super) fn in_both(&self, other: &Self) -> impl Iterator<Item = Action> {
        ones(self.words.iter().zip(&other.words).map(|(word, other)| word & other))
    }
}

/// The actions whose bits are set.
fn ones(words: impl Iterator<Item = u64>) -> impl Iterator<Item = Action> {
    words.enumerate().flat_map(|(at, word)| {
        let bits = std::iter::successors((word != 0).then_some(word), |word| {
            // Without its lowest bit.
            let rest = word & (word - 1);
            (rest != 0).then_some(rest)
        });
        bits.flat_map(move |word| {
            let index = at * 64 + word.trailing_zeros() as usize;
            Action::range(index..index + 1)
        })
    })
}

/// Does something with each action that a pattern covers.
fn each(pattern: &str, action: impl FnMut(Action)) {
    if !pattern.contains(['*', '?']) {
        // Most patterns are names, and a name needs no pattern.
        Action::find(pattern).into_iter().for_each(action);
        return;
    }
    Action::matching(pattern).for_each(action);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(patterns: &[&str]) -> ActionSet {
        let mut set = ActionSet::new();
        for pattern in patterns {
            set.insert_matching(pattern);
        }
        set
    }

    #[test]
    fn a_set_has_what_its_patterns_cover_once_and_in_order() {
        let both = set(&["sts:Assume*", "sts:*Role", "sts:no-such-action"]);
        let names: Vec<String> = both.iter().map(|action| action.to_string()).collect();
        assert_eq!(
            names,
            ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoot"]
        );
        assert_eq!(both.len(), 4);
        assert!(names.iter().all(|name| both.contains(Action::find(name).unwrap())));
        assert!(!both.contains(Action::find("sts:TagSession").unwrap()));
    }

    #[test]
    fn all_without_a_service_is_everything_else() {
        let iam = set(&["iam:*"]);
        let mut rest = ActionSet::all();
        rest.remove_matching("iam:*");
        assert_eq!(rest.len() + iam.len(), Action::all().count());
        assert!(!rest.contains(Action::find("iam:PassRole").unwrap()));
        rest.union(&iam);
        assert_eq!(rest, ActionSet::all());
        rest.subtract(&ActionSet::all());
        assert!(rest.is_empty());
        assert_eq!(rest, ActionSet::default());
    }
}
