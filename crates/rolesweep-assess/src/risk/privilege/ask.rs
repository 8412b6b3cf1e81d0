//! Questions to a role's policies, and how sure their answers are.

use std::cell::{OnceCell, RefCell};

use rolesweep_policy::{
    Action as Question, Answer, Context, Fact, Grant, Ground, PolicySet, Resource, Selection, Verdict,
};

use super::asked::{Asked, AskedSet};
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
    /// The actions that its allows name.
    named: &'a AskedSet,
    /// The boundary as if it were the role's only policy.
    pub(super) boundary: Option<&'a PolicySet>,
    /// The role's ARN.
    pub(super) own: &'a str,
    /// The ARNs of the customer-managed policies that are attached to it.
    pub(super) attached: &'a [&'a str],
    pub(super) place: Unnamed<'a>,
    /// What is known of every request.
    pub(super) context: Context,
    attaching: OnceCell<Vec<Context>>,
    unbounded: OnceCell<Vec<Context>>,
    unbounded_attaching: OnceCell<Vec<Context>>,
    /// Those to [`Policies::anywhere`], by the index of the action. Most roles ask few.
    replies: RefCell<Vec<(usize, Reply<'a>)>>,
}

impl<'a> Policies<'a> {
    pub(super) fn new(
        set: &'a PolicySet,
        named: &'a AskedSet,
        boundary: Option<&'a PolicySet>,
        own: &'a str,
        attached: &'a [&'a str],
        place: Unnamed<'a>,
        context: Context,
    ) -> Self {
        Self {
            set,
            named,
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

    /// Whether a statement may allow an action on something. Most roles' statements name few actions,
    /// and nothing has to be asked about the others.
    pub(super) fn may_allow(&self, asked: &Asked) -> bool {
        self.named.contains(asked)
    }

    /// What is known of a request for this action. Any of several requests may be sent, if the action
    /// attaches a policy.
    pub(super) fn contexts_of(&self, asked: &Asked) -> &[Context] {
        if !asked.attaches_policy {
            return std::slice::from_ref(&self.context);
        }
        self.attaching.get_or_init(|| {
            let with = |name: &&str| {
                let arn = format!("arn:{}:iam::aws:policy/{name}", self.place.partition);
                self.context.clone().with("iam:PolicyARN", Fact::value(arn))
            };
            ADMINISTRATORS.iter().map(with).collect()
        })
    }

    /// The same, on a role that has no permissions boundary.
    pub(super) fn contexts_without_boundary(&self, asked: &Asked) -> &[Context] {
        let without = |context: &Context| context.clone().with("iam:PermissionsBoundary", Fact::Absent);
        let contexts = if asked.attaches_policy { &self.unbounded_attaching } else { &self.unbounded };
        contexts.get_or_init(|| self.contexts_of(asked).iter().map(without).collect())
    }

    /// Whether an action is allowed on one resource.
    pub(super) fn on(&self, asked: &Asked, arn: &str) -> Reply<'a> {
        if !self.may_allow(asked) {
            return Reply::No;
        }
        self.ask(&asked.question, &Resource::named(arn), self.contexts_of(asked))
    }

    /// The best reply to several requests.
    pub(super) fn ask(&self, question: &Question, resource: &Resource, contexts: &[Context]) -> Reply<'a> {
        best(contexts, |context| Reply::new(&self.set.answer(question, resource, context), question))
    }

    /// Whether an action is allowed on a resource that nobody named.
    pub(super) fn anywhere(&self, asked: &Asked) -> Reply<'a> {
        if !self.may_allow(asked) {
            return Reply::No;
        }
        let known =
            self.replies.borrow().iter().find(|(index, _)| *index == asked.index).map(|(_, reply)| *reply);
        known.unwrap_or_else(|| {
            let reply = self.wide(asked, self.set, self.contexts_of(asked));
            self.replies.borrow_mut().push((asked.index, reply));
            reply
        })
    }

    /// The same, of some policies and some requests.
    pub(super) fn wide<'s>(&self, asked: &Asked, set: &'s PolicySet, contexts: &[Context]) -> Reply<'s> {
        best(contexts, |context| self.wide_in(asked, set, context))
    }

    fn wide_in<'s>(&self, asked: &Asked, set: &'s PolicySet, context: &Context) -> Reply<'s> {
        if set.grants(&asked.question, context).next().is_none() {
            return Reply::No;
        }
        let ask = |resource: &Resource| {
            Reply::new(&set.answer(&asked.question, resource, context), &asked.question)
        };
        let of_every_name = Unnamed { region: "*", name: "*", ..self.place };
        let kinds = asked.action.resources(&of_every_name);
        let in_region = |region| {
            let resources = asked.action.resources(&Unnamed { region, ..self.place });
            let each = resources.iter().zip(&kinds).map(|(arn, kind)| match ask(&Resource::named(arn)) {
                // A deny may be about this one and a few others.
                Reply::No => ask(&Resource::unnamed(arn, kind)),
                reply => reply,
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
        let bounding = self.boundary.into_iter().flat_map(|set| set.grants(&asked.question, context));
        for grant in set.grants(&asked.question, context).chain(bounding) {
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
        self.may_allow(asked) && self.is_granted_in(asked, self.contexts_of(asked))
    }

    pub(super) fn is_granted_in(&self, asked: &Asked, contexts: &[Context]) -> bool {
        contexts.iter().any(|context| {
            self.set.grants(&asked.question, context).any(|grant| grant.ground.statement.is_some())
        })
    }

    /// The statements that allow an action on some resource.
    pub(super) fn grants<'q>(&'q self, asked: &'q Asked) -> impl Iterator<Item = Grant<'q>> {
        self.contexts_of(asked).iter().flat_map(|context| self.set.grants(&asked.question, context))
    }
}

/// The best reply to several requests.
fn best<'r>(contexts: &[Context], ask: impl Fn(&Context) -> Reply<'r>) -> Reply<'r> {
    contexts.iter().fold(Reply::No, |best, context| best.or(|| ask(context)))
}

/// Policies of AWS with which a role is an administrator, or can make itself one.
const ADMINISTRATORS: [&str; 3] = ["AdministratorAccess", "IAMFullAccess", "AdministratorAccess-Amplify"];

/// In how many Regions a policy is asked about: about as many as AWS has.
const REGIONS: usize = 40;
