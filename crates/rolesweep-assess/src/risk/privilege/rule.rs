//! What a rule on a role's privilege is, and what it finds.

use super::code::Code;
use super::level::PrivilegeLevel;
use crate::guides::Guide;
use crate::risk::Confidence;

/// A rule on what a role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivilegeRule {
    /// Its code, in kebab-case. It never changes.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// The word of the level that it leads to.
    pub level: &'static str,
    /// Which roles it finds, in one sentence.
    pub meaning: &'static str,
    /// What a person does about them.
    pub guide: Guide,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) level: PrivilegeLevel,
    pub(super) confidence: Confidence,
    /// Whether it holds whatever the statements mean that are not understood.
    pub(super) is_certain: bool,
    pub(super) evidence: String,
}

/// What rules found of a role.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    pub(super) found: Vec<Finding>,
    /// The highest level that a statement or document that is not understood might lead to, and which
    /// one it is.
    pub(super) perhaps: Option<(PrivilegeLevel, String)>,
    /// What the boundary does, in words, if there is one.
    pub(super) boundary: Option<String>,
}

impl Findings {
    /// Notes that a level is possible.
    pub(super) fn may_be(&mut self, level: PrivilegeLevel, unclear: impl FnOnce() -> String) {
        if self.perhaps.as_ref().is_none_or(|(known, _)| *known < level) {
            self.perhaps = Some((level, unclear()));
        }
    }

    /// These and more.
    pub(super) fn with(mut self, more: Self) -> Self {
        self.found.extend(more.found);
        if let Some((level, why)) = more.perhaps {
            self.may_be(level, || why);
        }
        self
    }

    /// Whether nothing could be found that is worse.
    pub(super) fn is_administrator_for_sure(&self) -> bool {
        self.found.iter().any(|finding| {
            finding.code == Code::AdminFull && finding.is_certain && finding.confidence == Confidence::High
        })
    }
}
