//! The few items with the greatest scores, in bounded memory.

/// The `limit` items with the greatest scores: the roles that have been idle for longest, the
/// accounts with the most findings.
///
/// A text, such as the ARN, breaks ties in ascending order. So the result does not depend on the
/// order of arrival.
#[derive(Debug, Clone)]
pub struct Longest<S, T> {
    limit: usize,
    /// Best first.
    items: Vec<(S, String, T)>,
}

impl<S: Ord, T> Longest<S, T> {
    /// Keeps at most `limit` items.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, items: Vec::with_capacity(limit.min(1024)) }
    }

    /// Offers an item. `item` is called only if the item is kept for now.
    pub fn offer(&mut self, score: S, tie: &str, item: impl FnOnce() -> T) {
        let at = self
            .items
            .partition_point(|(known, text, _)| *known > score || (*known == score && text.as_str() <= tie));
        if at >= self.limit {
            return;
        }
        self.items.truncate(self.limit - 1);
        self.items.insert(at, (score, tie.to_owned(), item()));
    }

    /// Offers every item that another one keeps.
    pub fn merge(&mut self, other: Self) {
        for (score, tie, item) in other.items {
            self.offer(score, &tie, || item);
        }
    }

    /// The items, the greatest score first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|(_, _, item)| item)
    }

    /// The items themselves, the greatest score first.
    #[must_use]
    pub fn into_items(self) -> Vec<T> {
        self.items.into_iter().map(|(_, _, item)| item).collect()
    }

    /// How many items are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_keeps_what_sorting_everything_would(limit in 0usize..6, offered in prop::collection::vec((0u8..5, "[a-c]{1,2}"), 0..30)) {
            let mut longest = Longest::new(limit);
            for (score, name) in &offered {
                longest.offer(*score, name, || (*score, name.clone()));
            }
            let mut halves = [Longest::new(limit), Longest::new(limit)];
            for (at, (score, name)) in offered.iter().enumerate() {
                halves[at % 2].offer(*score, name, || (*score, name.clone()));
            }
            let [mut merged, other] = halves;
            merged.merge(other);
            prop_assert_eq!(merged.into_items(), longest.iter().cloned().collect::<Vec<_>>());
            let mut sorted = offered;
            sorted.sort_by(|(score, name), (other, text)| other.cmp(score).then(name.cmp(text)));
            sorted.truncate(limit);
            prop_assert_eq!(longest.len(), sorted.len());
            prop_assert_eq!(longest.iter().cloned().collect::<Vec<_>>(), sorted);
        }
    }
}
