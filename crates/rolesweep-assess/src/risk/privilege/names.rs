//! How evidence names policies, statements, conditions and resources.

use rolesweep_model::text::{count, first_few, one_line};
use rolesweep_policy::Ground;

use super::ask::Held;

/// The longest evidence, in characters.
const EVIDENCE: usize = 500;

/// The longest name of a policy, statement or resource in it.
const NAME: usize = 120;

/// How evidence names policies that were not collected.
pub(super) const ITS_POLICIES: &str = "its policies";
pub(super) const ITS_INLINE_POLICIES: &str = "its inline policies";
pub(super) const ITS_ATTACHED_POLICIES: &str = "its attached policies";

/// How a managed policy is named, by its ARN.
pub(super) fn managed(arn: &str) -> String {
    if is_of_aws(arn) {
        format!("AWS-managed policy {}", short(last(arn)))
    } else {
        format!("policy \"{}\"", short(last(arn)))
    }
}

/// The name in an ARN, without its path.
pub(super) fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// How an inline policy is named.
pub(super) fn inline(name: &str) -> String {
    format!("inline policy \"{}\"", short(name))
}

/// How a boundary is named, by its policy's ARN.
pub(super) fn boundary(arn: &str) -> String {
    match arn {
        "" => "the permissions boundary".to_owned(),
        arn => format!("boundary \"{}\"", short(last(arn))),
    }
}

/// Whether AWS manages the policy of this ARN.
pub(super) fn is_of_aws(arn: &str) -> bool {
    arn.split_once("::").is_some_and(|(_, account)| account.starts_with("aws:"))
}

/// A text in one line, cut if it is long.
pub(super) fn short(text: &str) -> String {
    cut(&one_line(text), NAME)
}

/// Evidence in one line.
pub(super) fn evidence(text: &str) -> String {
    cut(text, EVIDENCE)
}

fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some(_) => text.chars().take(length - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A statement: `inline policy "deploy", statement 2 "AllowIam"`.
pub(super) fn ground(ground: &Ground<'_>) -> String {
    let Some((index, statement)) = ground.statement else { return ground.policy.to_owned() };
    let mut text = format!("{}, statement {}", ground.policy, index + 1);
    if let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty()) {
        text.push_str(&format!(" \"{}\"", short(sid)));
    }
    text
}

/// Why something is allowed, in brackets: the statement, and what limits it.
pub(super) fn because(held: &Held<'_>) -> String {
    format!(" ({}){}", ground(&held.by), limits(held))
}

/// The same for several actions: each statement once.
pub(super) fn because_of(all: &[Held<'_>]) -> String {
    let mut grounds: Vec<String> = Vec::new();
    for held in all {
        let ground = ground(&held.by);
        if !grounds.contains(&ground) {
            grounds.push(ground);
        }
    }
    let limited = all.iter().map(limits).find(|limits| !limits.is_empty()).unwrap_or_default();
    format!(" ({}){limited}", first_few(&grounds, 3, grounds.len()))
}

/// What limits a permission: the keys of the conditions that are not known to hold.
fn limits(held: &Held<'_>) -> String {
    let mut text = String::new();
    let keys = |ground: &Ground<'_>| match ground.statement {
        Some((_, statement)) => {
            let keys = statement.condition_keys();
            let shown: Vec<String> = keys.iter().map(|key| short(key)).collect();
            first_few(&shown, 3, shown.len())
        }
        None => String::new(),
    };
    let conditions = keys(&held.by);
    if held.confidence < crate::risk::Confidence::High && !conditions.is_empty() && held.unclear.is_none() {
        text.push_str(&format!(", only if {conditions}"));
    }
    if let Some(deny) = &held.unless {
        text.push_str(&format!(", unless denied by {}", ground(deny)));
        let conditions = keys(deny);
        if !conditions.is_empty() {
            text.push_str(&format!(" (by {conditions})"));
        }
    }
    if let Some(unclear) = &held.unclear {
        let what = match unclear.policy {
            ITS_POLICIES | ITS_INLINE_POLICIES | ITS_ATTACHED_POLICIES => {
                format!("{} deny it, which were not read", unclear.policy)
            }
            _ => format!("{} denies it, which is not understood", ground(unclear)),
        };
        text.push_str(&format!(", unless {what}"));
    }
    text
}

/// `1 action`, `13 more`
pub(super) fn actions(names: &[String], shown: usize) -> String {
    match names.len() {
        0 => count(0, "action"),
        total => first_few(names, shown, total),
    }
}

/// What is not understood: a statement or a document.
pub(super) fn unclear(ground: Option<&Ground<'_>>) -> String {
    match ground {
        Some(this) if this.statement.is_none() => match this.policy {
            ITS_POLICIES => {
                let why = "the role was read with iam:ListRoles or iam:GetRole, which do not return them";
                format!("{ITS_POLICIES} were not read: {why}")
            }
            ITS_INLINE_POLICIES | ITS_ATTACHED_POLICIES => format!("{} were not read", this.policy),
            policy => format!("{policy} could not be read"),
        },
        Some(this) => format!("{} is not understood", self::ground(this)),
        None => "a statement is not understood".to_owned(),
    }
}

/// ` on RESOURCE`, if a statement names one.
pub(super) fn on(resource: Option<&str>) -> String {
    resource.map(|resource| format!(" on {}", short(resource))).unwrap_or_default()
}
