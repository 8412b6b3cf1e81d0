//! The judgement on a role's trust policy.

use super::external::ExternalAccount;
use super::level::TrustLevel;
use crate::risk::confidence::Confidence;

/// Who could take a role over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The widest that the policy certainly lets in.
    pub level: TrustLevel,
    /// The widest that it may let in. It is above [`level`](Self::level) only if something is not
    /// understood.
    pub at_most: TrustLevel,
    /// The codes of the rules that apply, the worst first.
    pub codes: Vec<&'static str>,
    /// Why, one line each, the worst first. It never has the value of an external id.
    pub evidence: Vec<String>,
    /// The accounts outside the organization that the policy lets in, each once, by id.
    pub external_accounts: Vec<ExternalAccount>,
    /// Whether an account outside is let in without an external id.
    pub outside_without_external_id: bool,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Trust {
    /// Whether the policy lets in more than what is certain, perhaps.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.at_most > self.level
    }

    /// The word for files: the level, or `unknown`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        if self.is_unknown() { "unknown" } else { self.level.as_str() }
    }
}
