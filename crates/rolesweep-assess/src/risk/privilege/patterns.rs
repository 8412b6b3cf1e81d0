//! What the patterns of actions and resources look like, before they are asked.

use std::borrow::Cow;

use rolesweep_policy::{Selection, Statement};

/// Whether a statement names an action or its resources only by a pattern that AWS does not explain.
/// The evaluator then takes the higher reading.
pub(super) fn is_odd(statement: &Statement, action: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    let actions_are_odd = match &statement.actions {
        Selection::Only(patterns) => !patterns.iter().any(|pattern| {
            is_stars(pattern)
                || pattern.split_once(':').is_some_and(|(named, _)| named.eq_ignore_ascii_case(service))
        }),
        Selection::AllBut(_) => false,
    };
    let is_plain = |pattern: &String| {
        is_stars(pattern)
            || pattern.strip_prefix("arn:").is_some_and(|rest| {
                rest.split(':').nth(1).is_none_or(|service| !has_wildcard(service) || is_last(rest))
            })
    };
    let resources_are_odd = match &statement.resources {
        Some(Selection::Only(patterns)) => !patterns.is_empty() && !patterns.iter().any(is_plain),
        _ => false,
    };
    actions_are_odd || resources_are_odd
}

/// Whether the service is an ARN's last part, where a star goes beyond colons.
fn is_last(rest: &str) -> bool {
    rest.split(':').nth(2).is_none()
}

pub(super) fn is_stars(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

/// Whether everybody understands a pattern of actions in the same way: it is only stars, or it has no
/// wildcard in the service.
pub(super) fn is_clear_action(pattern: &str) -> bool {
    is_stars(pattern) || pattern.split_once(':').is_some_and(|(service, _)| !has_wildcard(service))
}

pub(super) fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// The Region that a pattern names.
pub(super) fn region(pattern: &str) -> Option<&str> {
    let region = pattern.strip_prefix("arn:")?.split(':').nth(2)?;
    (!region.is_empty() && !has_wildcard(region) && !region.contains('$')).then_some(region)
}

/// The service in a pattern of ARNs; none if the pattern has a wildcard before its end.
pub(super) fn service(pattern: &str) -> Option<&str> {
    let service = pattern.strip_prefix("arn:")?.split(':').nth(1)?;
    (!has_wildcard(service)).then_some(service)
}

/// A pattern of resources in which the variable for the role's account is replaced by that account. The
/// case of a variable's name does not matter (IAM user guide, `reference_policies_variables`).
pub(super) fn with_account<'p>(pattern: &'p str, account: &str) -> Cow<'p, str> {
    const VARIABLE: &str = "${aws:principalaccount}";
    let lower = pattern.to_ascii_lowercase();
    if !lower.contains(VARIABLE) {
        return Cow::Borrowed(pattern);
    }
    let mut text = String::with_capacity(pattern.len());
    let mut end = 0;
    for (at, found) in lower.match_indices(VARIABLE) {
        text.push_str(&pattern[end..at]);
        text.push_str(account);
        end = at + found.len();
    }
    text.push_str(&pattern[end..]);
    Cow::Owned(text)
}

/// One of the ARNs that a pattern with wildcards in its last part matches: a name takes their place.
/// None if it has no wildcard there, or is about another account.
pub(super) fn filled(pattern: &str, name: &str, account: &str) -> Option<String> {
    let pattern = with_account(pattern, account);
    let (head, last) = pattern.rsplit_once(':')?;
    if !has_wildcard(last) || last.contains("${") {
        return None;
    }
    let last = last.replace('*', name).replace('?', "a");
    let mut parts: Vec<&str> = head.split(':').collect();
    let place = parts.get_mut(4)?;
    if has_wildcard(place) {
        *place = account;
    }
    // Nobody creates a role in another account.
    if *place != account {
        return None;
    }
    Some(format!("{}:{last}", parts.join(":")))
}
