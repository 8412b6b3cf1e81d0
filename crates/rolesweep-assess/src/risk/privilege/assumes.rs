//! Which roles a role may assume, by its own policies.

use rolesweep_policy::{Resource, Selection, Verdict};

use super::ask::{Policies, Reply};
use super::asked::Asked;
use super::judgement::Assumable;
use crate::risk::Confidence;

/// How many patterns are kept. If there are more, `*` stands for all of them.
const PATTERNS: usize = 32;

/// Which roles a role may assume.
#[derive(Debug, Clone, Default)]
pub(super) struct Assumes {
    pub(super) patterns: Vec<Assumable>,
    /// Not even roles that name it.
    pub(super) none: bool,
}

/// The patterns of role ARNs on which policies allow `sts:AssumeRole`.
pub(super) fn find(policies: &Policies<'_>) -> Assumes {
    let Some(asked) = Asked::named("sts:AssumeRole") else { return Assumes::default() };
    let any = policies.set.answer(&asked.question, &Resource::any(), &policies.context);
    let is_denied = any.identity.at_most == Verdict::Denied && any.identity.deny.is_some();
    let is_beyond = any.boundary.is_some_and(|part| part.at_most == Verdict::Denied);
    if is_denied || is_beyond {
        return Assumes { none: true, patterns: Vec::new() };
    }
    let mut patterns: Vec<Assumable> = Vec::new();
    if !policies.may_allow(asked) {
        return Assumes::default();
    }
    for grant in policies.grants(asked) {
        let named: Vec<&str> = match grant.resources {
            Some(Selection::Only(named)) => named.iter().map(String::as_str).collect(),
            Some(Selection::AllBut(_)) => vec!["*"],
            // A document that cannot be read may allow anything, and names nothing.
            None => continue,
        };
        for pattern in named {
            let reply = policies.ask(&asked.question, &Resource::like(pattern), policies.contexts_of(asked));
            let Reply::Yes(held) = reply else { continue };
            match patterns.iter_mut().find(|known| *known.pattern == *pattern) {
                Some(known) => known.confidence = known.confidence.max(held.confidence),
                None => patterns.push(Assumable { pattern: pattern.into(), confidence: held.confidence }),
            }
        }
    }
    if patterns.len() > PATTERNS {
        patterns = vec![Assumable { pattern: "*".into(), confidence: Confidence::Low }];
    }
    Assumes { patterns, none: false }
}
