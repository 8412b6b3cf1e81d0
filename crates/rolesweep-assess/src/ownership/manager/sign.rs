//! What shows that a role is managed by something.

use std::fmt;

use rolesweep_model::{Role, Tag};
use serde::Serialize;

use crate::ownership::folded_key;

/// How sure it is that a role is managed by something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerConfidence {
    /// A word that anyone may type.
    Low,
    /// A shape that people rarely choose.
    Medium,
    /// A tag or a shape that people do not choose.
    High,
    /// Only AWS can make it.
    Certain,
}

impl ManagerConfidence {
    /// All of them, the surest first.
    pub const ALL: [Self; 4] = [Self::Certain, Self::High, Self::Medium, Self::Low];

    /// The word for files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Certain => "certain",
        }
    }
}

impl fmt::Display for ManagerConfidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A sign of a manager.
pub(super) struct Sign {
    pub(super) look: Look,
    pub(super) confidence: ManagerConfidence,
}

/// What a sign looks at.
pub(super) enum Look {
    /// Roles at or below this path, in which only AWS creates roles.
    ReservedPath(&'static str),
    /// A tag whose key is or begins like this, with one of these values; with any if there are none.
    Tag(Key, &'static [&'static str]),
    /// A tag that says by convention what manages a resource: its value begins with one of these
    /// words.
    Convention(&'static [&'static str]),
    /// The shape of a name, with what evidence says of it.
    Shape(Shape, &'static str),
    /// A name that the manager gives and anyone may type.
    Name(&'static [&'static str]),
    /// The beginning of such names.
    Prefix(&'static str),
}

/// The key of a tag.
pub(super) enum Key {
    Is(&'static str),
    BeginsWith(&'static str),
}

/// The shape of a name.
pub(super) type Shape = fn(&Named<'_>) -> bool;

/// What shapes look at.
pub(super) struct Named<'a> {
    /// The id of the role's account.
    pub(super) account: &'a str,
    /// The role's path.
    pub(super) path: &'a str,
    /// The role's name.
    pub(super) name: &'a str,
}

/// How much a sign outranks others, whatever their confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Path,
    Tag,
    /// An account that the role trusts. No declaration has it.
    Account,
    Shape,
    Name,
}

/// The keys of tags that say by convention what manages a resource, without case and separators.
const CONVENTIONS: [&str; 10] = [
    "managedby",
    "managedwith",
    "provisionedby",
    "provisioner",
    "deployedby",
    "deployedwith",
    "createdby",
    "createdwith",
    "iac",
    "iactool",
];

impl Sign {
    pub(super) fn rank(&self) -> Rank {
        match self.look {
            Look::ReservedPath(_) => Rank::Path,
            Look::Tag(..) | Look::Convention(_) => Rank::Tag,
            Look::Shape(..) => Rank::Shape,
            Look::Name(_) | Look::Prefix(_) => Rank::Name,
        }
    }

    /// The evidence, if a role has this sign.
    pub(super) fn on<S: AsRef<str>>(
        &self,
        role: &Role<S>,
        named: &Named<'_>,
        said: &[Said<'_>],
    ) -> Option<String> {
        match &self.look {
            Look::ReservedPath(path) => {
                named.path.starts_with(path).then(|| format!("path {path}: only AWS creates roles there"))
            }
            Look::Tag(key, values) => tag(role, |tag| {
                let value = tag.value.as_ref();
                key.is(tag.key.as_ref()) && (values.is_empty() || values.contains(&value))
            }),
            Look::Convention(words) => {
                let is_named = |said: &&Said<'_>| words.iter().any(|word| said.value.starts_with(word));
                said.iter().filter(is_named).map(|said| said.tag).min().map(tag_evidence)
            }
            Look::Shape(shape, says) => shape(named).then(|| format!("name: {says}")),
            Look::Name(names) => names.contains(&named.name).then(|| format!("name: {}", named.name)),
            Look::Prefix(prefix) => {
                named.name.starts_with(prefix).then(|| format!("name: begins with {prefix}"))
            }
        }
    }
}

impl Key {
    fn is(&self, key: &str) -> bool {
        match self {
            Self::Is(wanted) => key == *wanted,
            Self::BeginsWith(start) => key.starts_with(start),
        }
    }
}

/// The first tag that a sign looks for, as evidence. First by bytes, because AWS does not promise an
/// order.
fn tag<S: AsRef<str>>(role: &Role<S>, is_sign: impl Fn(&Tag<S>) -> bool) -> Option<String> {
    let found = role.tags.iter().flatten().filter(|tag| is_sign(tag));
    found.map(|tag| (tag.key.as_ref(), tag.value.as_ref())).min().map(tag_evidence)
}

fn tag_evidence((key, value): (&str, &str)) -> String {
    format!("tag {key}={value}")
}

/// A tag that says by convention what manages the role.
pub(super) struct Said<'a> {
    /// What it says, folded.
    value: String,
    tag: (&'a str, &'a str),
}

impl<'a> Said<'a> {
    /// Those of a role. They are found once, because several signs ask for them.
    pub(super) fn all<S: AsRef<str>>(role: &'a Role<S>) -> Vec<Self> {
        let is_one = |tag: &&Tag<S>| CONVENTIONS.contains(&folded_key(tag.key.as_ref()).as_str());
        let tags = role.tags.iter().flatten().filter(is_one);
        tags.map(|tag| {
            let tag = (tag.key.as_ref(), tag.value.as_ref());
            Self { value: folded_key(tag.1), tag }
        })
        .collect()
    }
}
