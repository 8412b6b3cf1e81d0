//! Ways in which AWS's answers contradict each other, or known facts.

/// How a list contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Contradiction {
    /// There is more, but AWS gives no marker for it.
    #[error("truncated page without a marker")]
    NoMarker,
    /// A marker was used before.
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
    /// One role id has two ARNs. IAM cannot rename or move a role, so an id never changes its ARN.
    #[error("one role id for two roles")]
    TwoArns,
    /// It has a role twice, with two last uses. One of them is older and must not decide.
    #[error("a role twice, with two last uses")]
    TwoLastUses,
    /// It has no roles, although a role was assumed to read it.
    #[error("no roles, not even the audit role")]
    NoRoles,
    /// It has roles, but not the one that was assumed to read it.
    #[error("the audit role is not among the roles")]
    NoAuditRole,
    /// It has more roles than were stored: a defect in rolesweep.
    #[error("fewer roles than the list holds")]
    Lost,
}
