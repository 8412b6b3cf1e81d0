//! The audit role's tags.

use std::fmt;
use std::str::FromStr;

/// The tag that says which version of the policy a role has.
pub(super) const VERSION_TAG: &str = "rolesweep-policy-version";

/// How many tags the role can have besides its own. IAM allows 50.
const MOST: usize = 49;

/// One tag, in characters that IAM, stacks and StackSets all take (`AWS::CloudFormation::StackSet
/// Tag` has the narrowest rule for keys). A key has no `=`, because the AWS CLI splits there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

/// Why a tag cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TagError {
    #[error("not a tag (KEY=VALUE)")]
    Shape,
    #[error("not a tag's key (1 to 128 ASCII letters, digits, spaces, and _ . : / + -)")]
    Key,
    #[error("not a tag's value (1 to 256 letters, digits, spaces, and _ . : / = + - @)")]
    Value,
    #[error("AWS reserves keys that begin with aws:")]
    Reserved,
    #[error("the role has the tag {VERSION_TAG} already; it says which version of the policy the role has")]
    Version,
    #[error("the key {0} occurs twice; IAM takes upper and lower case as the same")]
    Twice(String),
    #[error("more than {MOST} tags; a role has 50 at most, and one of them is {VERSION_TAG}")]
    TooMany,
}

impl FromStr for Tag {
    type Err = TagError;

    fn from_str(s: &str) -> Result<Self, TagError> {
        let (key, value) = s.split_once('=').ok_or(TagError::Shape)?;
        // A key that begins with `-` would be read as a flag.
        if key.is_empty()
            || key.starts_with('-')
            || key.len() > 128
            || !key.chars().all(|c| c.is_ascii_alphanumeric() || " _.:/+-".contains(c))
        {
            return Err(TagError::Key);
        }
        let of_value = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
        if !(1..=256).contains(&value.chars().count()) || !value.chars().all(of_value) {
            return Err(TagError::Value);
        }
        let lower = key.to_ascii_lowercase();
        if lower.starts_with("aws:") {
            return Err(TagError::Reserved);
        }
        if lower == VERSION_TAG {
            return Err(TagError::Version);
        }
        Ok(Self { key: key.to_owned(), value: value.to_owned() })
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

/// Tags with different keys, in the order in which they were given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tags(Vec<Tag>);

impl Tags {
    /// Reads each tag, and compares their keys.
    pub(crate) fn parse(texts: &[String]) -> Result<Self, TagError> {
        let mut tags: Vec<Tag> = Vec::new();
        for text in texts {
            let tag: Tag = text.parse()?;
            if tags.iter().any(|other| other.key.eq_ignore_ascii_case(&tag.key)) {
                return Err(TagError::Twice(tag.key));
            }
            tags.push(tag);
        }
        if tags.len() > MOST { Err(TagError::TooMany) } else { Ok(Self(tags)) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(texts: &[&str]) -> Result<Tags, TagError> {
        Tags::parse(&texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn tags_keep_their_order_and_a_value_may_have_an_equals_sign() {
        let tags = parse(&["team=security", "Cost Center=a=b/c@d", "owner=Zoë"]).unwrap();
        let shown: Vec<String> = tags.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["team=security", "Cost Center=a=b/c@d", "owner=Zoë"]);
    }

    #[test]
    fn tags_that_aws_would_refuse_are_refused() {
        let long = |n: usize| "k".repeat(n);
        for (texts, why) in [
            (vec!["team"], TagError::Shape),
            (vec!["=security"], TagError::Key),
            (vec!["a@b=c"], TagError::Key),
            (vec!["é=c"], TagError::Key),
            (vec![&format!("{}=v", long(129))], TagError::Key),
            (vec!["team="], TagError::Value),
            (vec!["team=a\nb"], TagError::Value),
            (vec!["team=a\"b"], TagError::Value),
            (vec!["team=\u{202e}"], TagError::Value),
            (vec![&format!("team={}", long(257))], TagError::Value),
            (vec!["AWS:team=a"], TagError::Reserved),
            (vec!["Rolesweep-Policy-Version=9"], TagError::Version),
            (vec!["team=a", "Team=b"], TagError::Twice("Team".to_owned())),
        ] {
            let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
            assert_eq!(parse(&texts).unwrap_err(), why, "{texts:?}");
        }
        let many = |n: usize| (0..n).map(|n| format!("k{n}=v")).collect::<Vec<_>>();
        assert!(Tags::parse(&many(49)).is_ok());
        assert_eq!(Tags::parse(&many(50)).unwrap_err(), TagError::TooMany);
    }
}
