//! What the value of a claim fixes.

use super::providers::Claim;
use crate::risk::trust::term::Fixed;

/// How far the conditions on claims limit who gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Limit {
    /// Not at all: every customer of the provider.
    None,
    /// To one customer.
    Tenant,
    /// To one project, user or workload.
    Project,
}

impl Claim {
    /// Whether a text begins like one of the forms.
    pub(super) fn begins(&self, text: &str) -> bool {
        let mut first = self.forms.iter().filter_map(|form| form.split_once('<'));
        first.any(|(first, _)| !first.is_empty() && text.starts_with(first))
    }

    /// What a value fixes: what its text before the first wildcard says for certain.
    pub(super) fn limit(&self, value: &Fixed) -> Limit {
        let limit = |form: &&str| limit(form, value.literal(), value.is_exact());
        self.forms.iter().map(limit).max().unwrap_or(Limit::None)
    }
}

/// Follows a form as far as the text does. A part counts only if what ends it is there, too: `acme`
/// without the slash is also the beginning of `acme-evil`. The character after a part ends it.
fn limit(form: &str, text: &str, is_whole: bool) -> Limit {
    let (mut form, mut text, mut limit) = (form, text, Limit::None);
    while let Some((before, rest)) = form.split_once('<') {
        let Some((part, after)) = rest.split_once('>') else { break };
        let Some(behind) = text.strip_prefix(before) else { break };
        let length = match after.chars().next().and_then(|end| behind.find(end)) {
            Some(at) => at,
            None if is_whole => behind.len(),
            None => break,
        };
        if length == 0 {
            break;
        }
        limit = limit.max(if part == "tenant" { Limit::Tenant } else { Limit::Project });
        (form, text) = (after, &behind[length..]);
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_fixes_only_what_it_names_to_its_end() {
        use Limit::{None, Project, Tenant};
        let form = "repo:<tenant>/<project>:";
        for (text, is_whole, expected) in [
            ("", false, None),
            ("", true, None),
            ("repo:", false, None),
            ("repo:acme", false, None),
            ("repo:acme/", false, Tenant),
            ("repo:acme/app", false, Tenant),
            ("repo:acme/app:", false, Project),
            ("repo:acme/app:ref:refs/heads/main", true, Project),
            ("repo:acme@1/app@2:ref:refs/heads/main", true, Project),
            ("repo:acme/app", true, Project),
            ("repo:acme", true, Tenant),
            ("repo:/app:", true, None),
            ("repo:acme/:", true, Tenant),
            ("environment:prod", true, None),
            ("REPO:acme/app:", true, None),
        ] {
            assert_eq!(limit(form, text, is_whole), expected, "{text} {is_whole}");
        }
        assert_eq!(limit("organization:<tenant>:project:<project>:", "organization:acme:", false), Tenant);
        assert_eq!(limit("project_path:<tenant>/<project>:", "project_path:a/b/c:", false), Project);
        assert_eq!(limit("<project>\n", "https://vercel.com/acme", true), Project);
        assert_eq!(limit("<project>\n", "https://vercel.com/acme", false), None);
    }
}
