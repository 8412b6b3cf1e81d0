//! Accounts for which nobody can say whether threshold rules and exemptions by OU apply.

use rolesweep_model::text::count;

use crate::assessed::AssessedAccount;
use crate::sink::Sink;

#[derive(Debug, Default)]
pub(crate) struct Unjudged(u64);

impl Sink for Unjudged {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        self.0 += u64::from(account.is_unjudged);
    }

    fn join(&mut self, next: Self) {
        self.0 += next.0;
    }
}

impl Unjudged {
    pub(crate) fn any(&self) -> bool {
        self.0 > 0
    }

    /// What that means; `None` if there are no such accounts.
    pub(crate) fn note(&self) -> Option<String> {
        self.any().then(|| {
            format!(
                "threshold rules and exemptions that name OUs could not be applied to {}, whose place in the organization, or the names of the OUs there, are not \
                 known: allow the caller to read the OUs, or name accounts in them",
                count(self.0, "account")
            )
        })
    }
}
