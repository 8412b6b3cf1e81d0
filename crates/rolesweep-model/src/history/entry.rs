//! What the history has of one role.

use jiff::Timestamp;

use super::access::AccessPart;

/// The history of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The scan that saw it first.
    pub(super) first: u32,
    /// The first of the scans since which its last use is the same.
    pub(super) used_since: u32,
    /// The newest use that any scan saw, if that is not what this scan's facts say.
    pub(super) earlier_use: Option<Timestamp>,
    /// What decides about the access to the role and of it, in the order of [`AccessPart::ALL`].
    pub(super) access: [Part; AccessPart::ALL.len()],
}

/// A part of what decides about access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Its fingerprint when it was known last; 0 if it never was.
    pub(super) print: u64,
    /// The scan that showed its last change, or else the one that saw the role first.
    pub(super) since: u32,
}
