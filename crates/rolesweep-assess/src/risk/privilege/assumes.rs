//! Which roles a role may assume, by its own policies.

use rolesweep_policy::{Holds, Part, Resource, ResourcePattern, Selection, Verdict};

use super::ask::{Policies, Reply};
use super::asked::Asked;
use super::judgement::{Assumable, Assumes};
use super::patterns::with_account;
use crate::risk::Confidence;

/// How many patterns are kept. If there are more, `*` stands for all of them.
const PATTERNS: usize = 32;

/// How many patterns of denies are kept. If there are more, none is: then the role has more rights
/// than it really has, and not fewer.
const DENIED: usize = 32;

/// The patterns of role ARNs on which policies allow `sts:AssumeRole`, and on which they deny it.
pub(super) fn find(policies: &Policies<'_>) -> Assumes {
    let Some(asked) = Asked::named("sts:AssumeRole") else { return Assumes::default() };
    if is_surely_denied(policies, asked, &Resource::any()) {
        return Assumes { none: true, ..Assumes::default() };
    }
    let denied = denied(policies, asked);
    if !policies.may_allow(asked) {
        return Assumes { denied, ..Assumes::default() };
    }
    let mut allowed: Vec<Assumable> = Vec::new();
    for grant in policies.grants(asked) {
        let named: Vec<&str> = match grant.resources {
            Some(Selection::Only(named)) => named.iter().map(String::as_str).collect(),
            Some(Selection::AllBut(_)) => vec!["*"],
            // A document that cannot be read may allow anything, and names nothing.
            None => continue,
        };
        for pattern in named.into_iter().map(|pattern| with_account(pattern, policies.place.account)) {
            let reply = policies.ask(&asked.question, &Resource::like(&pattern), policies.contexts_of(asked));
            let Reply::Yes(held) = reply else { continue };
            match allowed.iter_mut().find(|known| *known.pattern == *pattern) {
                Some(known) => known.confidence = known.confidence.max(held.confidence),
                None => allowed.push(Assumable { pattern: pattern.into(), confidence: held.confidence }),
            }
        }
    }
    if allowed.len() > PATTERNS {
        allowed = vec![Assumable { pattern: "*".into(), confidence: Confidence::Low }];
    }
    Assumes { allowed, denied, none: false }
}

/// The patterns of role ARNs on which policies deny it whatever the request is.
fn denied(policies: &Policies<'_>, asked: &Asked) -> Vec<Box<str>> {
    let role = Resource::like("arn:*:iam::*:role/*");
    let mut denied: Vec<Box<str>> = Vec::new();
    for pattern in policies.set.denied(&asked.question) {
        let pattern = with_account(pattern, policies.place.account);
        let is_new = !denied.iter().any(|known| **known == *pattern);
        if is_new && ResourcePattern::new(&pattern).matches(&role) != Holds::No {
            if denied.len() == DENIED {
                return Vec::new();
            }
            denied.push(pattern.into());
        }
    }
    denied.retain(|pattern| is_surely_denied(policies, asked, &Resource::like(pattern)));
    denied
}

/// Whether a statement denies it, or the boundary does not allow it.
fn is_surely_denied(policies: &Policies<'_>, asked: &Asked, resource: &Resource) -> bool {
    let answer = policies.set.answer(&asked.question, resource, &policies.context);
    let is_denied = |part: Part<'_>| part.at_most == Verdict::Denied;
    (is_denied(answer.identity) && answer.identity.deny.is_some()) || answer.boundary.is_some_and(is_denied)
}
