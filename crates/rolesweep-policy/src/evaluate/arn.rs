//! Patterns of ARNs, in statements and in conditions.
//!
//! A wildcard stays within its part of the ARN. Only a pattern of fewer than six parts may go on:
//! its last part is compared with everything that follows, so `arn:aws:iam::*` and `*role/me` match
//! (IAM user guide, `reference_policies_elements_resource`).
//!
//! The user guide allows no wildcard in the service of a resource, and says nothing of a policy that
//! has one.

use super::context::Context;
use super::holds::Holds;
use super::resource::{PARTS, Resource};
use super::variable::{Resolved, Template};
use crate::document::Version;
use crate::pattern::{Pattern, Token};

/// The place of the service among the parts.
const SERVICE: usize = 2;

/// A pattern of ARNs, ready to match. Case matters.
#[derive(Debug)]
pub(crate) struct ArnPattern {
    writing: Writing,
    /// What a match means if the service has a wildcard.
    odd_service: Holds,
}

#[derive(Debug)]
enum Writing {
    /// Without variables.
    Fixed(Parts),
    /// With variables.
    Variable(Template),
    /// It is not understood.
    Unclear,
}

impl ArnPattern {
    pub(crate) fn new(text: &str, version: Version, odd_service: Holds) -> Self {
        let writing = match Template::parse(text, version, true) {
            None => Writing::Unclear,
            Some(template) => match template.fixed() {
                Some(tokens) => Writing::Fixed(Parts::new(&tokens)),
                None => Writing::Variable(template),
            },
        };
        Self { writing, odd_service }
    }

    /// A pattern that is not understood.
    pub(crate) const fn unclear() -> Self {
        Self { writing: Writing::Unclear, odd_service: Holds::Unclear }
    }

    pub(crate) const fn is_unclear(&self) -> bool {
        matches!(self.writing, Writing::Unclear)
    }

    /// Whether it matches. `negated` says that a match means no.
    pub(crate) fn matches(&self, resource: &Resource, context: &Context, negated: bool) -> Holds {
        let template = match &self.writing {
            Writing::Fixed(parts) => return parts.match_all(resource, self.odd_service),
            Writing::Unclear => return Holds::Unclear,
            Writing::Variable(template) => template,
        };
        match template.resolve(context) {
            Resolved::Known(tokens) => Parts::new(&tokens).match_all(resource, self.odd_service),
            // AWS says that the statement is then invalid. It does not say so of `NotResource`.
            Resolved::Missing if negated => Holds::Unclear,
            Resolved::Missing => Holds::No,
            // The value may be missing. Before the last part, its colons would begin new parts.
            Resolved::Partly(tokens, perhaps) => {
                let is_in_last = template.colons_before_variables() >= PARTS - 1;
                let possible = || Parts::new(&tokens).match_all(resource, Holds::Yes) != Holds::No;
                if negated || !is_in_last || possible() { perhaps } else { Holds::No }
            }
        }
    }
}

/// The parts of a pattern.
#[derive(Debug)]
struct Parts(Vec<Pattern>);

impl Parts {
    fn new(tokens: &[Token]) -> Self {
        let mut parts = Vec::new();
        let mut current = Vec::new();
        for token in tokens {
            let Token::Literal(text) = token else {
                current.push(token.clone());
                continue;
            };
            let mut rest = text.as_str();
            while parts.len() < PARTS - 1
                && let Some((before, after)) = rest.split_once(':')
            {
                current.push(Token::Literal(before.to_owned()));
                parts.push(Pattern::from_tokens(&current));
                current.clear();
                rest = after;
            }
            current.push(Token::Literal(rest.to_owned()));
        }
        parts.push(Pattern::from_tokens(&current));
        Self(parts)
    }

    /// Whether it matches all resources that are meant.
    fn match_all(&self, resource: &Resource, odd_service: Holds) -> Holds {
        let Some((last, inner)) = self.0.split_last() else { return Holds::No };
        let same = |(index, part): (usize, &Pattern)| resource.part(index).is_some_and(|text| part.matches(text));
        let rest = || resource.rest(inner.len()).is_some_and(|rest| last.matches(rest));
        if inner.iter().enumerate().all(same) && rest() {
            let is_odd = inner.get(SERVICE).is_some_and(|service| !matches!(service, Pattern::Exactly(_)));
            return if is_odd { odd_service } else { Holds::Yes };
        }
        if !resource.is_pattern() {
            return Holds::No;
        }
        let may = |(index, part): (usize, &Pattern)| resource.part(index).is_none_or(|text| part.may_meet(text));
        let may_end = || resource.rest(inner.len()).is_none_or(|rest| last.may_meet(rest));
        if inner.iter().enumerate().all(may) && may_end() { Holds::Depends } else { Holds::No }
    }
}

#[cfg(test)]
mod tests {
    use super::super::context::Fact;
    use super::*;

    fn matches(pattern: &str, resource: &Resource) -> Holds {
        ArnPattern::new(pattern, Version::V2012, Holds::Unclear).matches(resource, &Context::complete(), false)
    }

    #[test]
    fn a_wildcard_stays_within_its_part_but_the_last_may_go_on() {
        let me = "arn:aws:iam::111111111111:role/team/me";
        for (pattern, holds) in [
            (me, Holds::Yes),
            ("*", Holds::Yes),
            ("**", Holds::Yes),
            ("arn:*", Holds::Yes),
            ("arn:aws:iam::*", Holds::Yes),
            ("*role/team/me", Holds::Yes),
            ("arn:aws:iam::*:role/*", Holds::Yes),
            ("arn:*:iam::111111111111:role/*/me", Holds::Yes),
            ("arn:aws:iam::111111111111:role/????/me", Holds::Yes),
            ("arn:aws:iam::11*11:*", Holds::Yes),
            ("arn:aws:i*::111111111111:role/team/me", Holds::Unclear),
            ("arn:aws:i*::111111111111:role/team/you", Holds::No),
            ("arn:aws:iam:*:role/team/me", Holds::No),
            ("arn:*:role/team/me", Holds::No),
            ("arn:aws:iam::111111111111:role/ME", Holds::No),
            ("arn:aws:iam::111111111111:role/me", Holds::No),
            ("arn:aws:iam::111111111111", Holds::No),
            ("arn:aws:iam::111111111111:role/team/me:*", Holds::No),
            ("arn:aws-cn:iam::111111111111:*", Holds::No),
            ("", Holds::No),
        ] {
            assert_eq!(matches(pattern, &Resource::named(me)), holds, "{pattern}");
        }
        let function = Resource::named("arn:aws:lambda:eu-west-1:111111111111:function:a:1");
        assert_eq!(matches("arn:aws:lambda:*:*:function:*", &function), Holds::Yes);
        assert_eq!(matches("arn:aws:lambda:*:1", &function), Holds::No);
        assert_eq!(matches("arn:*", &Resource::named("*")), Holds::No);
        assert_eq!(matches("*", &Resource::named("*")), Holds::Yes);
    }

    #[test]
    fn what_a_pattern_covers_it_matches_and_what_it_cannot_meet_it_does_not() {
        for (pattern, like, holds) in [
            ("*", "*", Holds::Yes),
            ("arn:aws:s3:::*", "*", Holds::Depends),
            ("arn:aws:s3:::*", "arn:aws:s3:::a/*", Holds::Yes),
            ("arn:aws:s3:::a/*", "arn:aws:s3:::*", Holds::Depends),
            ("arn:aws:s3:::a/*", "arn:aws:s3:::b/*", Holds::No),
            ("arn:aws:s3:::a/*", "arn:aws:iam::*", Holds::No),
            ("arn:aws:iam::*", "arn:*:iam::*:role/*", Holds::Depends),
            ("arn:aws:iam::*", "arn:aws:iam::*:role/*", Holds::Yes),
            ("arn:aws:iam::1:role/a", "arn:aws:*", Holds::Depends),
            ("arn:aws:iam::1:role/?", "arn:aws:iam::1:role/?", Holds::Yes),
        ] {
            assert_eq!(matches(pattern, &Resource::like(like)), holds, "{pattern} {like}");
        }
    }

    #[test]
    fn variables_are_read_by_version_and_only_known_values_match() {
        let pattern = "arn:aws:s3:::b/${aws:username}";
        let object = Resource::named("arn:aws:s3:::b/jo");
        let literal = Resource::named(pattern);
        let known = Context::complete().with("aws:username", Fact::value("jo"));
        let new = ArnPattern::new(pattern, Version::V2012, Holds::Unclear);
        let old = ArnPattern::new(pattern, Version::V2008, Holds::Unclear);
        assert_eq!(new.matches(&object, &known, false), Holds::Yes);
        assert_eq!(new.matches(&object, &Context::complete(), false), Holds::No);
        assert_eq!(new.matches(&object, &Context::complete(), true), Holds::Unclear);
        assert_eq!(new.matches(&object, &Context::unknown(), false), Holds::Depends);
        assert_eq!(new.matches(&Resource::named("arn:aws:s3:::c"), &Context::unknown(), false), Holds::No);
        assert_eq!(new.matches(&Resource::named("arn:aws:s3:::c"), &Context::unknown(), true), Holds::Depends);
        let early = ArnPattern::new("arn:aws:s3:${aws:username}:b", Version::V2012, Holds::Unclear);
        assert_eq!(early.matches(&Resource::named("arn:aws:s3:::b"), &Context::unknown(), false), Holds::Depends);
        assert_eq!(old.matches(&object, &known, false), Holds::No);
        assert_eq!(old.matches(&literal, &known, false), Holds::Yes);
    }
}
