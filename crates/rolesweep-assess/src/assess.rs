//! From a role's facts to its assessment.

use std::collections::HashMap;

use rolesweep_model::{LastUse, Role};
use serde::Serialize;

use crate::exemption::{Exemption, longest_lasting};
use crate::parameters::{Parameters, Place};
use crate::protected::protection;
use crate::reason;
use crate::span::{DAY, TRACKING_WINDOW, seconds_between};
use crate::threshold::Threshold;
use crate::words::{Disposition, Status};

/// How long a role has been idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Idle {
    /// In whole seconds, rounded down.
    pub seconds: i64,
    /// Whether it may be longer: no use is recorded, and the role is older than AWS's tracking window reaches back.
    pub is_minimum: bool,
}

impl Idle {
    /// In days, rounded down.
    #[must_use]
    pub fn days(self) -> i64 {
        self.seconds / DAY
    }
}

/// What a report says of a role beyond its facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// How it stands to its use.
    pub status: Status,
    /// What follows from that.
    pub disposition: Disposition,
    /// Why, in one short line; empty where the disposition is `none`.
    pub disposition_reason: String,
    /// How long it has been idle; `None` where its last use was not collected.
    pub idle: Option<Idle>,
    /// How old it is, in whole seconds, rounded down; 0 where it was created after `as_of`.
    pub age_seconds: i64,
    /// The threshold that applied: for roles without recorded use the one for those, for all others the one for used roles.
    pub threshold: Threshold,
    /// The name of the rule that this threshold is from; [`Assessment::DEFAULT_RULE`] where it is the general one.
    pub threshold_rule: String,
}

impl Assessment {
    /// What stands in the place of a rule's name where the general threshold applied.
    pub const DEFAULT_RULE: &'static str = "default";

    /// How old the role is in days, rounded down.
    #[must_use]
    pub fn age_days(&self) -> i64 {
        self.age_seconds / DAY
    }

    /// Whether the role is a finding.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        self.disposition == Disposition::Flagged
    }
}

/// Assesses one role. For many roles with many exemptions, an [`Assessor`] does the same faster.
#[must_use]
pub fn assess(role: &Role, place: &Place<'_>, parameters: &Parameters) -> Assessment {
    let exemptions = &parameters.exemptions;
    let written = (0..exemptions.len()).filter(|&at| exemptions[at].selects(role));
    judge(role, place, parameters, longest_lasting(exemptions, written))
}

/// Assesses many roles against the same parameters: exemptions are looked up, not searched.
#[derive(Debug)]
pub struct Assessor<'a> {
    parameters: &'a Parameters,
    /// The places of the exemptions, by the role id or the ARN that they name.
    exemptions: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Assessor<'a> {
    /// An assessor for these parameters.
    #[must_use]
    pub fn new(parameters: &'a Parameters) -> Self {
        let mut exemptions: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, exemption) in parameters.exemptions.iter().enumerate() {
            exemptions.entry(exemption.role.as_str()).or_default().push(at);
        }
        Self { parameters, exemptions }
    }

    /// The parameters that it assesses against.
    #[must_use]
    pub fn parameters(&self) -> &'a Parameters {
        self.parameters
    }

    /// Assesses one role.
    #[must_use]
    pub fn assess(&self, role: &Role, place: &Place<'_>) -> Assessment {
        let exemption = longest_lasting(&self.parameters.exemptions, self.exemptions_for(role));
        judge(role, place, self.parameters, exemption)
    }

    /// The places in [`Parameters::exemptions`] of those for this role, in force or not.
    pub(crate) fn exemptions_for(&self, role: &Role) -> impl Iterator<Item = usize> {
        let by = |text: &str| self.exemptions.get(text).into_iter().flatten().copied();
        by(role.role_id.as_str()).chain(by(role.arn.as_str()))
    }
}

/// The assessment, given the longest lasting exemption for the role.
fn judge(
    role: &Role,
    place: &Place<'_>,
    parameters: &Parameters,
    exemption: Option<&Exemption>,
) -> Assessment {
    let age = seconds_between(role.created_at, parameters.as_of);
    let (threshold, threshold_rule) = threshold(role, place, parameters);
    let (status, idle) = status(role, age, threshold, parameters);
    let (disposition, disposition_reason) =
        if let Some(rule) = protection(&role.arn, parameters.audit_role.as_deref()) {
            (Disposition::Protected, rule.reason.to_owned())
        } else {
            match status {
                Status::Active | Status::New => (Disposition::None, String::new()),
                Status::Unknown => (Disposition::Undetermined, reason::UNDETERMINED.to_owned()),
                Status::Inactive | Status::Unused => match exemption {
                    Some(exemption) if exemption.in_force(parameters.as_of) => {
                        (Disposition::Exempt, reason::exempt(exemption))
                    }
                    ended => {
                        let idle = idle.map_or(0, |idle| idle.seconds);
                        let why = match status {
                            Status::Unused => reason::unused(age, threshold),
                            _ => reason::inactive(idle, threshold),
                        };
                        let ended = ended.map(reason::exemption_ended).unwrap_or_default();
                        (Disposition::Flagged, why + &ended)
                    }
                },
            }
        };
    Assessment {
        status,
        disposition,
        disposition_reason,
        idle,
        age_seconds: age,
        threshold,
        threshold_rule: threshold_rule.to_owned(),
    }
}

/// The threshold that applies to a role, and the name of the rule that it is from.
fn threshold<'a>(role: &Role, place: &Place<'_>, parameters: &'a Parameters) -> (Threshold, &'a str) {
    let rule = parameters.rule_for(role, place).map(|at| &parameters.rules[at]);
    let (set, general) = match role.last_use {
        LastUse::NoneRecorded => (rule.and_then(|rule| rule.unused_after), parameters.unused_after),
        LastUse::Used { .. } | LastUse::NotCollected => {
            (rule.and_then(|rule| rule.inactive_after), parameters.inactive_after)
        }
    };
    match (set, rule) {
        (Some(threshold), Some(rule)) => (threshold, &rule.name),
        _ => (general, Assessment::DEFAULT_RULE),
    }
}

/// The status and the idle time.
fn status(role: &Role, age: i64, threshold: Threshold, parameters: &Parameters) -> (Status, Option<Idle>) {
    let limit = threshold.seconds();
    match role.last_use {
        LastUse::NotCollected => (Status::Unknown, None),
        LastUse::Used { at, .. } => {
            let seconds = seconds_between(at, parameters.as_of);
            let status = if seconds > limit { Status::Inactive } else { Status::Active };
            let idle = Idle { seconds, is_minimum: false };
            (status, Some(idle))
        }
        LastUse::NoneRecorded => {
            // The age decides and not the idle time, which stops at the window: with a threshold of exactly the window, a role
            // that is older still is older than its threshold. A threshold of nothing means at once, so at age 0 too.
            let status = if age > limit || limit == 0 { Status::Unused } else { Status::New };
            let idle = Idle { seconds: age.min(TRACKING_WINDOW), is_minimum: age > TRACKING_WINDOW };
            (status, Some(idle))
        }
    }
}
