//! Patterns of ARNs, in statements and in conditions.
//!
//! A wildcard stays within its part of the ARN. Only a star at the end goes on, so `arn:aws:iam::*`
//! has everything of IAM (IAM user guide, `reference_policies_elements_resource`).
//!
//! AWS does not say what some patterns mean, and tools differ: a wildcard in the service, and a text
//! that does not begin with `arn:`, such as `*:role/deploy`. In a condition, which compares each of
//! the six parts, fewer parts are one more. [`Place`] decides.

use super::context::Context;
use super::holds::Holds;
use super::resource::{PARTS, Resource};
use super::variable::{Resolved, Template};
use crate::document::Version;
use crate::pattern::{Pattern, Token};

/// The place of the service among the parts.
const SERVICE: usize = 2;

/// Where a pattern is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In `Resource` of an allow. What it could mean, it means: nobody gets out of sight by writing
    /// something odd.
    Allow,
    /// In another element of a statement.
    Statement,
    /// In a condition.
    Condition,
}

/// A pattern of ARNs, ready to match. Case matters.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ArnPattern {
    writing: Writing,
    place: Place,
}

#[derive(Debug, PartialEq, Eq)]
enum Writing {
    /// Without variables.
    Fixed(Shape),
    /// With variables.
    Variable(Template),
    /// It is not understood.
    Unclear,
}

impl ArnPattern {
    pub(crate) fn new(text: &str, version: Version, place: Place) -> Self {
        let writing = match Template::parse(text, version, true) {
            None => Writing::Unclear,
            Some(template) => match template.fixed() {
                Ok(tokens) => Writing::Fixed(Shape::new(&tokens)),
                Err(template) => Writing::Variable(template),
            },
        };
        Self { writing, place }
    }

    /// A pattern that is not understood.
    pub(crate) const fn unclear() -> Self {
        Self { writing: Writing::Unclear, place: Place::Statement }
    }

    /// Whether it has six parts and no variable.
    pub(crate) fn is_plain(&self) -> bool {
        self.parts().is_some()
    }

    /// Whether it matches everything that another one matches, if both are plain.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.parts().zip(other.parts()).is_some_and(|(ours, theirs)| {
            ours.iter().zip(theirs).all(|(our, their)| our.matches(&their.as_text()))
        })
    }

    /// Whether no ARN matches both, if both are plain. It may say no where the truth is yes.
    pub(crate) fn excludes(&self, other: &Self) -> bool {
        self.parts().zip(other.parts()).is_some_and(|(ours, theirs)| {
            ours.iter().zip(theirs).any(|(our, their)| !our.may_meet(&their.as_text()))
        })
    }

    fn parts(&self) -> Option<&[Pattern]> {
        match &self.writing {
            Writing::Fixed(Shape::Parts(parts)) if parts.len() == PARTS => Some(parts),
            _ => None,
        }
    }

    pub(crate) const fn is_unclear(&self) -> bool {
        matches!(self.writing, Writing::Unclear)
    }

    /// Whether it matches. `negated` says that a match means no.
    pub(crate) fn matches(&self, resource: &Resource, context: &Context, negated: bool) -> Holds {
        let template = match &self.writing {
            Writing::Fixed(shape) => return shape.match_all(resource, self.place, negated),
            Writing::Unclear => return Holds::Unclear,
            Writing::Variable(template) => template,
        };
        match template.resolve(context) {
            Resolved::Known(tokens) => Shape::new(&tokens).match_all(resource, self.place, negated),
            // AWS says that the statement is then invalid. It does not say so of `NotResource`.
            Resolved::Missing if negated => Holds::Unclear,
            Resolved::Missing => Holds::No,
            // The value may be missing. Before the last part, its colons would begin new parts.
            Resolved::Partly { tokens, perhaps, may_be_missing } => {
                let is_in_last = template.colons_before_variables() >= PARTS - 1;
                let possible = || Shape::new(&tokens).match_all(resource, self.place, negated) != Holds::No;
                if (negated && may_be_missing) || !is_in_last || possible() { perhaps } else { Holds::No }
            }
        }
    }
}

/// A pattern without variables.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// Only stars.
    Everything,
    /// It begins with `arn:`. The last part is compared with everything that follows.
    Parts(Vec<Pattern>),
    /// It begins otherwise.
    Odd(Pattern),
}

impl Shape {
    fn new(tokens: &[Token]) -> Self {
        if !tokens.is_empty() && tokens.iter().all(|token| *token == Token::Any) {
            return Self::Everything;
        }
        let mut parts = Vec::with_capacity(PARTS);
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
                current.extend(Token::literal(before));
                parts.push(Pattern::from_tokens(&current));
                current.clear();
                rest = after;
            }
            current.extend(Token::literal(rest));
        }
        parts.push(Pattern::from_tokens(&current));
        match parts.first() {
            Some(Pattern::Exactly(first)) if &**first == "arn" => Self::Parts(parts),
            _ => Self::Odd(Pattern::from_tokens(tokens)),
        }
    }

    /// Whether it matches all resources that are meant.
    fn match_all(&self, resource: &Resource, place: Place, negated: bool) -> Holds {
        let higher = if place == Place::Allow { Holds::Yes } else { Holds::Unclear };
        let (matches, may_match, meaning) = match self {
            Self::Everything if place == Place::Condition => (true, true, Holds::Unclear),
            Self::Everything => return Holds::Yes,
            Self::Odd(whole) => {
                let text = resource.rest(0).unwrap_or_default();
                (whole.matches(text), whole.may_meet(text), higher)
            }
            Self::Parts(parts) => {
                let is_short = parts.len() < PARTS;
                if is_short && !parts.last().is_some_and(Pattern::ends_with_star) {
                    // It matches no ARN. Nobody says what a statement for all others means.
                    return if negated { Holds::Unclear } else { Holds::No };
                }
                let odd_service = match (parts.get(SERVICE), place) {
                    (Some(Pattern::Exactly(_)), _) | (_, Place::Condition) => Holds::Yes,
                    // A star at the end is not a wildcard of the service only.
                    _ if parts.len() <= SERVICE + 1 => Holds::Yes,
                    _ => higher,
                };
                let meaning =
                    if is_short && place == Place::Condition { Holds::Unclear } else { odd_service };
                let all = |matches: fn(&Pattern, &str) -> bool, if_missing: bool| {
                    parts.iter().enumerate().all(|(index, part)| {
                        let is_last = index + 1 == parts.len();
                        let text = if is_last { resource.rest(index) } else { resource.part(index) };
                        text.map_or(if_missing, |text| matches(part, text))
                    })
                };
                (all(Pattern::matches, false), resource.is_pattern() && all(Pattern::may_meet, true), meaning)
            }
        };
        match (matches, may_match && resource.is_pattern()) {
            (true, _) => meaning,
            (false, true) => Holds::all([meaning, Holds::Depends]),
            (false, false) => Holds::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::context::Fact;
    use super::*;

    fn matches(pattern: &str, resource: &Resource) -> Holds {
        ArnPattern::new(pattern, Version::V2012, Place::Statement).matches(
            resource,
            &Context::complete(),
            false,
        )
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
            ("*role/team/me", Holds::Unclear),
            ("*:role/team/me", Holds::Unclear),
            ("*:*", Holds::Unclear),
            ("*:role/me", Holds::No),
            ("role/team/me", Holds::No),
            ("arn:aws:i*", Holds::Yes),
            ("arn:*:role/team/me", Holds::No),
            ("arn:*role/team/me", Holds::No),
            ("arn:aws:iam::*me", Holds::No),
            ("arn:aws:iam::*:role/*", Holds::Yes),
            ("arn:*:iam::111111111111:role/*/me", Holds::Yes),
            ("arn:aws:iam::111111111111:role/????/me", Holds::Yes),
            ("arn:aws:iam::11*11:*", Holds::Yes),
            ("arn:aws:i*::111111111111:role/team/me", Holds::Unclear),
            ("arn:aws:i*::111111111111:role/team/you", Holds::No),
            ("arn:aws:iam:*:role/team/me", Holds::No),
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
    fn what_aws_does_not_explain_has_the_higher_reading_in_an_allow() {
        let me = Resource::named("arn:aws:iam::111111111111:role/me");
        for (pattern, allow, statement, condition) in [
            ("*:role/me", Holds::Yes, Holds::Unclear, Holds::Unclear),
            ("*role/me", Holds::Yes, Holds::Unclear, Holds::Unclear),
            ("arn:aws:i*::111111111111:role/me", Holds::Yes, Holds::Unclear, Holds::Yes),
            ("arn:aws:iam::*", Holds::Yes, Holds::Yes, Holds::Unclear),
            ("*", Holds::Yes, Holds::Yes, Holds::Unclear),
            ("arn:*:*:*:*:*", Holds::Yes, Holds::Unclear, Holds::Yes),
            ("*:role/you", Holds::No, Holds::No, Holds::No),
        ] {
            for (place, holds) in
                [(Place::Allow, allow), (Place::Statement, statement), (Place::Condition, condition)]
            {
                let matched =
                    ArnPattern::new(pattern, Version::V2012, place).matches(&me, &Context::complete(), false);
                assert_eq!(matched, holds, "{pattern} {place:?}");
            }
        }
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
        let new = ArnPattern::new(pattern, Version::V2012, Place::Statement);
        let old = ArnPattern::new(pattern, Version::V2008, Place::Statement);
        assert_eq!(new.matches(&object, &known, false), Holds::Yes);
        assert_eq!(new.matches(&object, &Context::complete(), false), Holds::No);
        assert_eq!(new.matches(&object, &Context::complete(), true), Holds::Unclear);
        assert_eq!(new.matches(&object, &Context::unknown(), false), Holds::Depends);
        assert_eq!(new.matches(&Resource::named("arn:aws:s3:::c"), &Context::unknown(), false), Holds::No);
        assert_eq!(
            new.matches(&Resource::named("arn:aws:s3:::c"), &Context::unknown(), true),
            Holds::Depends
        );
        let early = ArnPattern::new("arn:aws:s3:${aws:username}:b", Version::V2012, Place::Statement);
        assert_eq!(
            early.matches(&Resource::named("arn:aws:s3:::b"), &Context::unknown(), false),
            Holds::Depends
        );
        assert_eq!(old.matches(&object, &known, false), Holds::No);
        assert_eq!(old.matches(&literal, &known, false), Holds::Yes);
    }
}
