//! What somebody should look at in the settings.

/// A rule, an exemption, an accepted gap, a known account or an owner that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What is wrong.
    pub kind: RemarkKind,
    /// One line for people.
    pub text: String,
}

/// What is wrong with a rule, an exemption, an accepted gap, a known account or an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemarkKind {
    /// A threshold rule decided about no role.
    RuleWithoutRole,
    /// Exemptions are for no role of the report or no longer in force, among other troubles.
    ExemptionsOutOfDate,
    /// Exemptions expire soon or overlap.
    ExemptionsToReview,
    /// An accepted gap is for an account that the report does not have.
    GapWithoutAccount,
    /// An accepted gap is for an account that has no gap.
    GapNotNeeded,
    /// An accepted gap is no longer in force.
    GapExpired,
    /// What the configuration says of an account is no longer in force.
    KnownAccountExpired,
    /// The table of owners has an account that the report does not have.
    OwnerWithoutAccount,
}
