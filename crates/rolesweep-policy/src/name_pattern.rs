//! Patterns of names whose case does not matter, such as those of actions.

use crate::pattern::Pattern;

/// A pattern with `*` and `?`, ready to match many names.
#[derive(Debug)]
pub struct NamePattern {
    pattern: Pattern,
    /// What a name has to begin with, in lower case.
    beginning: Box<str>,
    is_beginning: bool,
    shortest: usize,
}

impl NamePattern {
    /// The pattern of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        let beginning = &text[..text.find(['*', '?']).unwrap_or(text.len())];
        let rest = &text[beginning.len()..];
        let is_beginning = !rest.is_empty() && rest.bytes().all(|byte| byte == b'*');
        let pattern = Pattern::new(&text);
        Self { shortest: pattern.shortest(), beginning: beginning.into(), is_beginning, pattern }
    }

    /// What a name has to begin with, in lower case.
    #[must_use]
    pub fn beginning(&self) -> &str {
        &self.beginning
    }

    /// Whether every name that begins so matches.
    #[must_use]
    pub fn is_beginning(&self) -> bool {
        self.is_beginning
    }

    /// The length of the shortest name that matches, in characters.
    #[must_use]
    pub fn shortest(&self) -> usize {
        self.shortest
    }

    /// Whether it matches a name, which is in lower case.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.pattern.matches(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_knows_what_names_begin_with_and_how_short_they_are() {
        for (text, beginning, is_beginning, shortest) in [
            ("S3:Get*", "s3:get", true, 6),
            ("s3:Get**", "s3:get", true, 6),
            ("s3:GetObject", "s3:getobject", false, 12),
            ("s3:Get?x*", "s3:get", false, 8),
            ("*", "", true, 0),
            ("", "", false, 0),
            ("*Policy", "", false, 6),
        ] {
            let pattern = NamePattern::new(text);
            let found = (pattern.beginning(), pattern.is_beginning(), pattern.shortest());
            assert_eq!(found, (beginning, is_beginning, shortest), "{text}");
        }
        assert!(NamePattern::new("IAM:*Pol?cy").matches("iam:putrolepolicy"));
        assert!(!NamePattern::new("IAM:*Pol?cy").matches("iam:putrolepolicies"));
    }
}
