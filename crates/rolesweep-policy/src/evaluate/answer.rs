//! What a set of policies says of a request, and why.

use crate::statement::Statement;

/// Whether a request is allowed. A later one is the higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// In no case.
    Denied,
    /// In some cases, perhaps. It depends on what is not known of the request.
    Conditional,
    /// In every case.
    Allowed,
}

/// A statement of a policy, or a whole policy that could not be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground<'a> {
    /// The name of the policy in the set.
    pub policy: &'a str,
    /// The place of the statement in its document, from 0, and the statement. There is none if the
    /// document could not be read.
    pub statement: Option<(usize, &'a Statement)>,
}

impl<'a> Ground<'a> {
    /// The statement's `Sid`, if it has one.
    #[must_use]
    pub fn sid(&self) -> Option<&'a str> {
        self.statement.and_then(|(_, statement)| statement.sid.as_deref())
    }
}

/// What the identity policies say, or what the boundary says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part<'a> {
    /// What is certain, whatever the statements mean that are not understood.
    pub at_least: Verdict,
    /// What is possible. It differs from `at_least` only if something is not understood.
    pub at_most: Verdict,
    /// The first of the statements that allow it most certainly.
    pub allow: Option<Ground<'a>>,
    /// The first of the statements that deny it, or might.
    pub deny: Option<Ground<'a>>,
    /// The first statement that is not understood and would change the verdict.
    pub unclear: Option<Ground<'a>>,
    /// Whether a statement that is named here depends on which resource it is.
    pub depends_on_resource: bool,
    /// Whether a statement that is named here depends on condition keys.
    pub depends_on_context: bool,
}

impl<'a> Part<'a> {
    /// The statement that decides. There is none if nothing allows the request.
    #[must_use]
    pub fn decided_by(&self) -> Option<Ground<'a>> {
        if self.at_least != self.at_most {
            return self.unclear;
        }
        match self.at_least {
            Verdict::Denied => self.deny,
            Verdict::Conditional => self.deny.or(self.allow),
            Verdict::Allowed => self.allow,
        }
    }
}

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer<'a> {
    /// What the identity policies say.
    pub identity: Part<'a>,
    /// What the permissions boundary says, if there is one.
    pub boundary: Option<Part<'a>>,
    /// What is certain and what is possible if conditions on the same key are seen together, over
    /// both parts. None if no two conditions are about the same key.
    pub together: Option<(Verdict, Verdict)>,
}

impl<'a> Answer<'a> {
    /// The verdict, or none if it is unknown because a statement that decides is not understood.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        let at_least = self.at_least();
        (at_least == self.at_most()).then_some(at_least)
    }

    /// What is certain, whatever the statements mean that are not understood.
    #[must_use]
    pub fn at_least(&self) -> Verdict {
        self.together.map_or_else(|| self.weaker(|part| part.at_least), |(at_least, _)| at_least)
    }

    /// What is possible.
    #[must_use]
    pub fn at_most(&self) -> Verdict {
        self.together.map_or_else(|| self.weaker(|part| part.at_most), |(_, at_most)| at_most)
    }

    /// Whether the boundary makes the answer lower than the identity policies do.
    #[must_use]
    pub fn is_limited_by_boundary(&self) -> bool {
        self.boundary.is_some()
            && (self.at_least() < self.identity.at_least || self.at_most() < self.identity.at_most)
    }

    /// The statement that decides. There is none if it is denied because nothing allows it.
    #[must_use]
    pub fn decided_by(&self) -> Option<Ground<'a>> {
        let parts = [Some(self.identity), self.boundary];
        let parts = || parts.iter().flatten();
        let deciding = match self.verdict() {
            None => parts().find(|part| part.unclear.is_some()),
            Some(verdict) => parts().find(|part| (part.at_least, part.at_most) == (verdict, verdict)),
        };
        match (deciding, self.verdict()) {
            (Some(part), _) => part.decided_by(),
            // Only conditions of several statements together decide.
            (None, Some(Verdict::Denied)) => parts().find_map(|part| part.deny),
            (None, _) => parts().find_map(|part| part.allow),
        }
    }

    /// Whether a statement that is named in a part depends on condition keys.
    #[must_use]
    pub fn depends_on_context(&self) -> bool {
        self.identity.depends_on_context || self.boundary.is_some_and(|part| part.depends_on_context)
    }

    fn weaker(&self, of: fn(&Part<'a>) -> Verdict) -> Verdict {
        let boundary = self.boundary.as_ref().map_or(Verdict::Allowed, of);
        of(&self.identity).min(boundary)
    }
}
