//! How AWS's answers contradict themselves, or what is known.

/// How a list contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Contradiction {
    /// There is more, and AWS does not say where.
    #[error("truncated page without a marker")]
    NoMarker,
    /// It goes on where it already was.
    #[error("repeated marker")]
    RepeatedMarker,
    /// It does not end.
    #[error("list without an end")]
    Endless,
    /// It holds a role of another account.
    #[error("a role of another account")]
    OtherAccount,
    /// It holds a role of another partition than the caller's.
    #[error("a role of another partition")]
    OtherPartition,
    /// One role id has two ARNs. IAM cannot rename or move a role, so that an id never changes its
    /// ARN.
    #[error("one role id for two roles")]
    TwoArns,
    /// It holds a role twice, with two last uses. One of them is older, and must not decide.
    #[error("a role twice, with two last uses")]
    TwoLastUses,
    /// It holds no role, though a role was assumed to ask for it.
    #[error("no roles, not even the audit role")]
    NoRoles,
    /// It holds roles, but not the one that was assumed to ask for it.
    #[error("the audit role is not among the roles")]
    NoAuditRole,
    /// It holds more roles than were stored. A defect of rolesweep.
    #[error("fewer roles than the list holds")]
    Lost,
}
