//! Pagination: the marker at which a list continues, and contradictions between markers.

use std::collections::HashSet;

use crate::contradiction::Contradiction;
use crate::ports::Page;

/// More pages than any list has: 50,000 accounts are 2,500 pages, and 5,000 roles are at most
/// 5,000. A list that has not ended by then never ends.
const MAX_PAGES: usize = 10_000;

/// The markers that a list has used.
#[derive(Debug, Default)]
pub(crate) struct Pagination {
    seen: HashSet<String>,
}

impl Pagination {
    /// The marker at which the list continues after a page; `None` at its end.
    ///
    /// The list ends when AWS says that nothing was truncated: AWS's documentation tells callers to
    /// check this field. A page that says so and still has a marker contradicts itself, and the
    /// cloud's adapter refuses it. The page's content does not matter, because an empty page may
    /// have a successor.
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
    fn a_list_ends_if_nothing_is_truncated() {
        assert_eq!(Pagination::default().after(&page(None, false)), Ok(None));
        assert_eq!(Pagination::default().after(&page(Some("left over"), false)), Ok(None));
    }

    #[test]
    fn a_truncated_page_needs_a_marker() {
        assert_eq!(Pagination::default().after(&page(None, true)), Err(Contradiction::NoMarker));
        assert_eq!(Pagination::default().after(&page(Some(""), true)), Err(Contradiction::NoMarker));
    }

    #[test]
    fn a_marker_that_comes_again_is_a_loop_however_long() {
        let mut pagination = Pagination::default();
        for marker in ["a", "b", "c"] {
            assert_eq!(pagination.after(&page(Some(marker), true)), Ok(Some(marker.to_owned())));
        }
        assert_eq!(pagination.after(&page(Some("a"), true)), Err(Contradiction::RepeatedMarker));
    }

    #[test]
    fn a_list_that_does_not_end_is_cut() {
        let mut pagination = Pagination::default();
        let cut =
            (0..).find_map(|n| pagination.after(&page(Some(&n.to_string()), true)).err().map(|why| (n, why)));
        assert_eq!(cut, Some((MAX_PAGES, Contradiction::Endless)));
    }
}
