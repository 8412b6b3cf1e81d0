//! What decided about a role.

use rolesweep_model::Role;

use crate::exemption::Exemption;
use crate::judge::{AccountRules, Assessment, Assessor};
use crate::protected::{ProtectedRule, protection};
use crate::threshold_rule::ThresholdRule;

/// What decided about a role.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// The rule that protects it.
    pub protected: Option<&'static ProtectedRule>,
    /// The threshold rule that matches first, whether it sets the threshold that this role needs or
    /// not.
    pub threshold_rule: Option<&'a ThresholdRule>,
    /// Its exemption that lasts longest, in force or not.
    pub exemption: Option<&'a Exemption>,
}

impl<'a> Grounds<'a> {
    /// What decided about a role of an account with these rules.
    #[must_use]
    pub fn of<S: AsRef<str>>(
        role: &Role<S>,
        assessment: &Assessment,
        assessor: &Assessor<'a>,
        rules: &AccountRules,
    ) -> Self {
        let parameters = assessor.parameters();
        Self {
            protected: protection(&role.arn, parameters.audit_role.as_deref()),
            threshold_rule: assessor.rule_for(role, rules).and_then(|at| parameters.rules.get(at)),
            exemption: assessment.exemption.and_then(|at| parameters.exemptions.get(at)),
        }
    }
}
