//! The rules on who could take a role over: the table from which pages and help are made.

use super::level::TrustLevel;
use crate::guides::{Guide, trust as guides};

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustRule {
    /// Its code.
    pub code: &'static str,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// The level that it stands for. None if it goes with several.
    pub level: Option<TrustLevel>,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What a person does about it.
    pub guide: Guide,
}

const fn rule(
    code: &'static str,
    title: &'static str,
    level: Option<TrustLevel>,
    meaning: &'static str,
    guide: Guide,
) -> TrustRule {
    TrustRule { code, title, level, meaning, guide }
}

/// The code for a trust policy that is not fully understood.
pub(super) const UNKNOWN: &str = "trust-unknown";
/// The code for tokens that any customer of a provider can get.
pub(super) const OIDC_OPEN: &str = "oidc-open";

/// The rules, the widest first.
pub const RULES: &[TrustRule] = &[
    rule(
        "trust-public",
        "Anyone can assume the role",
        Some(TrustLevel::Public),
        "The trust policy lets in anyone, or anyone who has an account with an identity provider.",
        guides::PUBLIC,
    ),
    rule(
        OIDC_OPEN,
        "Any customer of an identity provider can assume the role",
        None,
        "The trust in an OIDC provider that many organizations share has no condition on the claim that tells them apart.",
        guides::OIDC_OPEN,
    ),
    rule(
        "trust-external-open",
        "An outside account can assume the role without an external id",
        Some(TrustLevel::ExternalOpen),
        "The trust policy lets in a whole account outside the organization, or every identity of an unknown identity provider.",
        guides::EXTERNAL_OPEN,
    ),
    rule(
        "trust-external-bound",
        "An outside account with limits can assume the role",
        Some(TrustLevel::ExternalBound),
        "The trust policy lets in somebody outside the organization, and limits that by an external id, to one role or user, to a vendor that is known, or to one customer of an identity provider.",
        guides::EXTERNAL_BOUND,
    ),
    rule(
        "trust-membership-unknown",
        "An account that may be outside can assume the role",
        Some(TrustLevel::MembershipUnknown),
        "The trust policy lets in an account that is not among those of the scan, and the scan does not cover the whole organization.",
        guides::MEMBERSHIP_UNKNOWN,
    ),
    rule(
        "trust-org",
        "Other accounts of the organization can assume the role",
        Some(TrustLevel::Org),
        "The trust policy lets in another account of the organization, all of them, or an account that the configuration calls ours.",
        guides::ORG,
    ),
    rule(
        "trust-local",
        "Only the role's own account can assume the role",
        Some(TrustLevel::Local),
        "The trust policy lets in only the role's own account, AWS services, its SAML providers, and named projects of OIDC providers.",
        guides::LOCAL,
    ),
    rule(
        "trust-nobody",
        "Nobody can assume the role",
        Some(TrustLevel::Nobody),
        "The trust policy lets in nobody, or only principals that were deleted.",
        guides::NOBODY,
    ),
    rule(
        UNKNOWN,
        "Who can assume the role is not known",
        None,
        "The trust policy is missing, or has something that is not understood and that decides.",
        guides::UNKNOWN,
    ),
];

/// The code of a level.
pub(super) fn code(level: TrustLevel) -> &'static str {
    let rule = RULES.iter().find(|rule| rule.level == Some(level));
    // Every level has a rule, which a test makes sure of.
    rule.map_or(UNKNOWN, |rule| rule.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_has_one_rule_and_every_code_is_one() {
        for level in TrustLevel::ALL {
            assert_eq!(RULES.iter().filter(|rule| rule.level == Some(level)).count(), 1, "{level}");
            assert_eq!(code(level), format!("trust-{level}"));
        }
        for rule in RULES {
            assert_eq!(RULES.iter().filter(|other| other.code == rule.code).count(), 1, "{}", rule.code);
        }
        assert!(RULES.iter().any(|rule| rule.code == UNKNOWN));
        assert!(RULES.iter().any(|rule| rule.code == OIDC_OPEN));
    }
}
