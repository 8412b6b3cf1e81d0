//! Resources of requests.

use crate::pattern::{UNKNOWN_ONE, UNKNOWN_RUN};

/// How many parts an ARN has, separated by colons. The last part may have colons itself.
pub(crate) const PARTS: usize = 6;

/// What a question is about: one resource, or every resource of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    text: Box<str>,
    /// Where the parts begin.
    starts: [usize; PARTS],
    /// How many parts there are.
    parts: usize,
    /// Whether the text is a pattern.
    is_pattern: bool,
    /// All resources of its kind, for which it stands.
    kind: Option<Box<Self>>,
}

impl Resource {
    /// One resource by its ARN, or `*` for actions that have no resources.
    #[must_use]
    pub fn named(arn: &str) -> Self {
        Self::new(arn.into(), false)
    }

    /// Every resource that matches a pattern, such as one in the `Resource` of a statement.
    ///
    /// An answer is `Allowed` only if it is so for all of them, and `Denied` only if it is so for
    /// all of them. Variables in the pattern stand for any text.
    #[must_use]
    pub fn like(pattern: &str) -> Self {
        let mut text = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((_, after)) = after.split_once('}') else { break };
            text.push_str(before);
            text.push('*');
            rest = after;
        }
        text.push_str(rest);
        let unknown = |c| match c {
            '*' => UNKNOWN_RUN,
            '?' => UNKNOWN_ONE,
            c => c,
        };
        Self::new(text.chars().map(unknown).collect::<String>().into(), true)
    }

    /// One resource that stands for all that match a pattern, such as one that nobody named.
    ///
    /// What a statement gives, it gives if it names this one: `Resource` of an allow, `NotResource`
    /// of a deny. What it takes away, it takes away only from those that it names: `Resource` of a
    /// deny, `NotResource` of an allow. So nobody denies all of them by a pattern that fits this one.
    #[must_use]
    pub fn unnamed(arn: &str, kind: &str) -> Self {
        Self { kind: Some(Box::new(Self::like(kind))), ..Self::named(arn) }
    }

    /// Every resource: the answer holds whatever the resource is.
    #[must_use]
    pub fn any() -> Self {
        Self::like("*")
    }

    fn new(text: Box<str>, is_pattern: bool) -> Self {
        let mut starts = [0; PARTS];
        let mut parts = 1;
        for (at, _) in text.match_indices(':').take(PARTS - 1) {
            starts[parts] = at + 1;
            parts += 1;
        }
        Self { text, starts, parts, is_pattern, kind: None }
    }

    /// A part that ends before a colon.
    pub(crate) fn part(&self, index: usize) -> Option<&str> {
        let end = self.starts[..self.parts].get(index + 1)? - 1;
        Some(&self.text[self.starts[index]..end])
    }

    /// A part with everything behind it.
    pub(crate) fn rest(&self, index: usize) -> Option<&str> {
        self.starts[..self.parts].get(index).map(|&start| &self.text[start..])
    }

    /// What a statement has to match that takes away.
    pub(crate) fn kind(&self) -> &Self {
        self.kind.as_deref().unwrap_or(self)
    }

    pub(crate) const fn is_pattern(&self) -> bool {
        self.is_pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_six_parts_and_the_last_keeps_its_colons() {
        let function = Resource::named("arn:aws:lambda:eu-west-1:111111111111:function:a:1");
        assert_eq!((function.part(2), function.part(4)), (Some("lambda"), Some("111111111111")));
        assert_eq!((function.part(5), function.rest(5)), (None, Some("function:a:1")));
        assert_eq!(function.rest(3), Some("eu-west-1:111111111111:function:a:1"));
        let star = Resource::named("*");
        assert_eq!((star.part(0), star.rest(0), star.rest(1)), (None, Some("*"), None));
    }

    #[test]
    fn in_a_pattern_wildcards_and_variables_are_unknown_text() {
        let like = Resource::like("arn:aws:s3:::${aws:username}/?*");
        assert_eq!(like.rest(5), Some("\u{10FFFF}/\u{10FFFE}\u{10FFFF}"));
        assert_eq!(Resource::like("a${b").rest(0), Some("a${b"));
    }
}
