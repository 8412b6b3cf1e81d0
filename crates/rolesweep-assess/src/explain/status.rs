//! The arithmetic behind a status.

use rolesweep_model::{Evidence, LastUse, Role};

use super::grounds::Grounds;
use crate::disposition_reason::one_line;
use crate::judge::Assessment;
use crate::parameters::Parameters;
use crate::status::Status;
use crate::time::beside;

/// The facts and the comparison that a role's status follows from, a sentence each.
#[must_use]
pub fn status_lines<S: AsRef<str>>(
    role: &Role<S>,
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
            vec![format!("last used at {at}{region}, {idle} before {as_of}")]
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
