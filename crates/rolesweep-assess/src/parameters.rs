//! What facts are assessed against.

use jiff::Timestamp;
use serde::Serialize;

use crate::exemption::Exemption;
use crate::known_account::KnownAccount;
use crate::ownership::OwnerRules;
use crate::threshold::Threshold;
use crate::threshold_rule::ThresholdRule;

/// How to assess: free to change for every report on the same facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameters {
    /// The instant of the assessment. What was used or created after it counts as just then.
    pub as_of: Timestamp,
    /// How long a used role may be idle, unless a rule says otherwise.
    pub inactive_after: Threshold,
    /// How old a role without recorded use may be, unless a rule says otherwise. At 0 such a role
    /// counts at once.
    pub unused_after: Threshold,
    /// Other thresholds for some roles: the first rule that matches a role decides.
    pub rules: Vec<ThresholdRule>,
    /// The written exemptions.
    pub exemptions: Vec<Exemption>,
    /// Accounts outside the organization that somebody knows.
    pub known_accounts: Vec<KnownAccount>,
    /// How the owner of a role is found.
    pub owners: OwnerRules,
    /// The audit role's path and name without the leading `/`, as in
    /// `CollectParameters::role_name`. The role with exactly this path and name is protected in
    /// every account.
    pub audit_role: Option<String>,
}

impl Parameters {
    /// The default thresholds for every role: no rules, no exemptions, no known accounts, the
    /// default tags of owners, and no audit role.
    #[must_use]
    pub fn new(as_of: Timestamp) -> Self {
        Self {
            as_of,
            inactive_after: Threshold::DEFAULT,
            unused_after: Threshold::DEFAULT,
            rules: Vec::new(),
            exemptions: Vec::new(),
            known_accounts: Vec::new(),
            owners: OwnerRules::default(),
            audit_role: None,
        }
    }
}
