//! Actions of requests and of statements: IAM user guide, `reference_policies_elements_action`.

use super::holds::Holds;
use crate::pattern::Pattern;
use crate::statement::Selection;

/// The action of a request, such as `iam:PassRole`. Case does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Action {
    /// In lower case.
    text: Box<str>,
    /// How long the service's prefix is.
    service: usize,
}

impl Action {
    /// An action by its full name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let text = name.to_ascii_lowercase();
        Self { service: text.find(':').unwrap_or(0), text: text.into() }
    }

    /// The action, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn service(&self) -> &str {
        &self.text[..self.service]
    }

    fn name(&self) -> &str {
        self.text[self.service..].trim_start_matches(':')
    }
}

/// The actions of a statement, ready to match.
#[derive(Debug)]
pub(crate) struct Actions {
    negated: bool,
    /// Whether a pattern is `*`.
    everything: bool,
    /// Patterns of names by service, in order of the services.
    services: Vec<(Box<str>, Vec<Pattern>)>,
    /// Patterns of whole actions with a wildcard in the service. Tools read them in different ways,
    /// and AWS does not say what they mean.
    unclear: Vec<Pattern>,
}

impl Actions {
    pub(crate) fn new(selection: &Selection<String>) -> Self {
        let (negated, patterns) = match selection {
            Selection::Only(patterns) => (false, patterns),
            Selection::AllBut(patterns) => (true, patterns),
        };
        let mut actions = Self { negated, everything: false, services: Vec::new(), unclear: Vec::new() };
        for pattern in patterns {
            actions.add(&pattern.to_ascii_lowercase());
        }
        actions
    }

    fn add(&mut self, pattern: &str) {
        match pattern.split_once(':') {
            Some((service, name)) if !service.contains(['*', '?']) => {
                let found = self.services.binary_search_by(|(known, _)| (**known).cmp(service));
                let at = found.unwrap_or_else(|at| {
                    self.services.insert(at, (service.into(), Vec::new()));
                    at
                });
                self.services[at].1.push(Pattern::new(name));
            }
            _ => match Pattern::new(pattern) {
                Pattern::Everything => self.everything = true,
                unclear => self.unclear.push(unclear),
            },
        }
    }

    /// Whether the statement is about an action.
    pub(crate) fn include(&self, action: &Action) -> Holds {
        let named = self.everything
            || self
                .services
                .binary_search_by(|(known, _)| (**known).cmp(action.service()))
                .is_ok_and(|at| self.services[at].1.iter().any(|pattern| pattern.matches(action.name())));
        let unclear = || self.unclear.iter().any(|pattern| pattern.matches(&action.text));
        let holds = match named {
            true => Holds::Yes,
            false if unclear() => Holds::Unclear,
            false => Holds::No,
        };
        holds.negated_if(self.negated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(patterns: &[&str]) -> Selection<String> {
        Selection::Only(patterns.iter().map(|&pattern| pattern.to_owned()).collect())
    }

    #[test]
    fn patterns_match_actions_whatever_their_case() {
        for (pattern, holds) in [
            ("sts:AssumeRole", Holds::Yes),
            ("STS:assumerole", Holds::Yes),
            ("*", Holds::Yes),
            ("**", Holds::Yes),
            ("sts:*", Holds::Yes),
            ("sts:*Role", Holds::Yes),
            ("sts:Assume????", Holds::Yes),
            ("sts:AssumeRole*", Holds::Yes),
            ("sts:AssumeRoleWithSAML", Holds::No),
            ("sts:Assume???", Holds::No),
            ("iam:*", Holds::No),
            ("s:*", Holds::No),
            ("sts:*Roles", Holds::No),
            ("", Holds::No),
            ("*:*", Holds::Unclear),
            ("s*:AssumeRole", Holds::Unclear),
            ("*Role", Holds::Unclear),
            ("i*:AssumeRole", Holds::No),
        ] {
            assert_eq!(
                Actions::new(&only(&[pattern])).include(&Action::new("sts:AssumeRole")),
                holds,
                "{pattern}"
            );
        }
    }

    #[test]
    fn all_but_some_is_the_opposite() {
        let all_but = |patterns: &[&str]| {
            let Selection::Only(patterns) = only(patterns) else { panic!() };
            Actions::new(&Selection::AllBut(patterns))
        };
        let action = Action::new("iam:PassRole");
        assert_eq!(all_but(&["iam:*", "s3:*"]).include(&action), Holds::No);
        assert_eq!(all_but(&["s3:*", "prowler:action"]).include(&action), Holds::Yes);
        assert_eq!(all_but(&["i*:PassRole"]).include(&action), Holds::Unclear);
        assert_eq!(all_but(&[]).include(&action), Holds::Yes);
        assert_eq!(Actions::new(&only(&[])).include(&action), Holds::No);
    }
}
