//! Pages, and opaque markers that are refused if they are altered.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::hash::{decode_base32, encode_base32};

/// The position at which a list continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Position {
    pub(crate) offset: u32,
    /// How many pages came before, including empty ones.
    pub(crate) page: u32,
}

/// How many bytes of the keyed check are in a marker.
const CHECK: usize = 12;

/// Writes and reads the markers of one list: one operation, in one account, with one set of
/// filters.
#[derive(Debug)]
pub(crate) struct Markers<'a> {
    /// The key that the checks are made with.
    pub(crate) key: &'a [u8],
    /// The list. A marker of another list is refused.
    pub(crate) list: &'a str,
}

impl Markers<'_> {
    pub(crate) fn write(&self, position: Position) -> String {
        let mut bytes = Vec::with_capacity(8 + CHECK);
        bytes.extend(position.offset.to_be_bytes());
        bytes.extend(position.page.to_be_bytes());
        let check = self.check(&bytes);
        bytes.extend(&check[..CHECK]);
        encode_base32(&bytes)
    }

    /// The position of a marker; `None` if it was altered, invented or belongs to another list.
    pub(crate) fn read(&self, marker: &str) -> Option<Position> {
        let bytes = decode_base32(marker)?;
        let (position, check) = bytes.split_at_checked(8)?;
        if check != &self.check(position)[..CHECK] {
            return None;
        }
        let (offset, page) = position.split_at(4);
        Some(Position {
            offset: u32::from_be_bytes(offset.try_into().ok()?),
            page: u32::from_be_bytes(page.try_into().ok()?),
        })
    }

    fn check(&self, position: &[u8]) -> [u8; 32] {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key) else {
            return [0; 32];
        };
        mac.update(self.list.as_bytes());
        mac.update(&[0]);
        mac.update(position);
        mac.finalize().into_bytes().into()
    }
}

/// The items on a page, and the position at which the list continues.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    /// The items, by their index in the list.
    pub(crate) items: std::ops::Range<usize>,
    /// The position after them; `None` at the end.
    pub(crate) next: Option<Position>,
}

/// The page at a position of a list with `total` items, `size` at a time. With `empty_every`, each
/// page whose number is a multiple of it has no items. In the middle of a list such a page still
/// has a marker, and at the end it is the last page.
pub(crate) fn slice(total: usize, at: Position, size: usize, empty_every: Option<u32>) -> Slice {
    let is_empty = |page: u32| empty_every.is_some_and(|every| (page + 1).is_multiple_of(every.max(2)));
    let start = (at.offset as usize).min(total);
    let end = if is_empty(at.page) { start } else { total.min(start + size.max(1)) };
    let next_page = at.page + 1;
    let more = end < total || (end > start && is_empty(next_page));
    Slice {
        items: start..end,
        next: more.then(|| Position {
            // Lists are far shorter than four billion items.
            offset: u32::try_from(end).unwrap_or(u32::MAX),
            page: next_page,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_survives_the_round_trip_and_nothing_else() {
        let markers = Markers { key: b"key", list: "iam:ListRoles 111111111111" };
        let position = Position { offset: 4200, page: 42 };
        let marker = markers.write(position);
        assert_eq!(markers.read(&marker), Some(position));
        for at in 0..marker.len() {
            let mut altered = marker.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(markers.read(std::str::from_utf8(&altered).unwrap()), None, "altered at {at}");
        }
        for foreign in ["", "AAAA", "=", "42"] {
            assert_eq!(markers.read(foreign), None);
        }
        let other = Markers { key: b"key", list: "iam:ListRoles 222222222222" };
        assert_eq!(other.read(&marker), None);
        let other = Markers { key: b"another key", ..markers };
        assert_eq!(other.read(&marker), None);
    }

    fn walk(total: usize, size: usize, empty_every: Option<u32>) -> Vec<usize> {
        let mut at = Position::default();
        let (mut seen, mut pages) = (0, Vec::new());
        loop {
            let slice = slice(total, at, size, empty_every);
            assert_eq!(slice.items.start, seen);
            seen = slice.items.end;
            pages.push(slice.items.len());
            match slice.next {
                Some(next) => at = next,
                None => break,
            }
        }
        assert_eq!(seen, total);
        pages
    }

    #[test]
    fn pages_cover_the_list_once() {
        assert_eq!(walk(0, 20, None), [0]);
        assert_eq!(walk(20, 20, None), [20]);
        assert_eq!(walk(41, 20, None), [20, 20, 1]);
        assert_eq!(walk(41, 20, Some(2)), [20, 0, 20, 0, 1, 0]);
        assert_eq!(walk(3, 20, Some(2)), [3, 0]);
        assert_eq!(walk(41, 20, Some(3)), [20, 20, 0, 1]);
    }
}
