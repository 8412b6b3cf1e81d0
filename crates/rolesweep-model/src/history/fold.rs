//! The history of a scan from its facts and the newest history before it.

use hashbrown::HashMap;
use jiff::Timestamp;

use super::access::AccessPrints;
use super::account::{AccountHistory, OTHER_ROLES};
use super::entry::{Entry, Part};
use crate::encode::DecodeError;
use crate::role_facts::LastUse;

/// The newest history of an account before a scan, by role.
#[derive(Debug, Default)]
pub struct EarlierHistory {
    scans: Vec<i64>,
    roles: HashMap<String, Entry>,
}

impl EarlierHistory {
    /// A history, with the roles of its scan in the order of the store: the id of each, and when it
    /// was used last. Without the scan's facts, there are none.
    ///
    /// # Errors
    /// If there are more or fewer roles than the history is of.
    pub fn new<'r>(
        history: AccountHistory,
        roles: impl IntoIterator<Item = (&'r str, Option<Timestamp>)>,
    ) -> Result<Self, DecodeError> {
        let AccountHistory { scans, named, .. } = history.detached(roles)?;
        let count = named.len();
        let roles: HashMap<String, Entry> = named.into_iter().collect();
        if roles.len() == count { Ok(Self { scans, roles }) } else { Err(OTHER_ROLES) }
    }
}

/// Makes the history of an account as of one scan.
#[derive(Debug)]
pub struct HistoryBuilder {
    earlier: EarlierHistory,
    history: AccountHistory,
}

impl HistoryBuilder {
    /// Begins the history of the scan with this number, which is greater than those of all scans of
    /// the earlier history.
    #[must_use]
    pub fn new(earlier: EarlierHistory, number: i64) -> Self {
        let scans = earlier.scans.iter().copied().chain([number]).collect();
        Self { earlier, history: AccountHistory { scans, roles: Vec::new(), named: Vec::new() } }
    }

    /// Adds a role of the scan. The roles come in the order of the store.
    pub fn add<S>(&mut self, role_id: &str, last_use: &LastUse<S>, access: AccessPrints) {
        let now = u32::try_from(self.history.scans.len() - 1).unwrap_or(u32::MAX);
        let used = match last_use {
            LastUse::Used { at, .. } => Some(*at),
            LastUse::NoneRecorded | LastUse::NotCollected => None,
        };
        let entry = match self.earlier.roles.remove(role_id) {
            None => Entry {
                first: now,
                used_since: now,
                earlier_use: None,
                access: access.0.map(|print| Part { print, since: now }),
            },
            Some(before) => {
                let known = used.max(before.earlier_use);
                Entry {
                    first: before.first,
                    used_since: if known == before.earlier_use { before.used_since } else { now },
                    earlier_use: known.filter(|_| known != used),
                    access: std::array::from_fn(|at| before.access[at].next(access.0[at], now)),
                }
            }
        };
        self.history.roles.push(entry);
    }

    /// The history. If the scan did not answer every role of the account, the roles of the earlier
    /// history that it lacks stay.
    #[must_use]
    pub fn finish(mut self, is_whole: bool) -> AccountHistory {
        if !is_whole {
            self.history.named.extend(self.earlier.roles);
            self.history.named.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        }
        self.history
    }
}

impl Part {
    /// The part after a scan that found this fingerprint, or 0 if it was not read. A part that is
    /// known for the first time is no change.
    fn next(self, print: u64, now: u32) -> Self {
        match (self.print, print) {
            (_, 0) => self,
            (0, print) => Self { print, since: self.since },
            (before, print) if before == print => self,
            _ => Self { print, since: now },
        }
    }
}
