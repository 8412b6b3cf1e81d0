//! The arithmetic behind a status.

use rolesweep_model::{AccessPart, Evidence, LastUse, Role, RoleHistory};

use rolesweep_model::text::count;

use super::grounds::Grounds;
use crate::disposition_reason::one_line;
use crate::history::{LastUseSource, scans_idle};
use crate::judge::Assessment;
use crate::parameters::Parameters;
use crate::status::Status;
use crate::time::beside;

/// The facts and the comparison that a role's status follows from, a sentence each.
#[must_use]
pub fn status_lines<S: AsRef<str>>(
    role: &Role<S>,
    source: Option<LastUseSource>,
    assessment: &Assessment,
    grounds: &Grounds<'_>,
    parameters: &Parameters,
) -> Vec<String> {
    let as_of = parameters.as_of;
    let limit = assessment.threshold.seconds();
    let age = beside(assessment.age_seconds, limit);
    let created = format!("created at {}, {age} before {as_of}", role.created_at);
    let mut lines = match &role.last_use {
        LastUse::Used { at, region } => {
            let region = region.as_ref().map(|region| format!(" in {}", region.as_ref())).unwrap_or_default();
            let idle = beside(assessment.idle.map_or(0, |idle| idle.seconds), limit);
            let used = format!("last used at {at}{region}, {idle} before {as_of}");
            match source {
                Some(LastUseSource::History) => {
                    vec![format!("{used}: an earlier scan saw that, and AWS has no later use on record now")]
                }
                _ => vec![used],
            }
        }
        LastUse::NoneRecorded => {
            vec!["AWS has no use on record in its tracking period of 400 days".to_owned(), created]
        }
        LastUse::NotCollected => {
            return vec![
                format!("AWS did not say when it was last used: {}", why_not_collected(role.evidence)),
                created,
            ];
        }
    };
    lines.push(comparison(assessment));
    lines.push(threshold(assessment, grounds));
    lines
}

/// What the scans up to this one know of the role together, a sentence each.
#[must_use]
pub fn history_lines<S>(role: &Role<S>, assessment: &Assessment, history: &RoleHistory<'_>) -> Vec<String> {
    let mut lines = vec![format!("first seen by the scan of {}", history.first_seen())];
    let same = format!("its last use is the same since the scan of {}", history.last_use_since());
    lines.push(match (&role.last_use, history.earlier_use()) {
        (LastUse::NotCollected, Some(at)) => format!("an earlier scan saw that it was used at {at}"),
        _ => same,
    });
    if let Some(scans) = scans_idle(role, assessment, history) {
        lines.push(format!("idle in {} in a row, this one included", count(scans, "scan")));
    }
    for part in AccessPart::ALL {
        let at = history.access_since(part);
        let verb = if part == AccessPart::Policies { "are" } else { "is" };
        lines.push(match at == history.first_seen() {
            true => format!("its {part} {verb} unchanged since the scan of {at}"),
            false => format!("the scan of {at} saw that its {part} had changed"),
        });
    }
    lines
}

fn why_not_collected(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::ListRoles => "only iam:ListRoles was allowed, which does not have it",
        Evidence::AuthorizationDetails | Evidence::GetRole => "its answers for this role lacked it",
    }
}

fn comparison(assessment: &Assessment) -> String {
    let limit = assessment.threshold.seconds();
    let idle = assessment.idle.map_or(0, |idle| idle.seconds);
    match assessment.status {
        Status::Inactive => {
            format!("{} is more than the threshold of {}", beside(idle, limit), beside(limit, limit))
        }
        Status::Active => {
            format!("{} is not more than the threshold of {}", beside(idle, limit), beside(limit, limit))
        }
        Status::Unused if limit == 0 => {
            "the threshold of 0 counts a role without a recorded use at once".to_owned()
        }
        Status::Unused => {
            format!(
                "its age of {} is more than the threshold of {}",
                beside(assessment.age_seconds, limit),
                beside(limit, limit)
            )
        }
        Status::New | Status::Unknown => format!(
            "its age of {} is not more than the threshold of {}",
            beside(assessment.age_seconds, limit),
            beside(limit, limit)
        ),
    }
}

/// Where the threshold comes from.
fn threshold(assessment: &Assessment, grounds: &Grounds<'_>) -> String {
    let Some(rule) = grounds.threshold_rule else {
        return "the threshold is the general one: no rule matches".to_owned();
    };
    let name = one_line(&rule.name);
    if assessment.threshold_rule == rule.name {
        format!(
            "the threshold comes from the rule `{name}`, the first that matches: {}",
            one_line(&rule.reason)
        )
    } else {
        let kind = match assessment.status {
            Status::Unused | Status::New => "roles without a recorded use",
            _ => "roles that were used",
        };
        format!("the threshold is the general one: the rule `{name}` matches first, and sets none for {kind}")
    }
}
