//! Known paths from a few permissions to more rights.

mod among;
mod found;
mod paths;

pub(super) use among::find as find_among;
pub(super) use found::keep_smallest;
pub(super) use paths::asks_account;

use super::ask::Policies;
use super::level::PrivilegeLevel;
use super::rule::{Findings, PrivilegeRule};
use crate::catalogue::{EscalationPath, Target};
use crate::guides::privilege as guides;
use found::add;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "escalate",
    title: "The role can gain more rights",
    level: "escalate if the scan found what the path needs, else escalate-dependent",
    meaning: "Its policies allow all actions of a known path to more rights; the part after the colon names the path.",
    guide: guides::ESCALATE,
};

/// Finds the paths that need nothing, and those that need something that no scan sees.
pub(super) fn find(policies: &Policies<'_>, findings: &mut Findings) {
    for path in paths::within(policies) {
        let (all, level, needs) = match path.path.target {
            Target::OwnRole => {
                (path.each(|asked| policies.on(asked, policies.own)), PrivilegeLevel::Escalate, String::new())
            }
            Target::OwnPolicy => {
                let of_policy = |arn: &&str| path.each(|asked| policies.on(asked, arn));
                let best = policies.attached.iter().map(of_policy).reduce(paths::better);
                (best.unwrap_or_default(), PrivilegeLevel::Escalate, String::new())
            }
            _ if path.asks_account() => continue,
            target => {
                let all = path.each(|asked| policies.anywhere(asked));
                (all, PrivilegeLevel::EscalateDependent, unseen(path.path, target))
            }
        };
        add(findings, path.path, &all, level, &needs);
    }
}

/// What a path needs that no scan sees.
fn unseen(path: &EscalationPath, target: Target) -> String {
    let what = match (path.existing, target) {
        (Some(existing), _) => existing.to_owned(),
        (None, Target::Resource(services)) => {
            let what = services.first().map_or("resource", |service| runs_as_role(service));
            format!("an existing {what} that runs as a role which trusts {}", services.join(" or "))
        }
        (None, Target::PermissionSet) => "the management account or a delegated administrator".to_owned(),
        (None, Target::Group) => "a group with more rights".to_owned(),
        (None, Target::OtherRole) => "a role with more rights that trusts it".to_owned(),
        (None, _) => "a user with more rights".to_owned(),
    };
    format!("; needs {what}: not looked at")
}

/// What runs as a role that trusts a service.
fn runs_as_role(service: &str) -> &'static str {
    match service {
        "bedrock-agentcore.amazonaws.com" => "agent or tool",
        "cloudformation.amazonaws.com" => "stack",
        "codebuild.amazonaws.com" => "project",
        "ec2.amazonaws.com" => "instance",
        "ecs-tasks.amazonaws.com" => "task",
        "glue.amazonaws.com" => "job or endpoint",
        "lambda.amazonaws.com" => "function",
        "sagemaker.amazonaws.com" => "notebook or job",
        "states.amazonaws.com" => "state machine",
        "tasks.apprunner.amazonaws.com" => "service",
        _ => "resource",
    }
}
