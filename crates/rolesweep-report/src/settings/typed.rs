//! From the form of settings back to what roles are judged by.

use jiff::Timestamp;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{Exemption, Parameters, RoleMatch, TagMatch, Threshold, ThresholdRule};

use super::form::{AssessEntry, ExemptionEntry, RuleEntry, TagEntry};

impl AssessEntry {
    /// The parameters that decide whether a role is a finding, at this instant. `None` if another
    /// version wrote something that this one does not understand.
    pub(super) fn parameters(&self, as_of: Timestamp) -> Option<Parameters> {
        Some(Parameters {
            inactive_after: threshold(self.inactive_after_seconds)?,
            unused_after: threshold(self.unused_after_seconds)?,
            rules: self.rules.iter().map(RuleEntry::rule).collect::<Option<_>>()?,
            exemptions: self.exemptions.iter().map(ExemptionEntry::exemption).collect::<Option<_>>()?,
            audit_role: self.audit_role.clone(),
            ..Parameters::new(as_of)
        })
    }
}

fn threshold(seconds: i64) -> Option<Threshold> {
    Threshold::from_seconds(seconds).ok()
}

impl RuleEntry {
    fn rule(&self) -> Option<ThresholdRule> {
        let tag = |tag: &TagEntry| TagMatch { key: tag.key.clone(), value: tag.value.clone() };
        let set = |seconds: Option<i64>| match seconds {
            None => Some(None),
            Some(seconds) => threshold(seconds).map(Some),
        };
        Some(ThresholdRule {
            name: self.name.clone(),
            reason: self.reason.clone(),
            accounts: self.accounts.clone(),
            ous: self.ous.clone(),
            paths: self.paths.clone(),
            tags: self.tags.iter().map(tag).collect(),
            role_names: self.role_names.clone(),
            inactive_after: set(self.inactive_after_seconds)?,
            unused_after: set(self.unused_after_seconds)?,
        })
    }
}

impl ExemptionEntry {
    fn exemption(&self) -> Option<Exemption> {
        let trust = |word: &str| TrustLevel::ALL.into_iter().find(|level| level.as_str() == word);
        Some(Exemption {
            id: self.id.clone(),
            roles: RoleMatch {
                role_id: self.role_id.as_deref().map(str::parse).transpose().ok()?,
                role_arn: self.role_arn.as_deref().map(str::parse).transpose().ok()?,
                role_names: self.role_names.clone(),
                paths: self.paths.clone(),
                accounts: self.accounts.clone(),
                ous: self.ous.clone(),
                trust_at_most: match self.trust_at_most.as_deref() {
                    None => None,
                    Some(word) => Some(trust(word)?),
                },
            },
            owner: self.owner.clone(),
            approved_by: self.approved_by.clone(),
            approved_on: self.approved_on,
            ticket: self.ticket.clone(),
            reason: self.reason.clone(),
            expires: self.expires,
        })
    }
}
