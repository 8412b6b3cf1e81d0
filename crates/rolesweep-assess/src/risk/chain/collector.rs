//! Collects the roles that others may assume.

use hashbrown::HashMap;
use hashbrown::HashSet;

use super::chains::Chains;
use crate::risk::link::{Link, LinkKind};

/// How many bytes the collected roles may take.
pub const LIMIT: usize = 64 << 20;

/// Collects the roles that others may assume. One for each thread; they are merged.
#[derive(Debug)]
pub struct ChainCollector {
    kinds: HashMap<LinkKind, Vec<u64>>,
    accounts: HashSet<u64>,
    size: usize,
    limit: usize,
}

impl Default for ChainCollector {
    fn default() -> Self {
        Self::new()
    }
}

impl ChainCollector {
    /// Nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limit(LIMIT)
    }

    pub(super) fn with_limit(limit: usize) -> Self {
        Self { kinds: HashMap::new(), accounts: HashSet::new(), size: 0, limit }
    }

    /// Notes that the scan has this account, by its twelve digits.
    pub fn account(&mut self, account: &str) {
        self.accounts.extend(account.parse::<u64>());
    }

    /// Adds a role.
    pub fn add(&mut self, link: Link) {
        let Ok(account) = link.account.parse() else { return };
        self.accounts.insert(account);
        self.insert(link.kind, &[account]);
    }

    fn insert(&mut self, kind: LinkKind, accounts: &[u64]) {
        if self.is_full() {
            return;
        }
        let size = &mut self.size;
        let known = match self.kinds.entry(kind) {
            hashbrown::hash_map::Entry::Occupied(known) => known.into_mut(),
            hashbrown::hash_map::Entry::Vacant(new) => {
                *size += new.key().size();
                new.insert(Vec::new())
            }
        };
        known.extend_from_slice(accounts);
        *size += size_of_val(accounts);
        if self.is_full() {
            // The size goes on counting as full. What is kept would depend on the order.
            self.kinds = HashMap::new();
        }
    }

    /// How many bytes the collected roles take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    fn is_full(&self) -> bool {
        self.size > self.limit
    }

    /// Takes what another one has collected.
    pub fn merge(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        if other.size > other.limit {
            self.size = other.size;
            self.kinds = HashMap::new();
            return;
        }
        for (kind, accounts) in other.kinds {
            self.insert(kind, &accounts);
        }
    }

    /// Everything that was collected, ready to ask.
    #[must_use]
    pub fn finish(self) -> Chains {
        let is_full = self.is_full();
        let mut kinds: Vec<(LinkKind, Vec<u64>)> = self.kinds.into_iter().collect();
        kinds.sort_unstable();
        for (_, accounts) in &mut kinds {
            accounts.sort_unstable();
            accounts.dedup();
        }
        Chains::new(kinds, self.accounts, is_full)
    }
}
