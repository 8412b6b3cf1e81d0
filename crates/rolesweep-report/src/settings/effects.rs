//! Counts the findings that changes of the settings added and removed: each role is judged once for
//! each alternative, in the same pass as the report.

use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{AccountRules, Assessor, Place};
use rolesweep_model::{Role, RoleHistory};

use crate::sink::Sink;

/// What the change from other parameters to those of a report did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// How many roles are findings now, and would not be.
    pub(crate) added: u64,
    /// How many would be, and are not.
    pub(crate) removed: u64,
}

/// Judges roles by other parameters, too.
#[derive(Debug)]
pub(crate) struct SettingsEffects<'a> {
    others: &'a [Assessor<'a>],
    /// The rules of each for the roles of the account.
    rules: Vec<AccountRules>,
    effects: Vec<Effect>,
}

impl<'a> SettingsEffects<'a> {
    /// Nothing counted yet.
    pub(crate) fn new(others: &'a [Assessor<'a>]) -> Self {
        Self { others, rules: Vec::new(), effects: vec![Effect::default(); others.len()] }
    }

    /// Counts a role of an account in this place. The role has the last use that is known of it. One
    /// of these counts roles of one account only.
    pub(crate) fn count(
        &mut self,
        role: &Role<&str>,
        history: Option<&RoleHistory<'_>>,
        place: &Place<'_>,
        is_finding: bool,
        widest: &mut dyn FnMut() -> TrustLevel,
    ) {
        if self.rules.len() < self.others.len() {
            self.rules = self.others.iter().map(|other| other.rules_for(place)).collect();
        }
        for ((other, rules), effect) in self.others.iter().zip(&self.rules).zip(&mut self.effects) {
            match (other.flags(role, history, rules, widest), is_finding) {
                (false, true) => effect.added += 1,
                (true, false) => effect.removed += 1,
                _ => {}
            }
        }
    }

    /// What was counted, for each of the others.
    pub(crate) fn effects(&self) -> &[Effect] {
        &self.effects
    }
}

impl Sink for SettingsEffects<'_> {
    // It counted the roles when they were assessed.
    fn join(&mut self, next: Self) {
        for (mine, next) in self.effects.iter_mut().zip(next.effects) {
            mine.added += next.added;
            mine.removed += next.removed;
        }
    }
}
