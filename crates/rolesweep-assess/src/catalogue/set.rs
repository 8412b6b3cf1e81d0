//! Sets of actions.

use std::sync::LazyLock;

use super::action::Action;
use super::table;

/// The actions of each level, the least harmful first.
static LEVELS: LazyLock<[ActionSet; 5]> = LazyLock::new(|| {
    let mut levels = [(); 5].map(|()| ActionSet::new());
    for action in Action::all() {
        levels[action.level() as usize].insert(action);
    }
    levels
});

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

    /// Keeps only the actions that are also in another set.
    pub(super) fn intersect(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Its actions, the most harmful [level](super::AccessLevel) first, and then in the order of names.
    pub fn by_harm(&self) -> impl Iterator<Item = Action> {
        LEVELS
            .iter()
            .rev()
            .flat_map(|level| ones(self.words.iter().zip(&level.words).map(|(word, level)| word & level)))
    }

    /// How many services its actions belong to.
    #[must_use]
    pub fn services(&self) -> usize {
        let mut last = None;
        // Actions come by service, and each service has one text.
        self.iter()
            .filter(|action| last.replace(action.service().as_ptr()) != Some(action.service().as_ptr()))
            .count()
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

    #[test]
    fn the_most_harmful_actions_come_first() {
        let some = set(&["s3:GetObject", "iam:PassRole", "s3:ListAllMyBuckets", "s3:PutObject", "iam:Get*"]);
        let order: Vec<Action> = some.by_harm().collect();
        assert_eq!(order.len(), some.len());
        assert_eq!(order[0].to_string(), "iam:PassRole");
        assert!(order.is_sorted_by_key(|action| std::cmp::Reverse(action.level())));
        assert_eq!(some.services(), 2);
        assert_eq!(ActionSet::new().services(), 0);
    }
}
