//! How many accounts are called at a time.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rolesweep_model::AccountId;

/// Which accounts are called, by how many calls each, and the most accounts that were called at a
/// time.
#[derive(Debug, Default)]
pub(crate) struct ConcurrentCalls(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    calls: BTreeMap<AccountId, usize>,
    most: usize,
}

impl ConcurrentCalls {
    /// The most accounts that were called at a time.
    pub(crate) fn most(&self) -> usize {
        self.0.lock().unwrap().most
    }

    /// Counts a call to an account until the guard is dropped.
    pub(crate) fn begin(&self, account: Option<AccountId>) -> CallGuard<'_> {
        if let Some(account) = account {
            let mut counts = self.0.lock().unwrap();
            *counts.calls.entry(account).or_default() += 1;
            counts.most = counts.most.max(counts.calls.len());
        }
        CallGuard(self, account)
    }
}

/// A call that is under way.
pub(crate) struct CallGuard<'a>(&'a ConcurrentCalls, Option<AccountId>);

impl Drop for CallGuard<'_> {
    fn drop(&mut self) {
        let Some(account) = self.1 else { return };
        let mut counts = self.0.0.lock().unwrap();
        let calls = counts.calls.get_mut(&account).unwrap();
        *calls -= 1;
        if *calls == 0 {
            counts.calls.remove(&account);
        }
    }
}
