//! What the table and the summary say of an account: the result in a word, the reason, the remedy.

use jiff::Timestamp;
use rolesweep_assess::AcceptedGap;
use rolesweep_model::{Access, Reason, ReasonKind};
use rolesweep_report::remedies::{Activity, remedy};
use rolesweep_scan::{CheckResult, CheckedAccount, Plan};

use crate::cli::Completion;

/// Why an account would be read with the caller's credentials, which happens only in the caller's
/// own.
pub(super) const AS_CALLER: &str =
    "read with the caller's credentials, because the audit role could not be assumed";

/// What explains the results of a check.
pub(super) struct Explainer<'a> {
    pub(super) plan: &'a Plan,
    /// Accounts that may be missing in a scan.
    pub(super) gaps: &'a [AcceptedGap],
    /// When they have to be in force.
    pub(super) as_of: Timestamp,
    /// What the commands in remedies need.
    pub(super) completion: &'a Completion,
}

/// An account with its result, explained.
pub(super) struct Explained<'a> {
    pub(super) checked: &'a CheckedAccount,
    /// What became of it: `ok`, `slower`, or the coverage that it would have.
    pub(super) result: &'static str,
    /// Why; empty if it is simply `ok`.
    pub(super) reason: String,
    /// The kind of reason.
    pub(super) kind: Option<ReasonKind>,
    /// What to do about it.
    pub(super) remedy: Option<String>,
    /// The reason of the accepted gap for it, if one is in force.
    pub(super) accepted: Option<&'a str>,
}

impl Explainer<'_> {
    pub(super) fn explain<'b>(&'b self, checked: &'b CheckedAccount) -> Explained<'b> {
        let id = checked.account.id;
        let (result, why, as_caller) = match &checked.result {
            CheckResult::Readable { access, fallback } => (
                if fallback.is_some() { "slower" } else { "ok" },
                fallback.as_ref(),
                *access == Access::Caller,
            ),
            CheckResult::NotReadable { coverage, reason } => (coverage.as_str(), Some(reason), false),
        };
        let own = id == self.plan.caller.account_id;
        let coverage = checked.result.coverage();
        let texts = as_caller.then(|| AS_CALLER.to_owned()).into_iter().chain(why.map(Reason::to_string));
        Explained {
            checked,
            result,
            reason: texts.collect::<Vec<_>>().join("; "),
            kind: why.map(|reason| reason.kind),
            remedy: why
                .and_then(|reason| remedy(reason, &self.plan.parameters, own, Activity::Check))
                .map(|remedy| self.completion.complete(&remedy)),
            accepted: self
                .gaps
                .iter()
                .find(|gap| gap.covers(&id, coverage, self.as_of))
                .map(|gap| gap.reason.as_str()),
        }
    }
}
