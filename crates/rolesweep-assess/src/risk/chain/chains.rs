//! The roles of a scan that others may assume.

use hashbrown::{HashMap, HashSet};

use crate::risk::link::LinkKind;

/// The roles of a scan that others may assume. Threads share it.
#[derive(Debug)]
pub struct Chains {
    /// By name.
    pub(super) kinds: Vec<(LinkKind, Vec<u64>)>,
    /// The kinds that trust a role by its ARN, by that ARN.
    naming: HashMap<Box<str>, Vec<usize>>,
    accounts: HashSet<u64>,
    pub(super) is_full: bool,
}

impl Chains {
    pub(super) fn new(kinds: Vec<(LinkKind, Vec<u64>)>, accounts: HashSet<u64>, is_full: bool) -> Self {
        let mut naming: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        for (at, (kind, _)) in kinds.iter().enumerate() {
            for arn in kind.trusts.principals.iter().filter(|name| name.starts_with("arn:")) {
                naming.entry(arn.clone()).or_default().push(at);
            }
        }
        Self { kinds, naming, accounts, is_full }
    }

    /// Whether there was too much to remember. Nothing is known then of the roles that a role may
    /// assume.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// The kinds whose trust policies name a role.
    pub(super) fn naming(&self, arn: &str) -> &[usize] {
        self.naming.get(arn).map_or(&[], Vec::as_slice)
    }

    /// The kinds of this name, as a range of [`Chains::kinds`].
    pub(super) fn named(&self, name: &str) -> std::ops::Range<usize> {
        let begin = self.kinds.partition_point(|(kind, _)| *kind.name < *name);
        let length = self.kinds[begin..].partition_point(|(kind, _)| *kind.name == *name);
        begin..begin + length
    }

    /// Whether the scan has an account.
    pub(super) fn has_account(&self, account: u64) -> bool {
        self.accounts.contains(&account)
    }
}
