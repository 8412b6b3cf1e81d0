//! The shapes of names that tools give.
//!
//! A name that somebody chose can have such a shape, too. The shapes are chosen so that this is
//! rare, and so that rather a tool's name is missed.

use super::sign::Named;
use crate::family_shapes as suffix;

/// Control Tower's roles in every account (`aws-controltower-…`, with those of its audit account), and
/// those in the management account, which are in `/service-role/`.
pub(super) fn control_tower(role: &Named<'_>) -> bool {
    const EVERYWHERE: [&str; 5] = [
        "AdministratorExecutionRole",
        "ReadOnlyExecutionRole",
        "ForwardSnsNotificationRole",
        "ConfigRecorderRole",
        "CloudWatchLogsRole",
    ];
    const AUDIT: [&str; 2] = ["AuditAdministratorRole", "AuditReadOnlyRole"];
    const MANAGEMENT: [&str; 4] = [
        "AWSControlTowerAdmin",
        "AWSControlTowerStackSetRole",
        "AWSControlTowerCloudTrailRole",
        "AWSControlTowerConfigAggregatorRoleForOrganizations",
    ];
    match role.name.strip_prefix("aws-controltower-") {
        Some(rest) => EVERYWHERE.contains(&rest) || AUDIT.contains(&rest),
        None if role.path == "/service-role/" => MANAGEMENT.contains(&role.name),
        None => role.name == "AWSControlTowerExecution",
    }
}

/// `stacksets-exec-` and 32 hexadecimal digits.
pub(super) fn stack_sets_execution(role: &Named<'_>) -> bool {
    let id = role.name.strip_prefix("stacksets-exec-");
    id.is_some_and(|id| id.len() == 32 && suffix::is_hexadecimal(id))
}

/// A role of a stack that a stack set made. CloudFormation shortens long names, so that the UUID can
/// be cut.
pub(super) fn stack_set_instance(role: &Named<'_>) -> bool {
    let Some((stack, _)) = stack_resource(role.name) else { return false };
    let Some(stack) = stack.strip_prefix("StackSet-") else { return false };
    let mut words = stack.split('-').skip(1);
    words.any(|word| word.len() == 8 && suffix::is_hexadecimal(word) && suffix::has_digit(word))
}

/// `cdk-<qualifier>-<purpose>-role-<account>-<Region>`. Another account's id is not CDK's work.
pub(super) fn cdk_bootstrap(role: &Named<'_>) -> bool {
    const PURPOSES: [&str; 5] = ["deploy", "lookup", "file-publishing", "image-publishing", "cfn-exec"];
    let Some(rest) = role.name.strip_prefix("cdk-") else { return false };
    let Some((start, place)) = rest.split_once("-role-") else { return false };
    let has_purpose = PURPOSES.iter().any(|purpose| {
        start.strip_suffix(purpose).and_then(|start| start.strip_suffix('-')).is_some_and(is_qualifier)
    });
    let region = place.strip_prefix(role.account).and_then(|rest| rest.strip_prefix('-'));
    has_purpose && region.is_some_and(is_region)
}

/// What CDK takes as a qualifier: up to ten letters, digits, `_` and `-`.
fn is_qualifier(text: &str) -> bool {
    (1..=10).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A role of a CDK app: CloudFormation's shape, with a logical id that ends in eight capital
/// hexadecimal digits. Eight letters can be a word.
pub(super) fn cdk_app(role: &Named<'_>) -> bool {
    let Some((_, id)) = stack_resource(role.name) else { return false };
    let Some(hash) = id.len().checked_sub(8).filter(|at| *at > 0).and_then(|at| id.get(at..)) else {
        return false;
    };
    hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')) && suffix::has_digit(hash)
}

/// `<stack>-<logical id>-<suffix>`.
pub(super) fn cloudformation(role: &Named<'_>) -> bool {
    stack_resource(role.name).is_some()
}

/// The stack and the logical id in a name that CloudFormation made up. Both are cut if the name would
/// be too long. A logical id has no hyphen, and a stack begins with a letter.
fn stack_resource(name: &str) -> Option<(&str, &str)> {
    let at = name.rfind('-')? + 1;
    let (before, suffix) = name.split_at(at);
    // In names of one case only, twelve hexadecimal digits are rather the end of a UUID.
    if !suffix.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    suffix::cloudformation(before, suffix)?;
    let (stack, id) = before.strip_suffix('-')?.rsplit_once('-')?;
    let is_stack = stack.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && stack.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_stack && is_id).then_some((stack, id))
}

/// `<service>-<stage>-<Region>-lambdaRole`.
pub(super) fn serverless(role: &Named<'_>) -> bool {
    let Some(place) = role.name.strip_suffix("-lambdaRole") else { return false };
    // A Region has three or four parts, and a service and a stage are before it.
    place.match_indices('-').skip(1).any(|(at, _)| at > 2 && is_region(&place[at + 1..]))
}

/// A role of a stack of eksctl.
pub(super) fn eksctl(role: &Named<'_>) -> bool {
    const IDS: [&str; 4] = ["ServiceRole", "NodeInstanceRole", "Role1", "FargatePodExecutionRole"];
    let stack = role.name.starts_with("eksctl-").then(|| stack_resource(role.name)).flatten();
    stack.is_some_and(|(_, id)| IDS.contains(&id))
}

/// `amplify-<app>-<environment>-<number>-authRole`, or `unauthRole`.
pub(super) fn amplify(role: &Named<'_>) -> bool {
    let Some(rest) = role.name.strip_prefix("amplify-") else { return false };
    let Some((start, kind)) = rest.rsplit_once('-') else { return false };
    let number = start.rsplit_once('-').filter(|(start, _)| start.contains('-')).map(|(_, number)| number);
    matches!(kind, "authRole" | "unauthRole")
        && number.is_some_and(|number| number.len() >= 4 && suffix::is_digits(number))
}

/// What Terraform appends to a prefix: a time to a ten thousandth of a second, and a counter.
pub(super) fn terraform(role: &Named<'_>) -> bool {
    let Some(at) = role.name.len().checked_sub(26).filter(|at| *at > 0) else { return false };
    let Some((time, counter)) = role.name.get(at..at + 18).zip(role.name.get(at + 18..)) else {
        return false;
    };
    suffix::is_digits(time) && suffix::is_hexadecimal(counter) && is_time(&time[..14])
}

/// Whether fourteen digits are a year from 2014 on, a month, a day and a time of day.
fn is_time(digits: &str) -> bool {
    let within = |from: usize, length: usize, least: u16, most: u16| {
        digits[from..from + length].parse::<u16>().is_ok_and(|number| (least..=most).contains(&number))
    };
    within(0, 4, 2014, 2099)
        && within(4, 2, 1, 12)
        && within(6, 2, 1, 31)
        && within(8, 2, 0, 23)
        && within(10, 2, 0, 59)
        && within(12, 2, 0, 60)
}

/// What Pulumi appends: seven hexadecimal digits. A number can be a date or a ticket, letters can be
/// a word, and `ed25519` is a kind of key.
pub(super) fn pulumi(role: &Named<'_>) -> bool {
    let Some(at) = role.name.rfind('-') else { return false };
    let (before, end) = role.name.split_at(at + 1);
    suffix::pulumi(before, end).is_some() && !suffix::is_digits(end) && end != "ed25519"
}

/// `<function>-role-<8 characters>`, where the console of Lambda puts roles.
pub(super) fn lambda_console(role: &Named<'_>) -> bool {
    role.path == "/service-role/" && lambda_console_elsewhere(role)
}

/// The same at any path. A date, and a word with a number such as `prod2024`, are rather somebody's.
pub(super) fn lambda_console_elsewhere(role: &Named<'_>) -> bool {
    let Some(at) = role.name.rfind('-') else { return false };
    let (before, end) = role.name.split_at(at + 1);
    let is_mixed = suffix::has_digit(end.trim_end_matches(|c: char| c.is_ascii_digit()));
    before.len() > "-role-".len() && is_mixed && suffix::lambda_console(before, end).is_some()
}

/// `AmazonSageMaker-ExecutionRole-20210411T123456`, where the console of SageMaker puts roles.
pub(super) fn sagemaker_console(role: &Named<'_>) -> bool {
    const START: &str = "AmazonSageMaker-ExecutionRole-";
    let time = role.name.strip_prefix(START).filter(|_| role.path == "/service-role/");
    time.is_some_and(|time| suffix::timestamp(START, time).is_some())
}

/// Whether a text is the code of a Region and nothing else.
fn is_region(text: &str) -> bool {
    suffix::region("", text) == Some(text.len())
}

#[cfg(test)]
mod tests;
