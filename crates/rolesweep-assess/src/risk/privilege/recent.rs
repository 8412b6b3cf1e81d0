//! What was used not long ago.

use std::hash::Hash;

use hashbrown::{Equivalent, HashMap};

/// Remembers values within a limit. What is used again stays: when the newer half is full, it becomes
/// the older one, and whatever was only in the older one is forgotten.
///
/// The documents of stack sets belong to roles of every account, and most others to one role. So the
/// first ones stay, however many of the others come between them.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    newer: Half<K, V>,
    older: Half<K, V>,
    /// What a half may weigh.
    limit: usize,
}

#[derive(Debug)]
struct Half<K, V> {
    values: HashMap<K, V>,
    weight: usize,
}

impl<K, V> Default for Half<K, V> {
    fn default() -> Self {
        Self { values: HashMap::new(), weight: 0 }
    }
}

impl<K: Hash + Eq, V> Recent<K, V> {
    /// Remembers nothing yet. All values together may weigh twice the limit.
    pub(super) fn new(limit: usize) -> Self {
        Self { newer: Half::default(), older: Half::default(), limit }
    }

    /// What all values weigh, at most.
    pub(super) fn weight(&self) -> usize {
        self.newer.weight + self.older.weight
    }

    /// The value of a key, or what `make` makes, which then weighs this.
    pub(super) fn get<Q>(&mut self, key: &Q, weight: usize, make: impl FnOnce() -> V) -> &mut V
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        if self.newer.weight >= self.limit && !self.newer.values.contains_key(key) {
            self.older = std::mem::take(&mut self.newer);
        }
        let Self { newer: Half { values, weight: all }, older, .. } = self;
        values.entry_ref(key).or_insert_with(|| {
            *all += weight;
            older.values.remove(key).unwrap_or_else(make)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for a value, and returns whether it had to be made.
    fn is_made(recent: &mut Recent<String, u32>, key: &str) -> bool {
        let mut is_made = false;
        recent.get(key, 1, || {
            is_made = true;
            0
        });
        is_made
    }

    #[test]
    fn what_is_used_again_stays_and_the_rest_is_forgotten() {
        let mut recent = Recent::new(10);
        assert!(is_made(&mut recent, "often"));
        for number in 0..1000 {
            assert!(is_made(&mut recent, &number.to_string()));
            assert!(!is_made(&mut recent, "often"), "{number}");
            assert!(recent.newer.values.len() + recent.older.values.len() <= 20);
        }
        assert!(is_made(&mut recent, "0"));
        assert!(recent.weight() <= 20);
    }
}
