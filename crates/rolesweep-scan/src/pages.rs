//! Markers: where a list goes on, and when it contradicts itself or what is known.

use std::collections::HashSet;
use std::fmt;

use crate::ports::Page;

/// More pages than any list has: 50,000 accounts are 2,500 pages and 5,000 roles at the very most 5,000. A list that does not end by then
/// would never end.
const MAX_PAGES: usize = 10_000;

/// How a list of pages contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contradiction {
    /// There is more, and AWS does not say where.
    NoMarker,
    /// It goes on where it already was.
    RepeatedMarker,
    /// It does not end.
    Endless,
    /// It holds a role of another account.
    Elsewhere,
    /// It holds a role of another partition than the caller's.
    OtherPartition,
    /// One role's id stands beside two ARNs: an id never changes its ARN, since IAM cannot rename or move a role.
    TwoArns,
    /// It holds a role twice, with two last uses. One of them is older, and must not decide.
    TwoLastUses,
    /// It holds no role, though a role was assumed to ask for it.
    NoRoles,
    /// It holds roles, but not the one that was assumed to ask for it.
    NoAuditRole,
    /// It holds more roles than were answered for. A defect of rolesweep.
    Lost,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMarker => "truncated page without a marker",
            Self::RepeatedMarker => "repeated marker",
            Self::Endless => "list without an end",
            Self::Elsewhere => "a role of another account",
            Self::TwoArns => "one role id for two roles",
            Self::TwoLastUses => "a role twice, with two last uses",
            Self::OtherPartition => "a role of another partition",
            Self::NoRoles => "no roles, not even the audit role",
            Self::NoAuditRole => "the audit role is not among the roles",
            Self::Lost => "fewer roles than the list holds",
        })
    }
}

/// The markers that a list has gone through.
#[derive(Debug, Default)]
pub(crate) struct Markers {
    seen: HashSet<String>,
}

impl Markers {
    /// Where the list goes on after a page; `None` at its end.
    ///
    /// The end is where AWS says that nothing was truncated: that is the field which its documentation tells callers to check. A cloud whose
    /// pages say so and name a successor as well contradicts itself, and refuses them. What is on the page plays no part, since an empty page
    /// may have a successor.
    pub(crate) fn after<T>(&mut self, page: &Page<T>) -> Result<Option<String>, Contradiction> {
        if !page.truncated {
            return Ok(None);
        }
        let marker = match &page.next {
            Some(marker) if !marker.is_empty() => marker.clone(),
            _ => return Err(Contradiction::NoMarker),
        };
        if !self.seen.insert(marker.clone()) {
            return Err(Contradiction::RepeatedMarker);
        }
        if self.seen.len() > MAX_PAGES {
            return Err(Contradiction::Endless);
        }
        Ok(Some(marker))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(next: Option<&str>, truncated: bool) -> Page<()> {
        Page { items: (), next: next.map(str::to_owned), truncated }
    }

    #[test]
    fn a_list_ends_where_nothing_is_truncated() {
        assert_eq!(Markers::default().after(&page(None, false)), Ok(None));
        assert_eq!(Markers::default().after(&page(Some("left over"), false)), Ok(None));
    }

    #[test]
    fn a_truncated_page_needs_a_marker() {
        assert_eq!(Markers::default().after(&page(None, true)), Err(Contradiction::NoMarker));
        assert_eq!(Markers::default().after(&page(Some(""), true)), Err(Contradiction::NoMarker));
    }

    #[test]
    fn a_marker_that_comes_again_is_a_loop_however_long() {
        let mut markers = Markers::default();
        for marker in ["a", "b", "c"] {
            assert_eq!(markers.after(&page(Some(marker), true)), Ok(Some(marker.to_owned())));
        }
        assert_eq!(markers.after(&page(Some("a"), true)), Err(Contradiction::RepeatedMarker));
    }

    #[test]
    fn a_list_that_does_not_end_is_cut() {
        let mut markers = Markers::default();
        let cut =
            (0..).find_map(|n| markers.after(&page(Some(&n.to_string()), true)).err().map(|why| (n, why)));
        assert_eq!(cut, Some((MAX_PAGES, Contradiction::Endless)));
    }
}
