//! Patterns with `*` and `?`, as IAM matches them.

/// Whether a text matches a pattern in which `*` stands for any characters and `?` for one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where to continue after a mismatch: after the last star, one character further than last
    // time.
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(&c) if c == b'?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = star else {
                    return false;
                };
                star = Some((after, from + 1));
                p = after;
                t = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

/// A list of patterns, possibly negated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Patterns {
    pub(crate) any_of: Vec<String>,
    /// Whether they are in `NotAction` or `NotResource`.
    pub(crate) negated: bool,
}

impl Patterns {
    /// Whether they match this action. Actions ignore case.
    pub(crate) fn matches_action(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        self.any_of.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), &action)) != self.negated
    }

    /// Whether they match this resource.
    pub(crate) fn matches_text(&self, text: &str) -> bool {
        self.any_of.iter().any(|pattern| matches(pattern, text)) != self.negated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("iam:Get*", "iam:GetRole", true),
            ("iam:Get*", "iam:ListRoles", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-c-", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("**x", "x", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
