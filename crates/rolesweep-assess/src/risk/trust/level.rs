//! Who could take a role over, in one word.

use std::fmt;

use serde::Serialize;

/// Who could take a role over: the widest that its trust policy lets in, the widest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustLevel {
    /// Nobody: no statement lets anyone in, or only principals that were deleted.
    Nobody,
    /// The role's own account, AWS services, its SAML providers, and one named project of an OIDC
    /// provider.
    Local,
    /// Another account of the organization, or all of them.
    Org,
    /// An account of which nobody can say whether it is in the organization, because the scan's
    /// population is not the whole organization. It ranks as [`ExternalBound`](Self::ExternalBound).
    MembershipUnknown,
    /// Somebody outside who is limited: by an external id, to one role or user, to a vendor that is
    /// known, or to one tenant of an OIDC provider.
    ExternalBound,
    /// An account outside without such a limit.
    ExternalOpen,
    /// Anyone.
    Public,
}

impl TrustLevel {
    /// All of them, the widest first.
    pub const ALL: [Self; 7] = [
        Self::Public,
        Self::ExternalOpen,
        Self::ExternalBound,
        Self::MembershipUnknown,
        Self::Org,
        Self::Local,
        Self::Nobody,
    ];

    /// The word for files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Local => "local",
            Self::Org => "org",
            Self::MembershipUnknown => "membership-unknown",
            Self::ExternalBound => "external-bound",
            Self::ExternalOpen => "external-open",
            Self::Public => "public",
        }
    }
}

impl fmt::Display for TrustLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
