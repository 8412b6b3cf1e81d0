//! Which roles a role may assume, by its own policies.

use rolesweep_policy::{Resource, Selection};

use super::ask::{Policies, Reply};
use super::asked::Asked;

/// How many patterns are kept. What is beyond them is `*`.
const PATTERNS: usize = 32;

/// The patterns of role ARNs on which policies allow `sts:AssumeRole`.
pub(super) fn patterns(policies: &Policies<'_>, services: u128) -> Vec<Box<str>> {
    let mut patterns: Vec<Box<str>> = Vec::new();
    let Some(asked) = Asked::named("sts:AssumeRole").filter(|asked| asked.service & services != 0) else {
        return patterns;
    };
    for grant in policies.grants(asked) {
        let named: Vec<&str> = match grant.resources {
            Some(Selection::Only(named)) => named.iter().map(String::as_str).collect(),
            Some(Selection::AllBut(_)) => vec!["*"],
            // A document that cannot be read may allow anything, and names nothing.
            None => continue,
        };
        for pattern in named {
            let reply = policies.ask(&asked.question, &Resource::like(pattern), &policies.context);
            if let Reply::Yes(_) = reply
                && !patterns.iter().any(|known| **known == *pattern)
            {
                if patterns.len() == PATTERNS {
                    return vec!["*".into()];
                }
                patterns.push(pattern.into());
            }
        }
    }
    patterns
}
