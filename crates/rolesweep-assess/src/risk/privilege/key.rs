//! What a judgement depends on: roles for which that is the same share the judgement.

use rolesweep_model::Boundary;

use super::documents::{Document, RoleDocuments, Subject, attached};
use super::known_facts::Place;
use super::library::{Known, Library};
use super::names;
use super::outline::About;

/// Which kind of a role's documents one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Inline,
    Managed,
    Boundary,
    /// Policies that were not collected.
    NotCollected,
}

/// Does something with each document: its kind, its name, and what it says. What was not collected
/// is a document that could not be read. `is_to_ask` makes them ready for that.
pub(super) fn each(
    library: &mut Library,
    documents: &RoleDocuments<'_>,
    is_to_ask: bool,
    mut document: impl FnMut(Kind, &str, &Known),
) {
    let missing = match (&documents.inline, &documents.attached) {
        (None, None) => Some(names::ITS_POLICIES),
        (None, Some(_)) => Some(names::ITS_INLINE_POLICIES),
        (Some(_), None) => Some(names::ITS_ATTACHED_POLICIES),
        (Some(_), Some(_)) => None,
    };
    if let Some(missing) = missing {
        document(Kind::NotCollected, missing, library.unread());
    }
    for one in documents.inline.iter().flatten() {
        let known = if is_to_ask { library.inline_content(one) } else { library.inline(one) };
        document(Kind::Inline, one.name, known);
    }
    for one in documents.attached.iter().flatten() {
        document(Kind::Managed, one.name, library.managed(one));
    }
    match &documents.boundary {
        Boundary::Absent => {}
        Boundary::Policy(one) => document(Kind::Boundary, one.name, library.managed(one)),
        Boundary::NotCollected => {
            let none = Document { name: "", text: None };
            document(Kind::Boundary, none.name, library.managed(&none));
        }
    }
}

/// Writes everything that the judgement depends on, and returns what of the role that is.
pub(super) fn write(
    key: &mut Vec<u8>,
    library: &mut Library,
    subject: &Subject<'_>,
    documents: &RoleDocuments<'_>,
) -> About {
    fn text(key: &mut Vec<u8>, kind: u8, text: &str) {
        key.push(kind);
        key.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        key.extend_from_slice(text.as_bytes());
    }
    key.clear();
    let mut about = About::default();
    each(library, documents, false, |kind, name, known| {
        key.extend_from_slice(&known.number.to_le_bytes());
        // Evidence names the policy.
        text(key, kind as u8, if kind == Kind::Managed { names::last(name) } else { name });
        about = about.and(known.about);
        if kind == Kind::Managed {
            key.push(u8::from(names::is_of_aws(name)));
        }
    });
    let place = Place::of(subject.arn);
    text(key, b'p', place.partition);
    if about.account {
        text(key, b'a', place.account);
    }
    if about.own {
        text(key, b'o', subject.arn);
        attached(documents).for_each(|arn| text(key, b'c', arn));
    }
    if about.tags {
        for tag in subject.tags.unwrap_or_default() {
            text(key, b't', tag.key);
            text(key, b'v', tag.value);
        }
    }
    about
}
