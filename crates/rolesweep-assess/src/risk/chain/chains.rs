//! The roles of a scan that others may assume.

use hashbrown::{HashMap, HashSet};

use crate::risk::link::LinkKind;
use crate::risk::trusts;

/// The roles of a scan that others may assume. Threads share it.
#[derive(Debug)]
pub struct Chains {
    /// By name.
    pub(super) kinds: Vec<(LinkKind, Vec<u64>)>,
    /// The kinds that trust a role by its ARN, by that ARN.
    naming: HashMap<Box<str>, Vec<usize>>,
    /// The kinds that trust sessions of a role, by what their ARNs begin with.
    naming_sessions: HashMap<Box<str>, Vec<usize>>,
    accounts: HashSet<u64>,
    pub(super) is_full: bool,
}

impl Chains {
    pub(super) fn new(kinds: Vec<(LinkKind, Vec<u64>)>, accounts: HashSet<u64>, is_full: bool) -> Self {
        let mut naming: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        let mut naming_sessions: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        for (at, (kind, _)) in kinds.iter().enumerate() {
            for arn in kind.trusts.principals.iter().filter(|name| name.starts_with("arn:")) {
                let named = if trusts::is_of_sessions(arn) { &mut naming_sessions } else { &mut naming };
                named.entry(arn.clone()).or_default().push(at);
            }
        }
        Self { kinds, naming, naming_sessions, accounts, is_full }
    }

    /// Whether there was too much to remember. Nothing is known then of the roles that a role may
    /// assume.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// The kinds whose trust policies name a role or sessions of it.
    pub(super) fn naming(&self, arn: &str) -> impl Iterator<Item = usize> {
        // Most scans have none, and this is asked for each of their roles.
        let sessions = if self.naming_sessions.is_empty() { None } else { trusts::sessions_of(arn) };
        let by_session = sessions.and_then(|sessions| self.naming_sessions.get(sessions.as_str()));
        self.naming.get(arn).into_iter().chain(by_session).flatten().copied()
    }

    /// The kinds of this name, as a range of [`Chains::kinds`].
    pub(super) fn named(&self, name: &str) -> std::ops::Range<usize> {
        let begin = self.kinds.partition_point(|(kind, _)| *kind.name < *name);
        let length = self.kinds[begin..].partition_point(|(kind, _)| *kind.name == *name);
        begin..begin + length
    }

    /// Whether other roles may assume a role.
    pub(super) fn has_role(&self, partition: &str, account: u64, resource: &str) -> bool {
        let name = resource.rsplit('/').next().unwrap_or(resource);
        self.kinds[self.named(name)].iter().any(|(kind, accounts)| {
            *kind.resource == *resource
                && *kind.partition == *partition
                && accounts.binary_search(&account).is_ok()
        })
    }

    /// Whether the scan has an account.
    pub(super) fn has_account(&self, account: u64) -> bool {
        self.accounts.contains(&account)
    }
}
