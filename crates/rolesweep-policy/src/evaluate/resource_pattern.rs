//! Patterns of resources on their own.

use super::arn::{ArnPattern, Place};
use super::context::Context;
use super::holds::Holds;
use super::resource::Resource;
use crate::document::Version;

/// A pattern of resources, as the `Resource` of a statement that allows has it. What it could mean,
/// it means.
#[derive(Debug)]
pub struct ResourcePattern(ArnPattern);

impl ResourcePattern {
    /// The pattern of a text in a document of the current version.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(ArnPattern::new(text, Version::V2012, Place::Allow))
    }

    /// Whether it matches a resource. A pattern with variables may match what it could with any values.
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> Holds {
        self.0.matches(resource, &Context::unknown(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_as_in_a_statement() {
        let role = Resource::named("arn:aws:iam::111111111111:role/ci/deploy");
        for (pattern, holds) in [
            ("*", Holds::Yes),
            ("arn:aws:iam::*:role/ci/deploy", Holds::Yes),
            ("*:role/ci/deploy", Holds::Yes),
            ("arn:aws:iam::111111111111:role/*", Holds::Yes),
            ("arn:aws:iam::*:role/${aws:PrincipalTag/team}", Holds::Depends),
            ("arn:aws:iam::*:role/deploy", Holds::No),
            ("arn:aws-cn:iam::*:role/*", Holds::No),
        ] {
            assert_eq!(ResourcePattern::new(pattern).matches(&role), holds, "{pattern}");
        }
    }
}
