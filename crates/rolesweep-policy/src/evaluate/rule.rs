//! Statements, ready to evaluate.

use super::action::{Action, Actions};
use super::arn::{ArnPattern, Place};
use super::condition::Condition;
use super::context::Context;
use super::holds::Holds;
use super::resource::Resource;
use crate::document::Version;
use crate::statement::{Effect, Selection, Statement};

/// A statement, ready to evaluate.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its place in the document.
    pub(crate) index: usize,
    actions: Actions,
    /// Whether an action that it names only by an unclear pattern counts as named.
    takes_the_higher_reading: bool,
    resources: Resources,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
struct Resources {
    negated: bool,
    /// Whether what it names is taken away: `Resource` of a deny, and `NotResource` of an allow.
    takes_away: bool,
    patterns: Vec<ArnPattern>,
}

/// Whether a statement applies to a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applies {
    pub(crate) holds: Holds,
    /// Whether it depends on the resource, and not only on condition keys.
    pub(crate) on_resource: bool,
    /// Whether it depends on condition keys.
    pub(crate) on_context: bool,
}

impl Applies {
    pub(crate) const fn plainly(holds: Holds) -> Self {
        Self { holds, on_resource: false, on_context: false }
    }
}

impl Rule {
    pub(crate) fn new(index: usize, statement: &Statement, version: Version) -> Self {
        let (negated, patterns) = match &statement.resources {
            Some(Selection::Only(patterns)) => (false, patterns.as_slice()),
            Some(Selection::AllBut(patterns)) => (true, patterns.as_slice()),
            None => (false, [].as_slice()),
        };
        let allows = statement.effect == Effect::Allow;
        let place = if allows && !negated { Place::Allow } else { Place::Statement };
        let mut patterns: Vec<ArnPattern> =
            patterns.iter().map(|pattern| ArnPattern::new(pattern, version, place)).collect();
        // IAM attaches no policy whose statements lack a resource or name a principal.
        if statement.resources.is_none() || statement.principals.is_some() {
            patterns.push(ArnPattern::unclear());
        }
        Self {
            index,
            actions: Actions::new(&statement.actions),
            takes_the_higher_reading: allows && matches!(statement.actions, Selection::Only(_)),
            resources: Resources { negated, takes_away: allows == negated, patterns },
            conditions: Condition::all(statement, version),
        }
    }

    /// Whether it is about an action. What an allow could mean, it means: nobody gets out of sight
    /// by writing something odd.
    pub(crate) fn is_about(&self, action: &Action) -> Holds {
        match self.actions.include(action) {
            Holds::Unclear if self.takes_the_higher_reading => Holds::Yes,
            holds => holds,
        }
    }

    pub(crate) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Whether it applies to an action and a resource, apart from its conditions.
    pub(crate) fn applies_to(&self, action: &Action, resource: &Resource, context: &Context) -> Holds {
        Holds::all([self.is_about(action), self.resources.include(resource, context)])
    }

    /// Whether its conditions hold.
    pub(crate) fn conditions_hold(&self, context: &Context) -> Holds {
        Holds::all(self.conditions.iter().map(|condition| condition.holds(context)))
    }

    /// Whether it applies to a request.
    pub(crate) fn applies(&self, action: &Action, resource: &Resource, context: &Context) -> Applies {
        let action = self.is_about(action);
        if action == Holds::No {
            return Applies::plainly(Holds::No);
        }
        let resource = self.resources.include(resource, context);
        if resource == Holds::No {
            return Applies::plainly(Holds::No);
        }
        let conditions = self.conditions_hold(context);
        Applies {
            holds: Holds::all([action, resource, conditions]),
            on_resource: resource == Holds::Depends,
            on_context: conditions == Holds::Depends,
        }
    }
}

impl Resources {
    fn include(&self, resource: &Resource, context: &Context) -> Holds {
        let resource = if self.takes_away { resource.kind() } else { resource };
        let matched = |pattern: &ArnPattern| pattern.matches(resource, context, self.negated);
        Holds::any(self.patterns.iter().map(matched)).negated_if(self.negated)
    }
}
