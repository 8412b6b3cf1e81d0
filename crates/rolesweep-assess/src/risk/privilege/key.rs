//! What a judgement depends on: roles for which that is the same share the judgement.

use rolesweep_model::{Boundary, PolicyDocument, RoleDocuments};

use super::known_facts::Place;
use super::known_policies::{Known, KnownPolicies};
use super::names;
use super::outline::About;
use super::subject::{Subject, attached};

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
    known_policies: &mut KnownPolicies,
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
        document(Kind::NotCollected, missing, known_policies.unread());
    }
    for one in documents.inline.iter().flatten() {
        let known = if is_to_ask { known_policies.inline_content(one) } else { known_policies.inline(one) };
        document(Kind::Inline, one.name, known);
    }
    for one in documents.attached.iter().flatten() {
        document(Kind::Managed, one.name, known_policies.managed(one));
    }
    match &documents.boundary {
        Boundary::Absent => {}
        Boundary::Policy(one) => document(Kind::Boundary, one.name, known_policies.managed(one)),
        Boundary::NotCollected => {
            let none = PolicyDocument { name: "", text: None };
            document(Kind::Boundary, none.name, known_policies.managed(&none));
        }
    }
}

/// Writes everything that the judgement depends on, and returns what of the role that is.
pub(super) fn write(
    key: &mut Vec<u8>,
    known_policies: &mut KnownPolicies,
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
    each(known_policies, documents, false, |kind, name, known| {
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
