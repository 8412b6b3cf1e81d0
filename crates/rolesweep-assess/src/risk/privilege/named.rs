//! Questions about the resources that statements name.

use hashbrown::HashMap;
use rolesweep_policy::{Action as Question, Context, Grant, Resource, Selection};

use super::ask::{Policies, Reply};

/// How many patterns are asked about one by one for an action. A statement may name thousands.
pub(super) const PATTERNS: usize = 64;

/// Questions about one action on the resources that statements name. Each pattern is asked about once.
#[derive(Debug)]
pub(super) struct Named<'p, 'a> {
    policies: &'p Policies<'a>,
    question: &'p Question,
    contexts: &'p [Context],
    /// The reply about all resources together.
    any: Reply<'a>,
    replies: HashMap<&'p str, Reply<'a>>,
    limit: usize,
}

impl<'p, 'a> Named<'p, 'a> {
    /// Beyond the limit of patterns, the reply about all resources together counts.
    pub(super) fn new(
        policies: &'p Policies<'a>,
        question: &'p Question,
        contexts: &'p [Context],
        limit: usize,
    ) -> Self {
        let any = policies.ask(question, &Resource::any(), contexts);
        Self { policies, question, contexts, any, replies: HashMap::new(), limit }
    }

    /// Whether the action is allowed on anything that a statement names, and the first pattern of it.
    pub(super) fn of(
        &mut self,
        grant: &Grant<'p>,
        is_meant: impl Fn(&str) -> bool,
    ) -> (Reply<'a>, Option<&'p str>) {
        let patterns = match grant.resources {
            Some(Selection::Only(patterns)) if !self.any.is_no() => patterns.as_slice(),
            _ => return (self.any, None),
        };
        let mut best = (Reply::No, None);
        for pattern in patterns.iter().filter(|pattern| is_meant(pattern)) {
            let reply = self.on(pattern);
            if reply.rank() > best.0.rank() {
                best = (reply, Some(pattern.as_str()));
            }
            if reply.is_sure() {
                break;
            }
        }
        best
    }

    /// How many patterns were asked about.
    pub(super) fn asked(&self) -> usize {
        self.replies.len()
    }

    fn on(&mut self, pattern: &'p str) -> Reply<'a> {
        if let Some(known) = self.replies.get(pattern) {
            return *known;
        }
        if self.replies.len() >= self.limit {
            return self.any;
        }
        let reply = self.policies.ask(self.question, &Resource::like(pattern), self.contexts);
        self.replies.insert(pattern, reply);
        reply
    }
}
