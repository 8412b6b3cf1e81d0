//! The risk of a role: its privilege, its trust, and what follows from both.

use std::sync::Arc;

use super::confidence::Confidence;
use super::privilege::Privilege;
use super::severity::{Rated, Severity};
use super::trust::Trust;

/// The risk of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// How bad it would be if somebody took the role over.
    pub severity: Severity,
    /// What [`severity`](Self::severity) is at least: less only if that is unknown.
    pub severity_at_least: Severity,
    /// Whether they are one step higher because the role is in the management account.
    pub severity_is_raised: bool,
    /// How sure that is.
    pub confidence: Confidence,
    /// What the role could do.
    pub privilege: Arc<Privilege>,
    /// Who could take it over.
    pub trust: Arc<Trust>,
    /// Whether it has a permissions boundary.
    pub has_boundary: bool,
}

impl Risk {
    /// The risk that follows from what a role could do and who could take it over.
    #[must_use]
    pub fn new(
        privilege: Arc<Privilege>,
        trust: Arc<Trust>,
        has_boundary: bool,
        is_management_account: bool,
    ) -> Self {
        let Rated { severity, at_least, is_raised } = Rated::new(&privilege, &trust, is_management_account);
        Self {
            severity,
            severity_at_least: at_least,
            severity_is_raised: is_raised,
            confidence: privilege.confidence.min(trust.confidence),
            privilege,
            trust,
            has_boundary,
        }
    }
}
