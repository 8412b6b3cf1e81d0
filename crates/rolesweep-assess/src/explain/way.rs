//! What would take a role off the list, or put it on.

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::{LastUse, Role};

use super::grounds::Grounds;
use crate::disposition::Disposition;
use crate::judge::Assessment;
use crate::parameters::Parameters;
use crate::status::Status;
use crate::time::{DAY, TRACKING_WINDOW, until};

/// Something that would change the disposition of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What, in one sentence.
    pub text: String,
    /// What to paste, if there is something: lines of the configuration.
    pub lines: Option<String>,
}

impl Way {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), lines: None }
    }
}

/// What would take a role off the list of findings. For a role that is not on it: why not, and when
/// it comes onto it.
#[must_use]
pub fn ways_off<S: AsRef<str>>(
    role: &Role<S>,
    assessment: &Assessment,
    grounds: &Grounds<'_>,
    parameters: &Parameters,
) -> Vec<Way> {
    match assessment.disposition {
        Disposition::Flagged => flagged(role, assessment, parameters),
        Disposition::Undetermined => vec![Way::new(
            "the audit role gets its current policy in this account, and the next scan reads when the role was last used",
        )],
        Disposition::Protected => vec![Way::new("It is not a finding: it is protected, whatever its use.")],
        Disposition::Exempt => vec![Way::new(format!(
            "It is not a finding {}, while its exemption holds.",
            grounds.exemption.map_or_else(String::new, |exemption| until(exemption.expires)),
        ))],
        Disposition::None => vec![Way::new(match not_flagged_until(role, assessment) {
            Some(at) => format!("It is not a finding. Without another use it becomes one after {at}."),
            None => "It is not a finding.".to_owned(),
        })],
    }
}

fn flagged<S: AsRef<str>>(role: &Role<S>, assessment: &Assessment, parameters: &Parameters) -> Vec<Way> {
    let used = Way::new("somebody assumes it, and the next scan reads that");
    let exempted = Way {
        text: "somebody accepts it in writing, in the configuration:".to_owned(),
        lines: Some(exemption(role, parameters.as_of)),
    };
    let deleted = Way::new("it is deleted, and the next scan no longer finds it");
    // The remedy is first, and what only happens is last.
    [deleted, exempted].into_iter().chain(higher_threshold(assessment)).chain([used]).collect()
}

/// The threshold that would do, if there is one: thresholds end at AWS's tracking window.
fn higher_threshold(assessment: &Assessment) -> Option<Way> {
    let (seconds, key) = match assessment.status {
        Status::Unused => (assessment.age_seconds, "unused_after"),
        _ => (assessment.idle.map_or(0, |idle| idle.seconds), "inactive_after"),
    };
    // It has to be at least as long, and is written in whole days.
    let days = seconds / DAY + i64::from(seconds % DAY > 0);
    (days <= TRACKING_WINDOW / DAY).then(|| {
        Way::new(format!(
            "its threshold (`{key}`) is at least {days} days, by a [[threshold]] rule or for all roles"
        ))
    })
}

/// What stands for an owner, an approver, the day of the approval and a reason in an exemption to
/// fill in.
pub const PLACEHOLDERS: [&str; 4] =
    ["WHO ANSWERS FOR IT", "SOMEBODY ELSE", "THE DAY OF THE APPROVAL", "WHY IT HAS TO STAY"];

/// An exemption to fill in.
fn exemption<S: AsRef<str>>(role: &Role<S>, as_of: Timestamp) -> String {
    let end = as_of.checked_add(SignedDuration::from_hours(24 * 90)).unwrap_or(as_of);
    let [owner, approver, day, reason] = PLACEHOLDERS;
    format!(
        "[[exemption]]\nrole_id = \"{}\"\nowner = \"{owner}\"\napproved_by = \"{approver}\"\napproved_on = \"{day}\"\nreason = \"{reason}\"\nexpires = {}",
        role.role_id,
        end.strftime("%Y-%m-%d")
    )
}

/// The last instant at which an active or new role is not yet a finding.
fn not_flagged_until<S>(role: &Role<S>, assessment: &Assessment) -> Option<Timestamp> {
    let from = match &role.last_use {
        LastUse::Used { at, .. } => *at,
        LastUse::NoneRecorded => role.created_at,
        LastUse::NotCollected => return None,
    };
    from.checked_add(SignedDuration::from_secs(assessment.threshold.seconds())).ok()
}
