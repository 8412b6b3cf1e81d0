//! Sets of policies, and the questions that they answer.

use std::sync::Arc;

use super::action::Action;
use super::answer::{Answer, Ground, Part, Verdict};
use super::context::Context;
use super::holds::Holds;
use super::resource::Resource;
use super::rule::{Applies, Rule};
use super::together::{Candidate, Tally, bounds};
use crate::document::Policy;
use crate::statement::{Effect, Selection, Statement};

/// A policy document, ready to evaluate. Several sets can share it.
#[derive(Debug)]
pub struct CompiledPolicy {
    /// None if it could not be read: then it may allow and deny anything.
    content: Option<Content>,
}

#[derive(Debug)]
struct Content {
    policy: Policy,
    allows: Vec<Rule>,
    denies: Vec<Rule>,
}

impl CompiledPolicy {
    /// Prepares a document.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        let (mut allows, mut denies) = (Vec::new(), Vec::new());
        for (index, statement) in policy.statements.iter().enumerate() {
            let rules = match statement.effect {
                Effect::Allow => &mut allows,
                Effect::Deny => &mut denies,
            };
            rules.push(Rule::new(index, statement, policy.version));
        }
        Self { content: Some(Content { policy, allows, denies }) }
    }

    /// A document that is missing, or is not a policy. It may say anything, so every answer that
    /// needs it is unknown.
    #[must_use]
    pub const fn unread() -> Self {
        Self { content: None }
    }

    /// Reads and prepares a document. One that does not parse is unread.
    #[must_use]
    pub fn parse(json: &str) -> Self {
        Policy::parse(json).map_or(Self::unread(), Self::new)
    }
}

/// The policies that decide what a role may do, as far as policies of its own decide it.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    policies: Vec<Named>,
    boundary: Option<Named>,
}

#[derive(Debug, Clone)]
struct Named {
    name: Arc<str>,
    policy: Arc<CompiledPolicy>,
}

/// A statement that allows an action on some resources.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The statement.
    pub ground: Ground<'a>,
    /// Its resources, as they are written. There are none if the document could not be read.
    pub resources: Option<&'a Selection<String>>,
    /// Whether its conditions hold: `Allowed` if they do, or if it has none.
    pub under_conditions: Verdict,
}

impl PolicySet {
    /// A set without policies, which allows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with an inline or managed policy. The name is for the answers.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, policy: Arc<CompiledPolicy>) -> Self {
        self.policies.push(Named { name: name.into(), policy });
        self
    }

    /// The same, with a permissions boundary.
    #[must_use]
    pub fn bounded_by(mut self, name: impl Into<Arc<str>>, policy: Arc<CompiledPolicy>) -> Self {
        self.boundary = Some(Named { name: name.into(), policy });
        self
    }

    /// Whether the policies allow an action on a resource.
    ///
    /// A deny wins over every allow. The boundary is a second set of policies, and the weaker answer
    /// counts. Policies of resources and of the organization are not part of a set.
    #[must_use]
    pub fn answer(&self, action: &Action, resource: &Resource, context: &Context) -> Answer<'_> {
        let judge = |policies| judge(policies, |rule: &Rule| rule.applies(action, resource, context));
        let answer = Answer {
            identity: judge(&self.policies),
            boundary: self.boundary.as_ref().map(|boundary| judge(std::slice::from_ref(boundary))),
            together: None,
        };
        if !answer.depends_on_context() {
            return answer;
        }
        let mut candidates = Vec::new();
        for (is_boundary, named) in self.all() {
            let of = |effect, applies, rule| Candidate { effect, is_boundary, applies, rule };
            let Some(content) = &named.policy.content else {
                candidates.push(of(Effect::Allow, Holds::Unclear, None));
                candidates.push(of(Effect::Deny, Holds::Unclear, None));
                continue;
            };
            for (effect, rules) in [(Effect::Allow, &content.allows), (Effect::Deny, &content.denies)] {
                let candidate =
                    |rule| of(effect, Rule::applies_to(rule, action, resource, context), Some(rule));
                candidates.extend(rules.iter().map(candidate).filter(|one| one.applies != Holds::No));
            }
        }
        Answer { together: bounds(&candidates, self.boundary.is_some(), context), ..answer }
    }

    /// Its policies, and whether each is the boundary.
    fn all(&self) -> impl Iterator<Item = (bool, &Named)> {
        let policies = self.policies.iter().map(|named| (false, named));
        policies.chain(self.boundary.iter().map(|named| (true, named)))
    }

    /// The statements of its policies that allow an action on some resource, in order. It does not
    /// look at denies and at the boundary: ask for an answer on the resources that it names.
    pub fn grants<'a>(&'a self, action: &'a Action, context: &'a Context) -> impl Iterator<Item = Grant<'a>> {
        self.policies.iter().flat_map(move |named| {
            let content = named.policy.content.as_ref();
            let unread = content.is_none().then(|| Grant {
                ground: named.ground(None),
                resources: None,
                under_conditions: Verdict::Conditional,
            });
            let allows = content.into_iter().flat_map(|content| &content.allows);
            let grants = allows.filter_map(move |rule| {
                let conditions = match rule.is_about(action) {
                    Holds::No => Holds::No,
                    about => Holds::all([about, rule.conditions_hold(context)]),
                };
                let ground = named.ground(Some(rule));
                let statement = ground.statement.map(|(_, statement)| statement)?;
                (conditions != Holds::No).then_some(Grant {
                    ground,
                    resources: statement.resources.as_ref(),
                    under_conditions: match conditions {
                        Holds::Yes => Verdict::Allowed,
                        _ => Verdict::Conditional,
                    },
                })
            });
            unread.into_iter().chain(grants)
        })
    }

    /// The resources in statements of its policies and its boundary that deny an action, as they are
    /// written. It looks neither at conditions nor at `NotResource`: ask for an answer on what it names.
    pub fn denied<'a>(&'a self, action: &'a Action) -> impl Iterator<Item = &'a str> {
        self.all().flat_map(move |(_, named)| {
            let denies = named.policy.content.iter().flat_map(|content| &content.denies);
            let about = denies.filter(|rule| rule.is_about(action) != Holds::No);
            let statements = about.filter_map(|rule| named.ground(Some(rule)).statement);
            let resources = statements.filter_map(|(_, statement)| match &statement.resources {
                Some(Selection::Only(resources)) => Some(resources),
                _ => None,
            });
            resources.flatten().map(String::as_str)
        })
    }
}

impl Named {
    fn ground(&self, rule: Option<&Rule>) -> Ground<'_> {
        let statement = |rule: &Rule| -> Option<(usize, &Statement)> {
            Some((rule.index, self.policy.content.as_ref()?.policy.statements.get(rule.index)?))
        };
        Ground { policy: &self.name, statement: rule.and_then(statement) }
    }
}

/// What is known so far of the statements of one effect.
#[derive(Default)]
struct Found<'a> {
    certain: Option<Ground<'a>>,
    depends: Option<Ground<'a>>,
    unclear: Option<Ground<'a>>,
    on_resource: bool,
    on_context: bool,
}

impl<'a> Found<'a> {
    const fn tally(&self) -> Tally {
        Tally {
            certain: self.certain.is_some(),
            depends: self.depends.is_some(),
            unclear: self.unclear.is_some(),
        }
    }

    fn add(&mut self, ground: impl FnOnce() -> Ground<'a>, applies: Applies) {
        let place = match applies.holds {
            Holds::No => return,
            Holds::Yes => &mut self.certain,
            Holds::Depends => &mut self.depends,
            Holds::Unclear => &mut self.unclear,
        };
        if place.is_none() {
            *place = Some(ground());
        }
        self.on_resource |= applies.on_resource;
        self.on_context |= applies.on_context;
    }
}

/// What some policies say.
fn judge(policies: &[Named], applies: impl Fn(&Rule) -> Applies) -> Part<'_> {
    let (mut allow, mut deny) = (Found::default(), Found::default());
    for named in policies {
        let Some(content) = &named.policy.content else {
            deny.add(|| named.ground(None), Applies::plainly(Holds::Unclear));
            allow.add(|| named.ground(None), Applies::plainly(Holds::Unclear));
            continue;
        };
        for rule in &content.denies {
            deny.add(|| named.ground(Some(rule)), applies(rule));
            if deny.certain.is_some() {
                return Part {
                    at_least: Verdict::Denied,
                    at_most: Verdict::Denied,
                    allow: None,
                    deny: deny.certain,
                    unclear: None,
                    depends_on_resource: false,
                    depends_on_context: false,
                };
            }
        }
    }
    let contents = policies.iter().filter_map(|named| Some((named, named.policy.content.as_ref()?)));
    let allows = contents.flat_map(|(named, content)| content.allows.iter().map(move |rule| (named, rule)));
    for (named, rule) in allows {
        if allow.certain.is_some() {
            break;
        }
        allow.add(|| named.ground(Some(rule)), applies(rule));
    }
    verdict(&allow, &deny)
}

/// What follows if no deny is certain.
fn verdict<'a>(allow: &Found<'a>, deny: &Found<'a>) -> Part<'a> {
    let (at_least, at_most) = Tally::verdicts(allow.tally(), deny.tally());
    let is_allowed = at_most > Verdict::Denied;
    // A certain allow makes the others immaterial, and without any allow the denies are.
    let pending = allow.certain.is_none();
    Part {
        at_least,
        at_most,
        allow: allow.certain.or(allow.depends),
        deny: deny.depends.filter(|_| is_allowed),
        unclear: deny.unclear.or(allow.unclear).filter(|_| at_least != at_most),
        depends_on_resource: is_allowed && ((pending && allow.on_resource) || deny.on_resource),
        depends_on_context: is_allowed && ((pending && allow.on_context) || deny.on_context),
    }
}
