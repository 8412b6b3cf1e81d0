//! The accounts with the most findings.

use rolesweep_assess::Longest;

use crate::assessed::AssessedAccount;
use crate::sink::Sink;

const SHOWN: usize = 5;

/// An account with many findings.
#[derive(Debug)]
pub struct AccountFindings {
    /// How many of its roles are flagged.
    pub flagged: u64,
    /// How many roles it has.
    pub roles: u64,
    /// The name that people know the account by.
    pub account: String,
    /// The names of the OUs above it; empty if AWS did not say where it is.
    pub ou_path: String,
}

pub(crate) struct MostFindings(Longest<u64, AccountFindings>);

impl Default for MostFindings {
    fn default() -> Self {
        Self(Longest::new(SHOWN))
    }
}

impl Sink for MostFindings {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        let (facts, flagged) = (account.facts, account.totals.findings());
        if flagged > 0 {
            self.0.offer(flagged, facts.account.id.as_str(), || AccountFindings {
                flagged,
                roles: account.totals.roles(),
                account: facts.display_name(),
                ou_path: facts.ou_path.clone().unwrap_or_default(),
            });
        }
    }

    fn join(&mut self, next: Self) {
        self.0.merge(next.0);
    }
}

impl MostFindings {
    /// The accounts, the one with the most findings first.
    pub(crate) fn into_items(self) -> Vec<AccountFindings> {
        self.0.into_items()
    }
}
