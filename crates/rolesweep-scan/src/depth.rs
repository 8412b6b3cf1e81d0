//! How much of each account a run reads.

/// Everything for a scan, as little as possible for a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Every role.
    Everything,
    /// One page with one role. It is not handed to the sink.
    OneRole,
}

impl Depth {
    /// How many roles and policies a page should hold, if a scan wants `page_size`.
    pub(crate) fn page_size(self, page_size: u16) -> u16 {
        match self {
            Self::Everything => page_size,
            Self::OneRole => 1,
        }
    }
}
