//! Questions to a role's policies, and how sure their answers are.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use rolesweep_policy::{
    Action as Question, Answer, Context, Fact, Grant, Ground, PolicySet, Resource, Selection, Verdict,
};

use super::asked::Asked;
use super::patterns;
use crate::catalogue::Unnamed;
use crate::risk::Confidence;

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reply<'a> {
    /// It is not allowed.
    No,
    /// Only a statement or document that is not understood might allow it.
    Perhaps(Option<Ground<'a>>),
    /// It is allowed, as far as the policies are understood.
    Yes(Held<'a>),
}

/// How an action is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Held<'a> {
    /// The statement that allows it.
    pub(super) by: Ground<'a>,
    /// A statement that may deny it.
    pub(super) unless: Option<Ground<'a>>,
    /// The statement or document that is not understood and may deny it.
    pub(super) unclear: Option<Ground<'a>>,
    pub(super) is_certain: bool,
    pub(super) confidence: Confidence,
}

impl<'a> Reply<'a> {
    /// What a policy that cannot be understood denies is not taken away: nobody gets out of sight by
    /// writing something odd. What it allows is not given either.
    fn new(answer: &Answer<'a>, action: &Question) -> Self {
        if answer.at_most() == Verdict::Denied {
            return Self::No;
        }
        let unclear = answer.identity.unclear.or(answer.boundary.and_then(|part| part.unclear));
        let Some(by) = answer.identity.allow else { return Self::Perhaps(unclear) };
        let is_odd = by.statement.is_some_and(|(_, statement)| patterns::is_odd(statement, action.as_str()));
        let verdict = answer.verdict();
        let confidence = match verdict {
            Some(Verdict::Allowed) if !is_odd => Confidence::High,
            Some(Verdict::Conditional) if !is_odd => Confidence::Medium,
            _ => Confidence::Low,
        };
        let unless = answer.identity.deny.or(answer.boundary.and_then(|part| part.deny));
        Self::Yes(Held { by, unless, unclear, is_certain: verdict.is_some(), confidence })
    }

    /// Both of two questions.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Perhaps(unclear), _) | (_, Self::Perhaps(unclear)) => Self::Perhaps(unclear),
            (Self::Yes(one), Self::Yes(two)) => Self::Yes(Held {
                unless: one.unless.or(two.unless),
                unclear: one.unclear.or(two.unclear),
                is_certain: one.is_certain && two.is_certain,
                confidence: one.confidence.min(two.confidence),
                ..one
            }),
        }
    }

    /// The better of two ways.
    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_sure() {
            return self;
        }
        let other = other();
        if other.rank() > self.rank() { other } else { self }
    }

    /// Whether nothing could be better.
    pub(super) fn is_sure(&self) -> bool {
        matches!(self, Self::Yes(held) if held.is_certain && held.confidence == Confidence::High)
    }

    /// How good it is, beside another.
    pub(super) fn rank(&self) -> (u8, bool, Option<Confidence>) {
        match self {
            Self::No => (0, false, None),
            Self::Perhaps(_) => (1, false, None),
            Self::Yes(held) => (2, held.is_certain, Some(held.confidence)),
        }
    }

    /// The same, but no surer than this.
    pub(super) fn at_most(self, confidence: Confidence) -> Self {
        match self {
            Self::Yes(held) => Self::Yes(Held { confidence: held.confidence.min(confidence), ..held }),
            other => other,
        }
    }

    pub(super) fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }
}

/// A role's policies, and what is known of its requests.
#[derive(Debug)]
pub(super) struct Policies<'a> {
    pub(super) set: &'a PolicySet,
    /// The boundary as if it were the role's only policy.
    pub(super) boundary: Option<&'a PolicySet>,
    /// The role's ARN.
    pub(super) own: &'a str,
    /// The ARNs of the customer-managed policies that are attached to it.
    pub(super) attached: &'a [&'a str],
    pub(super) place: Unnamed<'a>,
    /// What is known of every request.
    pub(super) context: Cow<'a, Context>,
    attaching: OnceCell<Context>,
    unbounded: OnceCell<Context>,
    unbounded_attaching: OnceCell<Context>,
    /// Those to [`Policies::anywhere`], by the index of the action. Most roles ask few.
    replies: RefCell<Vec<(usize, Reply<'a>)>>,
}

impl<'a> Policies<'a> {
    pub(super) fn new(
        set: &'a PolicySet,
        boundary: Option<&'a PolicySet>,
        own: &'a str,
        attached: &'a [&'a str],
        place: Unnamed<'a>,
        context: Cow<'a, Context>,
    ) -> Self {
        Self {
            set,
            boundary,
            own,
            attached,
            place,
            context,
            attaching: OnceCell::new(),
            unbounded: OnceCell::new(),
            unbounded_attaching: OnceCell::new(),
            replies: RefCell::new(Vec::new()),
        }
    }

    /// What is known of a request for this action.
    pub(super) fn context_of(&self, asked: &Asked) -> &Context {
        if !asked.attaches_policy {
            return &self.context;
        }
        self.attaching.get_or_init(|| {
            let administrator = format!("arn:{}:iam::aws:policy/AdministratorAccess", self.place.partition);
            self.context.as_ref().clone().with("iam:PolicyARN", Fact::value(administrator))
        })
    }

    /// The same, on a role that has no permissions boundary.
    pub(super) fn context_without_boundary(&self, asked: &Asked) -> &Context {
        let without = |context: &Context| context.clone().with("iam:PermissionsBoundary", Fact::Absent);
        let context = if asked.attaches_policy { &self.unbounded_attaching } else { &self.unbounded };
        context.get_or_init(|| without(self.context_of(asked)))
    }

    /// Whether an action is allowed on one resource.
    pub(super) fn on(&self, asked: &Asked, arn: &str) -> Reply<'a> {
        self.ask(&asked.question, &Resource::named(arn), self.context_of(asked))
    }

    pub(super) fn ask(&self, question: &Question, resource: &Resource, context: &Context) -> Reply<'a> {
        Reply::new(&self.set.answer(question, resource, context), question)
    }

    /// Whether an action is allowed on a resource that nobody named.
    pub(super) fn anywhere(&self, asked: &Asked) -> Reply<'a> {
        let known =
            self.replies.borrow().iter().find(|(index, _)| *index == asked.index).map(|(_, reply)| *reply);
        known.unwrap_or_else(|| {
            let reply = self.wide(asked, self.set, self.context_of(asked));
            self.replies.borrow_mut().push((asked.index, reply));
            reply
        })
    }

    /// The same, of some policies and some requests.
    pub(super) fn wide<'s>(&self, asked: &Asked, set: &'s PolicySet, context: &Context) -> Reply<'s> {
        if set.grants(&asked.question, context).next().is_none() {
            return Reply::No;
        }
        let in_region = |region| {
            let resources = asked.action.resources(&Unnamed { region, ..self.place });
            let each = resources.iter().map(|arn| {
                Reply::new(&set.answer(&asked.question, &Resource::named(arn), context), &asked.question)
            });
            each.reduce(Reply::and).unwrap_or(Reply::No)
        };
        let here = in_region(self.place.region);
        if !here.is_no() {
            return here;
        }
        // A policy for one Region names no resource either.
        let mut tried = vec![self.place.region];
        let mut reply = here;
        for grant in set.grants(&asked.question, context) {
            let Some(Selection::Only(patterns)) = grant.resources else { continue };
            for region in patterns.iter().filter_map(|pattern| patterns::region(pattern)) {
                if tried.len() < REGIONS && !tried.contains(&region) {
                    tried.push(region);
                    reply = reply.or(|| in_region(region));
                }
            }
        }
        reply
    }

    /// Whether a statement allows an action on some resource. A deny may take it away. What cannot be
    /// read has no statements.
    pub(super) fn is_granted(&self, asked: &Asked) -> bool {
        self.is_granted_in(asked, self.context_of(asked))
    }

    pub(super) fn is_granted_in(&self, asked: &Asked, context: &Context) -> bool {
        self.set.grants(&asked.question, context).any(|grant| grant.ground.statement.is_some())
    }

    /// The statements that allow an action on some resource.
    pub(super) fn grants<'q>(&'q self, asked: &'q Asked) -> impl Iterator<Item = Grant<'q>> {
        self.set.grants(&asked.question, self.context_of(asked))
    }

    /// Whether an action is allowed on anything that a statement names, and the first pattern of it.
    pub(super) fn on_named<'s>(
        &'s self,
        question: &Question,
        context: &Context,
        grant: &Grant<'s>,
        is_meant: impl Fn(&str) -> bool,
    ) -> (Reply<'a>, Option<&'s str>) {
        let any = |resource: &Resource| self.ask(question, resource, context);
        match grant.resources {
            None => (any(&Resource::any()), None),
            Some(Selection::AllBut(_)) => (any(&Resource::any()), None),
            Some(Selection::Only(patterns)) => {
                let mut best = (Reply::No, None);
                for pattern in patterns.iter().filter(|pattern| is_meant(pattern)) {
                    let reply = any(&Resource::like(pattern));
                    if reply.rank() > best.0.rank() {
                        best = (reply, Some(pattern.as_str()));
                    }
                }
                best
            }
        }
    }
}

/// In how many Regions a policy is asked about.
const REGIONS: usize = 4;
