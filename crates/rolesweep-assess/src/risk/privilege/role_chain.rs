//! Chains of roles that assume each other.

use super::rule::PrivilegeRule;
use crate::guides::privilege as guides;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "role-chain",
    title: "The role can assume a role that has more rights",
    level: "escalate",
    meaning: "Its policies allow sts:AssumeRole on a role of the scan that trusts it and has more rights, directly or through other roles.",
    guide: guides::ROLE_CHAIN,
};
