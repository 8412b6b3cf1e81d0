//! What the user declares of owners: where their names are looked for, and who they are.

use rolesweep_model::text::is_hidden;
use serde::Serialize;

use super::table::OwnedPlace;

/// The keys of tags that name an owner if nothing else is set, separated by commas. Who paid for a
/// role or created it is not among them, because neither answers for it.
pub const DEFAULT_TAGS: &str = "owner, technical-owner, tech-owner, owner-email, owner-contact, contact, support-contact, team, squad, maintainer";

/// The values that name nobody if nothing else is set, separated by commas.
pub const DEFAULT_IGNORED_VALUES: &str = "n/a, na, none, null, unknown, undefined, unassigned, nobody, tbd, todo, default, admin, administrator, root, terraform, opentofu, pulumi, cloudformation, cdk";

/// How the owner of a role is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerRules {
    /// The keys of the role tags that name an owner, the first that counts first.
    pub tags: Vec<String>,
    /// The values that name nobody.
    pub ignored_values: Vec<String>,
    /// The owners that somebody declared.
    pub owners: Vec<KnownOwner>,
    /// Who owns the roles of an account or of an OU if no tag says so.
    pub places: Vec<OwnedPlace>,
}

/// A person or a team that owns roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownOwner {
    /// The name that reports show.
    pub name: String,
    /// How tags and tables also write it.
    pub aliases: Vec<String>,
    /// Where to write to. A tag may have it too.
    pub email: Option<String>,
    /// Who answers instead.
    pub deputy: Option<String>,
    /// Who decides if nobody answers.
    pub manager: Option<String>,
}

impl Default for OwnerRules {
    fn default() -> Self {
        let list = |text: &str| text.split(',').map(|item| item.trim().to_owned()).collect();
        Self {
            tags: list(DEFAULT_TAGS),
            ignored_values: list(DEFAULT_IGNORED_VALUES),
            owners: Vec::new(),
            places: Vec::new(),
        }
    }
}

impl KnownOwner {
    /// Everything that means this owner: the name, the aliases, and the address.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = std::iter::once(&self.name).chain(&self.aliases).chain(&self.email);
        own.map(String::as_str)
    }
}

/// A tag's key without what does not matter in it: case, `-`, `_`, `:`, blanks, and characters that
/// do not show.
#[must_use]
pub fn folded_key(key: &str) -> String {
    let matters = |c: &char| !matches!(c, '-' | '_' | ':') && !c.is_whitespace() && !is_hidden(*c);
    key.chars().filter(matters).collect::<String>().to_lowercase()
}

/// An owner's name without what does not matter in it: case, blanks around it, and characters that
/// do not show. `-` and `_` matter here, because they tell the addresses of two people apart.
#[must_use]
pub fn folded_value(value: &str) -> String {
    let shown: String = value.chars().filter(|&c| !is_hidden(c)).collect();
    shown.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_separators_and_hidden_characters_do_not_matter_in_keys() {
        for key in
            ["technical-owner", "TechnicalOwner", "technical_owner", "Technical Owner", "TECHNICAL:OWNER"]
        {
            assert_eq!(folded_key(key), "technicalowner", "{key}");
        }
        assert_eq!(folded_key("ow\u{200b}ner"), "owner");
        assert_eq!(folded_key("aws:owner"), "awsowner");
        assert_eq!(folded_key("担当"), "担当");
        assert_eq!(folded_key("-_: "), "");
    }

    #[test]
    fn only_case_and_blanks_around_it_do_not_matter_in_names() {
        assert_eq!(folded_value(" N/A\u{200b} "), "n/a");
        assert_eq!(folded_value("Zoë Müller"), "zoë müller");
        assert_ne!(folded_value("a-b@example.com"), folded_value("ab@example.com"));
    }

    #[test]
    fn the_defaults_are_in_their_normal_form_and_come_once() {
        let rules = OwnerRules::default();
        assert_eq!(rules.tags[0], "owner");
        for (at, tag) in rules.tags.iter().enumerate() {
            let known = rules.tags[..at].iter().any(|other| folded_key(other) == folded_key(tag));
            assert!(!known && !tag.is_empty() && *tag == tag.to_lowercase(), "{tag}");
        }
        for (at, value) in rules.ignored_values.iter().enumerate() {
            assert!(!rules.ignored_values[..at].contains(value) && folded_value(value) == *value, "{value}");
        }
    }
}
