//! The rules on what a role may do, in one table.

use super::code::Code;
use super::rule::PrivilegeRule;
use super::{
    admin_full, admin_self, change, data, data_scoped, destroy, escalate, none, read_only, role_chain,
    unknown,
};

/// Every rule on what a role may do, the worst first.
pub const RULES: &[PrivilegeRule] = &[
    admin_full::RULE,
    admin_self::RULE,
    role_chain::RULE,
    escalate::RULE,
    data::RULE,
    destroy::RULE,
    data_scoped::RULE,
    change::RULE,
    read_only::RULE,
    none::RULE,
    unknown::RULE,
];

impl Code {
    /// The rule.
    #[must_use]
    pub fn rule(self) -> Option<&'static PrivilegeRule> {
        RULES.iter().find(|rule| rule.code == self.rule_code())
    }
}
