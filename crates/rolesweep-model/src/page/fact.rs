//! How each kind of fact of a role is written in the columns of a page.

use super::numbers::{Cursor, Numbers};
use super::texts::{StoredTexts, Texts};
use crate::encode::DecodeError;
use crate::role_facts::{AttachedPolicy, Boundary, Evidence, InstanceProfile, LastUse, Tag};

/// The type of a role's texts: its own, or borrowed from the page that they are read from.
pub trait Text<'a>: AsRef<str> + From<&'a str> {}

impl Text<'_> for String {}

impl<'a> Text<'a> for &'a str {}

/// A kind of fact. Zero in its columns means "not collected". That is also what a page says if it
/// was stored before the fact existed.
pub(crate) trait Fact<'a>: Sized {
    /// The names of its columns in addition to the one that has the fact's name.
    const MORE: &'static [&'static str] = &[];

    /// The value if there is no answer.
    const UNKNOWN: Self;

    fn write<'r>(&'r self, columns: &mut [Numbers], texts: &mut Texts<'r>);

    fn read(columns: &mut [Cursor<'_>], texts: &mut StoredTexts<'a>) -> Result<Self, DecodeError>;
}

pub(super) const UNKNOWN_VALUE: DecodeError =
    DecodeError::Page("a value has a meaning that this version does not know");

impl<'a, S: Text<'a>> Fact<'a> for Option<S> {
    const UNKNOWN: Self = None;

    fn write<'r>(&'r self, columns: &mut [Numbers], texts: &mut Texts<'r>) {
        columns[0].push_option(self.as_ref().map(|text| texts.number(text.as_ref())));
    }

    fn read(columns: &mut [Cursor<'_>], texts: &mut StoredTexts<'a>) -> Result<Self, DecodeError> {
        columns[0].next_option()?.map(|number| texts.get(number).map(S::from)).transpose()
    }
}

impl Fact<'_> for Option<u32> {
    const UNKNOWN: Self = None;

    fn write<'r>(&'r self, columns: &mut [Numbers], _: &mut Texts<'r>) {
        columns[0].push_option(self.map(u64::from));
    }

    fn read(columns: &mut [Cursor<'_>], _: &mut StoredTexts<'_>) -> Result<Self, DecodeError> {
        columns[0].next_option()?.map(u32::try_from).transpose().map_err(|_| UNKNOWN_VALUE)
    }
}

/// The list's length plus one, and then the texts of its items.
impl<'a, T: Item<'a>> Fact<'a> for Option<Vec<T>> {
    const UNKNOWN: Self = None;

    fn write<'r>(&'r self, columns: &mut [Numbers], texts: &mut Texts<'r>) {
        columns[0].push_option(self.as_ref().map(|items| items.len() as u64));
        for item in self.iter().flatten() {
            item.write(&mut |text| columns[0].push(texts.number(text)));
        }
    }

    fn read(columns: &mut [Cursor<'_>], texts: &mut StoredTexts<'a>) -> Result<Self, DecodeError> {
        let Some(length) = columns[0].next_option()? else { return Ok(None) };
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(T::read(&mut || texts.get(columns[0].next()?))?);
        }
        Ok(Some(items))
    }
}

/// 0 not collected, 1 none recorded, 2 used. If it is used, the other columns hold the instant and
/// the Region, if any.
impl<'a, S: Text<'a>> Fact<'a> for LastUse<S> {
    const MORE: &'static [&'static str] = &["last_used_at", "last_used_region"];
    const UNKNOWN: Self = Self::NotCollected;

    fn write<'r>(&'r self, columns: &mut [Numbers], texts: &mut Texts<'r>) {
        match self {
            Self::NotCollected => columns[0].push(0),
            Self::NoneRecorded => columns[0].push(1),
            Self::Used { at, region } => {
                columns[0].push(2);
                columns[1].push_instant(*at);
                region.write(&mut columns[2..], texts);
            }
        }
    }

    fn read(columns: &mut [Cursor<'_>], texts: &mut StoredTexts<'a>) -> Result<Self, DecodeError> {
        match columns[0].next()? {
            0 => Ok(Self::NotCollected),
            1 => Ok(Self::NoneRecorded),
            2 => Ok(Self::Used {
                at: columns[1].next_instant()?,
                region: Option::read(&mut columns[2..], texts)?,
            }),
            _ => Err(UNKNOWN_VALUE),
        }
    }
}

/// 0 not collected, 1 none, 2 and more the text.
impl<'a, S: Text<'a>> Fact<'a> for Boundary<S> {
    const UNKNOWN: Self = Self::NotCollected;

    fn write<'r>(&'r self, columns: &mut [Numbers], texts: &mut Texts<'r>) {
        columns[0].push(match self {
            Self::NotCollected => 0,
            Self::Absent => 1,
            Self::Policy(arn) => texts.number(arn.as_ref()) + 2,
        });
    }

    fn read(columns: &mut [Cursor<'_>], texts: &mut StoredTexts<'a>) -> Result<Self, DecodeError> {
        Ok(match columns[0].next()? {
            0 => Self::NotCollected,
            1 => Self::Absent,
            number => Self::Policy(texts.get(number - 2)?.into()),
        })
    }
}

/// An item of a list: one text or several.
pub(crate) trait Item<'a>: Sized {
    /// Passes on its texts.
    fn write<'r>(&'r self, push: &mut dyn FnMut(&'r str));

    /// Takes the item from the next texts.
    fn read(next: &mut dyn FnMut() -> Result<&'a str, DecodeError>) -> Result<Self, DecodeError>;
}

impl<'a, S: Text<'a>> Item<'a> for S {
    fn write<'r>(&'r self, push: &mut dyn FnMut(&'r str)) {
        push(self.as_ref());
    }

    fn read(next: &mut dyn FnMut() -> Result<&'a str, DecodeError>) -> Result<Self, DecodeError> {
        next().map(S::from)
    }
}

macro_rules! items {
    ($($item:ident: $($field:ident),*;)*) => {$(
        impl<'a, S: Text<'a>> Item<'a> for $item<S> {
            fn write<'r>(&'r self, push: &mut dyn FnMut(&'r str)) {
                $(push(self.$field.as_ref());)*
            }

            fn read(next: &mut dyn FnMut() -> Result<&'a str, DecodeError>) -> Result<Self, DecodeError> {
                Ok(Self { $($field: next()?.into(),)* })
            }
        }
    )*};
}

items! {
    AttachedPolicy: arn, name;
    InstanceProfile: arn, name;
    Tag: key, value;
}

/// Appends the number of the answer that a role comes from. Every role has one.
pub(super) fn push_evidence(evidence: Evidence, column: &mut Numbers) {
    column.push(match evidence {
        Evidence::AuthorizationDetails => 0,
        Evidence::GetRole => 1,
        Evidence::ListRoles => 2,
    });
}

pub(super) fn next_evidence(column: &mut Cursor<'_>) -> Result<Evidence, DecodeError> {
    match column.next()? {
        0 => Ok(Evidence::AuthorizationDetails),
        1 => Ok(Evidence::GetRole),
        2 => Ok(Evidence::ListRoles),
        _ => Err(UNKNOWN_VALUE),
    }
}
